import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepChanges } from '../src/core/keptChanges.ts';
import { uniform } from '../src/core/random.ts';
import { newSession } from '../src/extension/programs/session.ts';
import { writeSft } from '../src/formats/sftFile.ts';
import { readFullPhase, writeFullPhase } from '../src/runs/fullPhaseFile.ts';
import { KEPT_SHARE } from '../src/trainer/keptFullPhase.ts';
import { masksAt } from '../src/trainer/masksAt.ts';
import { sizesFor } from '../src/trainer/whatIf.ts';
import { evenSft } from './support/evenSft.ts';
import { randomEncoder, shapeConfig } from './support/shapes.ts';

/** Looking at what was learnt, at mBERT's shape. Seconds. */
export interface LookingResult {
  /** From the question of a new window to the overview of an SFT of 14.2 million entries: the session's start with it, and without. */
  readonly inspect: number;
  readonly inspectAgain: number;
  /** What a full phase learnt: entries that may be in a mask, bytes of the file for each. */
  readonly maskable: number;
  readonly bytesAnEntry: number;
  readonly keep: number;
  readonly read: number;
  /** Masks of so many sizes from it. */
  readonly masks: number;
  readonly masksOf: number;
}

export async function timeLooking(programs: string): Promise<LookingResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-looking-bench-'));
  try {
    return { ...(await timeInspector(folder, programs)), ...(await timeKept(folder)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeInspector(
  folder: string,
  programs: string,
): Promise<Pick<LookingResult, 'inspect' | 'inspectAgain'>> {
  const file = join(folder, 'large.sft.safetensors');
  await writeSft(file, evenSft(1), {});
  const session = newSession(programs, () => undefined);
  try {
    const look = () => timed(() => session.ask('inspectSft', { file }));
    return { inspect: (await look()).seconds, inspectAgain: (await look()).seconds };
  } finally {
    session.dispose();
  }
}

async function timeKept(folder: string): Promise<Omit<LookingResult, 'inspect' | 'inspectAgain'>> {
  const file = join(folder, 'full-phase.safetensors');
  const base = randomEncoder(shapeConfig('mBERT'));
  // As after a full phase in which everything has moved.
  const candidates = [...base].map(([name, { values }], p) => ({
    name,
    size: values.length,
    originals: values,
    values: values.map((value, i) => value + 1e-3 * (uniform(p, i) - 0.5)),
  }));
  const maskable = candidates.reduce((sum, { size }) => sum + size, 0);
  const keep = await timed(async () => {
    const kept = keepChanges(candidates, Math.floor(KEPT_SHARE * maskable));
    const facts = { name: 'bench', baseFingerprint: '', id: 'bench', steps: 1 };
    return (await writeFullPhase(file, kept, facts)).bytes;
  });
  candidates.length = 0;
  base.clear();
  const read = await timed(() => readFullPhase(file));
  const sizes = sizesFor(maskable, read.value.moved, Math.floor(0.08 * maskable));
  const masks = await timed(() => masksAt(read.value, sizes));
  return {
    maskable,
    bytesAnEntry: keep.value / maskable,
    keep: keep.seconds,
    read: read.seconds,
    masks: masks.seconds,
    masksOf: sizes.length,
  };
}

async function timed<T>(
  work: () => T | Promise<T>,
): Promise<{ readonly value: T; readonly seconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - began) / 1000 };
}
