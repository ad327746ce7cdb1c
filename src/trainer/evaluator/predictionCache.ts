import { createHash } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors/userError.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import { withSafetensors } from '../../formats/safetensors.ts';
import { writeSafetensors } from '../../formats/safetensorsWriter.ts';
import { keepInCache } from '../../runs/cacheFolder.ts';
import type { Prediction } from '../../training/predictions.ts';

/** Predictions on disk, by `predictionKey`: one file a key, with whatever examples have been predicted. */
export interface PredictionCache {
  /** By example; nothing where there is no file, or one that is not wholly as it was written. */
  read(key: string): Promise<Map<number, Prediction>>;
  /** Keeps predictions in place of what there was. A disk that takes no more is no error: they can be made anew. */
  write(key: string, predictions: ReadonlyMap<number, Prediction>): Promise<void>;
}

const ENDING = '.predictions.safetensors';

/** A cache in a folder of at most so many bytes (256 MB unless given); what was used least recently goes first. */
export function predictionCache(folder: string, bytes = 256 * 2 ** 20): PredictionCache {
  const fileOf = (key: string): string => join(folder, `${key}${ENDING}`);
  return {
    async read(key) {
      const file = fileOf(key);
      try {
        const found = await readPredictions(file, key);
        const now = new Date();
        await utimes(file, now, now);
        return found;
      } catch (error) {
        if (error instanceof UserError || systemCode(error) !== undefined) return new Map();
        throw error;
      }
    },
    async write(key, predictions) {
      await keepInCache(folder, { ending: ENDING, most: bytes }, () =>
        writePredictions(fileOf(key), key, predictions),
      );
    },
  };
}

/** Which examples, how many numbers each has, and the numbers: whole ones as int32, others as the bytes of doubles. */
interface Stored {
  readonly examples: Int32Array;
  readonly lengths: Int32Array;
  readonly values: Int32Array | Uint8Array;
}

async function writePredictions(
  file: string,
  key: string,
  predictions: ReadonlyMap<number, Prediction>,
): Promise<void> {
  const ordered = [...predictions].sort(([a], [b]) => a - b);
  const numbers = Float64Array.from(ordered.flatMap(([, prediction]) => [...prediction]));
  const whole = Int32Array.from(numbers);
  const stored: Stored = {
    examples: Int32Array.from(ordered, ([example]) => example),
    lengths: Int32Array.from(ordered, ([, { length }]) => length),
    values: whole.every((value, i) => Object.is(value, numbers[i])) ? whole : new Uint8Array(numbers.buffer),
  };
  const tensors = Object.entries(stored).map(([name, values]: [string, Int32Array | Uint8Array]) => ({
    name,
    shape: [values.length],
    values,
  }));
  await writeSafetensors(file, tensors, { format: 'sft-predictions', key, sha256: hashOf(stored) });
}

/** @throws UserError of reading; an empty map where the content is not what was written */
async function readPredictions(file: string, key: string): Promise<Map<number, Prediction>> {
  return withSafetensors(file, async ({ metadata, tensors, read }) => {
    const found = new Map<number, Prediction>();
    if (metadata.key !== key || !['examples', 'lengths', 'values'].every((name) => tensors.has(name)))
      return found;
    const [examples, lengths, values] = [await read('examples'), await read('lengths'), await read('values')];
    if (!(examples instanceof Int32Array) || !(lengths instanceof Int32Array)) return found;
    if (!(values instanceof Int32Array) && !(values instanceof Uint8Array)) return found;
    if (metadata.sha256 !== hashOf({ examples, lengths, values })) return found;
    const numbers =
      values instanceof Int32Array ? Float64Array.from(values) : new Float64Array(values.buffer);
    let at = 0;
    for (const [i, example] of examples.entries()) {
      found.set(example, numbers.slice(at, at + lengths[i]));
      at += lengths[i];
    }
    return found;
  });
}

function hashOf({ examples, lengths, values }: Stored): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [examples, lengths, values]) {
    hash.update(`${byteLength}\n`);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
