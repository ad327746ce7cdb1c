import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeSft } from '../src/formats/sftFile.ts';
import { compareSfts } from '../src/library/interference.ts';
import { evenSft } from './support/evenSft.ts';

export interface InterferenceResult {
  readonly sfts: number;
  /** Of each. */
  readonly entries: number;
  readonly seconds: number;
  /** Largest resident memory of the process that compared them. */
  readonly peakBytes: number;
}

/** The part of the benchmark that has a process of its own, so that its memory is its own. */
export const interferencePart = 'interference';

const count = 10;
const run = promisify(execFile);

/** All pairs of ten SFTs of mBERT's usual size, from their files. */
export async function timeInterference(): Promise<InterferenceResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-interference-bench-'));
  try {
    for (let i = 0; i < count; i++) await writeSft(join(folder, `${i}.sft.safetensors`), evenSft(i + 1), {});
    const { stdout } = await run(process.execPath, [
      process.argv[1],
      '--part',
      interferencePart,
      '--folder',
      folder,
    ]);
    return JSON.parse(stdout) as InterferenceResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the process of its own does: prints its result as JSON. */
export async function runInterferencePart(folder: string): Promise<void> {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const began = performance.now();
  const { pairs } = await compareSfts(files);
  const result: InterferenceResult = {
    sfts: files.length,
    entries: pairs[0].table.all.entriesA,
    seconds: (performance.now() - began) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(JSON.stringify(result));
}
