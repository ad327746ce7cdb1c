import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../src/protocol/events.ts';
import type { Sft } from '../../src/core/sft.ts';
import { writeSft, type SftMetadata } from '../../src/formats/sftFile.ts';
import { eventsOf } from './inventedRun.ts';

/** The recipe of a run of pure invention, as a run folder has it. */
export function writeRunRecipe(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'recipe.yaml'),
    `kind: task
name: ${name}
base: ../../base
task: { type: tagging }
data: { train: [train.conllu], validation: [dev.conllu] }
validate: { metric: accuracy }
`,
  );
}

/** The folder of a run that never was, from its events. */
export function writeRun(folder: string, name: string, events: readonly RunEvent[]): void {
  writeRunRecipe(folder, name);
  writeFileSync(join(folder, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

/** Names of things that are many: `x-001`, `x-002`, ... */
export function manyNames(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${String(i + 1).padStart(3, '0')}`);
}

/** So many run folders that are done, of 40 steps each, under `runs`; gives their paths. */
export function writeManyRuns(runs: string, count: number): string[] {
  return manyNames('pos', count).map((name) => {
    const folder = join(runs, name);
    writeRun(folder, 'pos', eventsOf({ name: 'pos', full: 20, sparse: 20, layers: 12 }).whole());
    return folder;
  });
}

/** A sparse fine-tuning with an entry in every of 200 parameters. */
function inventedSft(): Sft {
  const diffs = new Map(
    manyNames('encoder.layer.weight', 200).map((parameter) => [
      parameter,
      { shape: [4, 4], indices: Uint32Array.of(1), values: Float32Array.of(0.5) },
    ]),
  );
  return { diffs, abs: new Map() };
}

/** SFT files that say this of themselves, by their names. */
export async function writeNamedSfts(
  folder: string,
  sfts: readonly (SftMetadata & { readonly name: string })[],
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (const { name, ...metadata } of sfts) {
    const file = join(folder, `${name}.sft.safetensors`);
    await writeSft(file, inventedSft(), {
      baseName: 'base',
      task: 'mlm',
      k: 200,
      density: 0.0625,
      date: '2026-11-25T12:00:00.000Z',
      ...metadata,
    });
    files.push(file);
  }
  return files;
}

/** So many SFT files of languages, of four base models; gives their paths. */
export async function writeManySfts(folder: string, count: number): Promise<string[]> {
  return writeNamedSfts(
    folder,
    manyNames('mt', count).map((name, i) => ({
      name,
      kind: 'language',
      language: 'mt',
      baseName: `base-${i % 4}`,
      metrics: { loss: 2 + i / 100, perplexity: 7 + i / 10 },
    })),
  );
}
