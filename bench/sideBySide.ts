import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { settings } from '../demo/settings.ts';
import { makeWorkspace } from '../demo/workspace.ts';
import { median } from './statistics.ts';
import { shared } from './support/texts.ts';

/** Four runs of a sweep, one after the other with all cores each, and as many at once as there are cores, with one each. */
export interface SideBySideResult {
  readonly what: string;
  readonly oneByOne: number;
  readonly sideBySide: number;
}

const RUNS = 4;
const ROUNDS = 3;
const run = promisify(execFile);

/** Whole seconds of such sweeps, medians of alternating rounds. */
export async function timeSideBySide(): Promise<SideBySideResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-side-'));
  try {
    makeWorkspace(settings.world, join(import.meta.dirname, '../demo/base'), folder);
    writeFileSync(join(folder, 'real.sft.yaml'), realRecipe());
    return [
      { what: "the demo's language model (2 layers of 64)", ...(await timeBoth(folder, 'qha.sft.yaml')) },
      { what: 'MiniLM tagging, 60 + 60 steps', ...(await timeBoth(folder, 'real.sft.yaml')) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeBoth(folder: string, recipe: string): Promise<Omit<SideBySideResult, 'what'>> {
  const cores = availableParallelism();
  const oneByOne: number[] = [];
  const sideBySide: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    oneByOne.push(await timeSweep(folder, recipe, 1, cores));
    sideBySide.push(await timeSweep(folder, recipe, cores, 1));
  }
  return { oneByOne: median(oneByOne), sideBySide: median(sideBySide) };
}

async function timeSweep(folder: string, recipe: string, jobs: number, threads: number): Promise<number> {
  const place = mkdtempSync(join(tmpdir(), 'sft-side-sweep-'));
  try {
    cpSync(folder, place, { recursive: true });
    const seeds = Array.from({ length: RUNS }, (_, i) => i);
    writeFileSync(join(place, 'sides.sweep.yaml'), stringify({ recipe, seeds }));
    const began = performance.now();
    await run(
      process.execPath,
      [
        join(import.meta.dirname, 'cli.js'),
        'sweep',
        'sides.sweep.yaml',
        '--jobs',
        String(jobs),
        '--threads',
        String(threads),
        '--yes',
      ],
      { cwd: place, env: { ...process.env, SFT_HOME: join(place, '.sft-home') } },
    );
    return (performance.now() - began) / 1000;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** A short run on a real model and a real treebank. */
function realRecipe(): string {
  const treebank = join(shared, 'data/ud/English-EWT');
  return stringify({
    kind: 'task',
    name: 'real',
    base: join(shared, 'models/all-MiniLM-L6-v2'),
    task: { type: 'tagging', column: 'upos' },
    data: { train: join(treebank, 'train.conllu'), validation: join(treebank, 'dev.conllu') },
    full: { steps: 60 },
    sparse: { steps: 60 },
    validate: { everySteps: 60 },
  });
}
