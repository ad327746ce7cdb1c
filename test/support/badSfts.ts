import { readFileSync, writeFileSync } from 'node:fs';
import { readSft, writeSft } from '../../src/formats/sftFile.ts';

/** Writes an SFT as another one is, without an entry and without a head. */
export async function writeEmptySft(like: string, file: string): Promise<void> {
  const { sft, metadata } = await readSft(like);
  const diffs = new Map(
    [...sft.diffs].map(([name, diff]) => [
      name,
      { ...diff, indices: new Uint32Array(), values: new Float32Array() },
    ]),
  );
  await writeSft(file, { diffs, abs: new Map() }, metadata);
}

/** Writes another SFT, which has no head, with one value that is no number. */
export function writeNanSft(like: string, file: string): void {
  const bytes = readFileSync(like);
  // The last four bytes are a value.
  bytes.writeFloatLE(NaN, bytes.length - 4);
  writeFileSync(file, bytes);
}
