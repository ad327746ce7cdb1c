import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { english } from '../translate.ts';
import { deletedWords, deletionOf, questionOf } from './deletion.ts';

const run = resolve('/w/runs/mt-1');
const inRun = join(run, 'mt.sft.safetensors');
const pos = resolve('/w/pos.sft.safetensors');
const sum = resolve('/w/pos+mt.sft.safetensors');

it('takes runs and SFTs, each once, and never a base model', () => {
  const given = [
    { kind: 'run', folder: run },
    { kind: 'sft', file: inRun },
    { kind: 'sft', file: pos },
    { kind: 'sft', file: pos },
    { kind: 'base', folder: '/m/xlm-r' },
    { kind: 'problem', path: '/w/broken.sft.safetensors' },
    { kind: 'group', id: 'x' },
    undefined,
  ];
  expect(deletionOf(given)).toEqual({ runs: [run], files: [pos] });
});

it('says first what goes and what would have to do without it', () => {
  const { text, detail } = questionOf(
    { runs: [], files: [pos] },
    [
      { file: sum, on: pos, how: 'composed' },
      { file: resolve('/w/transfer.sft.yaml'), on: pos, how: 'recipe' },
      { file: resolve('/w/runs/transfer-3/recipe.yaml'), on: pos, how: 'recipe' },
      {
        file: resolve('/w/k300.sft.yaml'),
        on: resolve('/w/runs/mt-1/full-phase.safetensors'),
        how: 'fullPhase',
      },
      { file: resolve('/w/mine.compose.yaml'), on: pos, how: 'bench' },
    ],
    english,
  );
  expect(text).toBe('Delete the SFT pos.sft.safetensors?');
  expect(detail).toContain('pos+mt.sft.safetensors was composed of pos.sft.safetensors');
  expect(detail).toContain('transfer.sft.yaml applies pos.sft.safetensors');
  expect(detail).toContain(`${join('transfer-3', 'recipe.yaml')} applies pos.sft.safetensors`);
  expect(detail).toContain('k300.sft.yaml takes the full phase of mt-1');
  expect(detail).toContain('mine.compose.yaml has pos.sft.safetensors');
});

it('does not warn of what goes as well, and names no more than can be read', () => {
  const files = Array.from({ length: 30 }, (_, i) => resolve(`/w/${i}.sft.safetensors`));
  const both = questionOf(
    { runs: [run], files: [sum] },
    [{ file: sum, on: inRun, how: 'composed' }],
    english,
  );
  expect(both.detail).not.toContain('depend');
  const many = questionOf({ runs: [], files }, [], english);
  expect(many.text).toBe('Delete these 30?');
  expect(many.detail).toContain('and 20 more');
  expect(deletedWords({ runs: [run], files }, english)).toBe('31 items');
  expect(deletedWords({ runs: [run], files: [] }, english)).toBe('mt-1');
});
