import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applySftsInPlace, saveTouched } from '../src/core/composition.ts';
import type { Parameter } from '../src/core/parameters.ts';
import { hash32 } from '../src/core/random.ts';
import { selectLottery, type Candidate } from '../src/core/selection.ts';
import type { Sft, SparseDiff } from '../src/core/sft.ts';
import { readSft, writeSft } from '../src/formats/sftFile.ts';
import { median } from './statistics.ts';
import { startPeer } from './support/peer.ts';
import { peerShape, randomEncoder, shapeConfig } from './support/shapes.ts';

export interface SftTiming {
  readonly what: string;
  readonly seconds: number;
  readonly peerSeconds: number | null;
}

const K = 14_155_776;
const REPEATS = 3;

/** Choosing, saving, loading and applying an SFT of mBERT's usual size. */
export async function timeSft(python: string | undefined, threads: number): Promise<SftTiming[]> {
  const config = shapeConfig('mBERT');
  const base = randomEncoder(config);
  const maskable = [...base].filter(([name]) => !name.includes('LayerNorm'));
  const candidates = maskable.map(([name, { values }], i): Candidate => ({
    name,
    size: values.length,
    originals: values,
    values: values.map((value, j) => value + 1e-4 * ((hash32(i, j) / 2 ** 32) ** 2 - 0.5)),
  }));
  const select = await timed(REPEATS, () => selectLottery(candidates, K));
  const sft = differences(select.value.mask, candidates, base);
  const folder = mkdtempSync(join(tmpdir(), 'sft-bench-'));
  try {
    const file = join(folder, 'bench.sft.safetensors');
    const save = await timed(REPEATS, () => writeSft(file, sft, {}));
    const load = await timed(REPEATS, () => readSft(file));
    const terms = [{ sft: load.value.sft, coefficient: 1 }];
    const restore = saveTouched(base, terms);
    applySftsInPlace(base, terms);
    const apply = await timed(5, () => {
      restore();
      const began = performance.now();
      applySftsInPlace(base, terms);
      return performance.now() - began;
    });
    const theirs = await peerTimes(python, threads, folder);
    process.stderr.write(`SFT file: ${(statSync(file).size / 1e6).toFixed(0)} MB\n`);
    return [
      {
        what: `select ${K} of ${maskable.reduce((sum, [, { values }]) => sum + values.length, 0)}`,
        seconds: select.seconds,
        peerSeconds: theirs?.select ?? null,
      },
      { what: 'save the SFT', seconds: save.seconds, peerSeconds: theirs?.save ?? null },
      { what: 'load the SFT', seconds: load.seconds, peerSeconds: theirs?.load ?? null },
      { what: 'apply it to the base', seconds: apply.value / 1000, peerSeconds: theirs?.apply ?? null },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed<T>(repeats: number, work: () => T | Promise<T>): Promise<{ seconds: number; value: T }> {
  const seconds: number[] = [];
  let value: T | undefined;
  for (let i = 0; i < repeats; i++) {
    const began = performance.now();
    value = await work();
    seconds.push((performance.now() - began) / 1000);
  }
  return { seconds: median(seconds), value: value as T };
}

function differences(
  mask: ReadonlyMap<string, Uint32Array>,
  candidates: readonly Candidate[],
  base: ReadonlyMap<string, Parameter>,
): Sft {
  const diffs = new Map<string, SparseDiff>();
  for (const { name, values, originals } of candidates) {
    const indices = mask.get(name) ?? new Uint32Array(0);
    const shape = base.get(name)?.shape ?? [];
    diffs.set(name, { indices, values: Float32Array.from(indices, (i) => values[i] - originals[i]), shape });
  }
  return { diffs, abs: new Map() };
}

async function peerTimes(python: string | undefined, threads: number, folder: string) {
  if (python === undefined) return undefined;
  const peer = startPeer(python);
  const seconds = async (cmd: string, options = {}) =>
    (await peer.call<{ seconds: number }>(cmd, options)).seconds;
  await peer.call('setup', {
    shape: peerShape(shapeConfig('mBERT')),
    head: 'token-classification',
    threads,
    phase: 'full',
  });
  await peer.call('perturb', { scale: 1e-4 });
  const select = await seconds('select', { k: K });
  const path = join(folder, 'peer');
  const save = await seconds('save', { path });
  const load = await seconds('load', { path });
  const apply = await seconds('apply');
  await peer.quit();
  return { select, save, load, apply };
}
