import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runsBelow, sftsAndRecipesBelow } from './filesBelow.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-below-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(...parts: readonly string[]): string {
  const path = join(folder, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  return path;
}

function runIn(at: string): void {
  file(at, 'recipe.yaml');
  file(at, 'events.jsonl');
}

describe('runsBelow', () => {
  it('finds runs at any depth, in order, and none inside a run or where others keep theirs', async () => {
    for (const run of ['runs/pos-2', 'runs/pos-1', 'sweeps/all/runs/cell-3', 'node_modules/their/run'])
      runIn(run);
    runIn('runs/pos-1/kept');
    file('runs/notes.txt');
    file('own/recipe.yaml');
    expect(await runsBelow(folder)).toEqual(
      ['runs/pos-1', 'runs/pos-2', 'sweeps/all/runs/cell-3'].map((run) => join(folder, run)),
    );
  });

  it('of a run itself is that run', async () => {
    runIn('.');
    runIn('other');
    expect(await runsBelow(folder)).toEqual([folder]);
  });

  it('finds nothing where there is nothing to read', async () => {
    expect(await runsBelow(join(folder, 'nowhere'))).toEqual([]);
  });
});

describe('sftsAndRecipesBelow', () => {
  it('finds both at any depth, and in runs', async () => {
    const sft = file('runs/pos-1/pos.sft.safetensors');
    const recipe = file('deep/er/pos.sft.yaml');
    file('deep/pos.yaml');
    file('.venv/pos.sft.yaml');
    expect(await sftsAndRecipesBelow(folder)).toEqual({ sfts: [sft], recipes: [recipe] });
  });
});
