import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeSftBin } from '../src/formats/sftBinWriter.ts';
import { readSft, writeSft } from '../src/formats/sftFile.ts';
import type { SftTiming } from './sftFile.ts';
import { median } from './statistics.ts';
import { evenSft } from './support/evenSft.ts';

/** A part of the benchmark that has a process of its own, so that its memory is its own. */
export type SftBinPart = 'read' | 'write';

export interface SftBinTiming extends SftTiming {
  /** Largest resident memory of a process that did nothing else; for writing it holds the SFT. */
  readonly peakBytes: number;
}

interface PartResult {
  readonly seconds: number;
  readonly peakBytes: number;
}

const REPEATS = 3;
const run = promisify(execFile);

/** Reading and writing the reference's file of an SFT of mBERT's usual size; the peer's times come from `sft`. */
export async function timeSftBin(sft: readonly SftTiming[]): Promise<SftBinTiming[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-bin-bench-'));
  try {
    await writeSft(join(folder, 'x.sft.safetensors'), evenSft(1), {});
    const write = await timePart('write', folder);
    const read = await timePart('read', folder);
    process.stderr.write(`pytorch_diff.bin: ${(statSync(binOf(folder)).size / 1e6).toFixed(0)} MB\n`);
    const peer = (what: string) => sft.find((one) => one.what === what)?.peerSeconds ?? null;
    return [
      { what: 'write pytorch_diff.bin', ...write, peerSeconds: peer('save the SFT') },
      { what: 'read pytorch_diff.bin', ...read, peerSeconds: peer('load the SFT') },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the process of a part does: prints its result as JSON. */
export async function runSftBinPart(part: SftBinPart, folder: string): Promise<void> {
  const sft = part === 'write' ? (await readSft(join(folder, 'x.sft.safetensors'))).sft : undefined;
  const began = performance.now();
  if (sft === undefined) await readSft(binOf(folder));
  else await writeSftBin(binOf(folder), sft);
  const result: PartResult = {
    seconds: (performance.now() - began) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(JSON.stringify(result));
}

async function timePart(part: SftBinPart, folder: string): Promise<PartResult> {
  const results: PartResult[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const { stdout } = await run(process.execPath, [process.argv[1], '--part', part, '--folder', folder]);
    results.push(JSON.parse(stdout) as PartResult);
  }
  return {
    seconds: median(results.map(({ seconds }) => seconds)),
    peakBytes: Math.max(...results.map(({ peakBytes }) => peakBytes)),
  };
}

function binOf(folder: string): string {
  return join(folder, 'pytorch_diff.bin');
}
