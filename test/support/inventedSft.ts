import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hash32 } from '../../src/core/random.ts';
import type { Parameter } from '../../src/core/parameters.ts';
import type { SparseDiff } from '../../src/core/sft.ts';
import { encoderShapes } from '../../src/formats/encoderShapes.ts';
import { readModelConfig } from '../../src/formats/modelFolder.ts';
import { type SftMetadata, writeSft } from '../../src/formats/sftFile.ts';
import { folderFingerprint } from '../../src/library/fingerprint.ts';
import { writeTinyBase } from './tinyWorkspace.ts';

/** An invented base model and SFTs of it, in a folder. */
export interface InventedSfts {
  readonly base: string;
  readonly fingerprint: string;
  /** Writes `NAME.sft.safetensors` with about a tenth of the entries, and gives its path. */
  write(name: string, options?: InventedSftOptions): Promise<string>;
}

export interface InventedSftOptions {
  readonly seed?: number;
  readonly metadata?: SftMetadata;
  readonly labels?: readonly string[];
  /** How many entries of a parameter there are, as a share; 0 leaves it out. */
  readonly densityOf?: (parameter: string) => number;
}

/** A tiny base model of so many layers in `folder`, or the base model that is there already. */
export async function inventSfts(
  folder: string,
  { layers = 2, base = join(folder, 'base') }: { readonly layers?: number; readonly base?: string } = {},
): Promise<InventedSfts> {
  if (!existsSync(base)) await writeTinyBase(base, 1, { num_hidden_layers: layers });
  const fingerprint = (await folderFingerprint(base)) ?? '';
  const shapes = encoderShapes(readModelConfig(base));
  return {
    base,
    fingerprint,
    async write(name, { seed = 1, metadata = {}, labels, densityOf = defaultDensity } = {}) {
      const diffs = new Map<string, SparseDiff>();
      let [k, all] = [0, 0];
      [...shapes].forEach(([parameter, shape], p) => {
        if (/LayerNorm|pooler/.test(parameter)) return;
        const size = shape.reduce((product, n) => product * n, 1);
        const limit = densityOf(parameter) * 2 ** 32;
        const indices = Uint32Array.from(Array(size).keys()).filter((i) => hash32(seed, p, i) < limit);
        const values = Float32Array.from(indices, (i) => (hash32(seed, p, i, 1) / 2 ** 32 - 0.5) ** 3);
        all += size;
        k += indices.length;
        if (indices.length > 0) diffs.set(parameter, { indices, values, shape });
      });
      const abs = new Map<string, Parameter>();
      if (labels !== undefined) {
        abs.set('classifier.weight', {
          shape: [labels.length, 32],
          values: new Float32Array(32 * labels.length),
        });
        abs.set('classifier.bias', { shape: [labels.length], values: new Float32Array(labels.length) });
      }
      const file = join(folder, `${name}.sft.safetensors`);
      await writeSft(
        file,
        { diffs, abs },
        {
          kind: labels === undefined ? 'language' : 'task',
          baseName: 'base',
          baseFingerprint: fingerprint,
          k,
          density: k / all,
          ...(labels === undefined ? {} : { labels: [...labels], task: 'tagging' }),
          ...metadata,
        },
      );
      return file;
    },
  };
}

/** More in the upper layers and in the feed-forward part, as real ones have. */
function defaultDensity(parameter: string): number {
  // Every row of the small table has some.
  if (parameter.includes('word_embeddings')) return 0.3;
  const layer = Number(/layer\.(\d+)/.exec(parameter)?.[1] ?? 0);
  const isFeedForward = /intermediate|layer\.\d+\.output/.test(parameter);
  return 0.05 + 0.01 * layer + (isFeedForward ? 0.06 : 0);
}
