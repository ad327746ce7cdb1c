import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSft } from '../../../src/formats/sftFile.ts';
import { temporaryFolder } from '../files.ts';

/** The file of an SFT of it, as a repository holds it. */
export async function tinySft(name = 'x.sft.safetensors'): Promise<Record<string, Uint8Array>> {
  const folder = temporaryFolder();
  const diff = { indices: Uint32Array.of(1, 3), values: Float32Array.of(1, 2), shape: [4, 4] };
  const sft = {
    diffs: new Map([['bert.encoder.layer.0.attention.self.query.weight', diff]]),
    abs: new Map(),
  };
  await writeSft(join(folder, name), sft, { kind: 'language', language: 'mt', baseName: 'org/base' });
  return filesOf(folder);
}

/** Bytes in which every position differs from its neighbours. */
export function patterned(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed) & 255);
}

function filesOf(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}
