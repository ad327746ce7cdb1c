import { stat } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import type { KeptChanges, KeptParameter } from '../core/keptChanges.ts';
import { withSafetensors, type SafetensorsFile } from '../formats/safetensors.ts';
import { writeSafetensors } from '../formats/safetensorsWriter.ts';

const VERSION = 1;

/** What a file of a full phase says beside its changes. */
export interface FullPhaseFacts {
  /** Name of the run. */
  readonly name: string;
  /** Of the base model's encoder. */
  readonly baseFingerprint: string;
  /** Tells full phases apart: by what decides them. Forks of one have it in common. */
  readonly id: string;
  readonly steps: number;
}

/** What a full phase learnt, as its file holds it. */
export interface FullPhase extends KeptChanges {
  readonly facts: FullPhaseFacts;
}

/**
 * Writes what a full phase learnt: of each parameter a bit an entry and the changes of those that are kept.
 * @throws UserError `file-disk-full`, `file-unwritable`
 */
export async function writeFullPhase(
  path: string,
  { parameters, count, moved }: KeptChanges,
  facts: FullPhaseFacts,
): Promise<{ bytes: number }> {
  const tensors = parameters.flatMap(({ name, size, bits, changes }) => [
    { name: `bits.${name}`, shape: [bits.length], values: bits },
    { name: `changes.${name}`, shape: [changes.length], values: changes },
    { name: `size.${name}`, shape: [1], values: BigInt64Array.of(BigInt(size)) },
  ]);
  const told = { count, moved, steps: facts.steps };
  await writeSafetensors(path, tensors, {
    format: 'sft-full-phase',
    format_version: String(VERSION),
    name: facts.name,
    base_fingerprint: facts.baseFingerprint,
    id: facts.id,
    ...Object.fromEntries(Object.entries(told).map(([key, value]) => [key, String(value)])),
  });
  return { bytes: (await stat(path)).size };
}

/** @throws UserError of reading; `full-phase-broken`, `full-phase-newer` */
export function readFullPhase(path: string): Promise<FullPhase> {
  return withSafetensors(path, async (file) => {
    const { metadata } = file;
    if (metadata.format !== 'sft-full-phase') throw broken('it is a file of another kind', path);
    if (!(Number(metadata.format_version) <= VERSION)) {
      throw userError(
        'full-phase-newer',
        { version: metadata.format_version, supported: VERSION },
        { file: path },
      );
    }
    const names = [...file.tensors.keys()].flatMap((tensor) =>
      tensor.startsWith('bits.') ? [tensor.slice('bits.'.length)] : [],
    );
    const parameters: KeptParameter[] = [];
    for (const name of names) parameters.push(await readParameter(file, name));
    const number = (key: string) => {
      const value = Number(metadata[key]);
      if (!Number.isSafeInteger(value) || value < 0) throw broken(`its ${key} is no number`, path);
      return value;
    };
    const { name = '', base_fingerprint: baseFingerprint = '', id = '' } = metadata;
    return {
      parameters,
      count: number('count'),
      moved: number('moved'),
      facts: { name, baseFingerprint, id, steps: number('steps') },
    };
  });
}

async function readParameter(file: SafetensorsFile, name: string): Promise<KeptParameter> {
  const bits = await file.read(`bits.${name}`);
  const changes = file.tensors.has(`changes.${name}`) ? await file.read(`changes.${name}`) : undefined;
  const sizes = file.tensors.has(`size.${name}`) ? await file.read(`size.${name}`) : undefined;
  const isWhole = bits instanceof Uint32Array && changes instanceof Float32Array && sizes?.length === 1;
  if (!isWhole) throw broken(`${name} is not whole`, file.path);
  const size = Number(sizes[0]);
  if (Math.ceil(size / 32) !== bits.length || countBits(bits) !== changes.length) {
    throw broken(`the bits of ${name} do not fit its changes`, file.path);
  }
  if (size % 32 > 0 && bits[bits.length - 1] >>> (size % 32) !== 0) {
    throw broken(`${name} has bits beyond its size`, file.path);
  }
  // A change is a size: its bits are ranked as they are.
  if (changes.some((change) => !(change >= 0))) throw broken(`${name} has a change below 0`, file.path);
  return { name, size, bits, changes };
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (const word of words) for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function broken(reason: string, file: string): Error {
  return userError('full-phase-broken', { reason }, { file });
}
