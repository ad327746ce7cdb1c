import type { Parameter } from '../../src/core/parameters.ts';
import { hash32, normal, shuffled } from '../../src/core/random.ts';
import type { Sft } from '../../src/core/sft.ts';
import { readModelConfig, readModelParameters } from '../../src/formats/modelFolder.ts';
import { type SftMetadata, writeSft } from '../../src/formats/sftFile.ts';
import type { Head, HeadParameter } from '../../src/model/heads/head.ts';
import { tokenClassification } from '../../src/model/heads/tokenClassification.ts';
import { fingerprint } from '../../src/library/fingerprint.ts';

export interface InventedSft {
  readonly seed: number;
  /** Share of each parameter's entries that it changes. */
  readonly share?: number;
  /** Standard deviation of its values. */
  readonly scale?: number;
  /** Gives it a head of so many outputs; for tagging unless `head` says otherwise. */
  readonly labels?: readonly string[];
  readonly head?: Head;
  /** Changes the pooler too, as heads that read it do. */
  readonly pooler?: boolean;
  readonly metadata?: SftMetadata;
}

/** Writes an SFT with random entries for a base, as if it had been trained, and gives its path. */
export async function inventSft(
  base: string,
  file: string,
  {
    seed,
    share = 0.1,
    scale = 0.05,
    labels,
    head = tokenClassification,
    pooler = false,
    metadata,
  }: InventedSft,
): Promise<string> {
  const config = readModelConfig(base);
  const parameters = await readModelParameters(base, config);
  const diffs: Sft['diffs'] = new Map(
    [...parameters]
      .filter(
        ([name]) =>
          /^(bert|roberta)\./.test(name) &&
          !name.includes('LayerNorm') &&
          (pooler || !name.includes('pooler')),
      )
      .map(([name, { shape, values }], p) => {
        const count = Math.ceil(share * values.length);
        const indices = Uint32Array.from(shuffled(values.length, seed, p).subarray(0, count)).sort();
        const changes = Float32Array.from(indices, (i) => scale * normal(seed, p, i));
        return [name, { indices, values: changes, shape }];
      }),
  );
  const random = ({ name, shape }: HeadParameter, p: number): [string, Parameter] => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [
      name,
      { shape, values: Float32Array.from({ length: size }, (_, i) => normal(hash32(seed, 9), i, p)) },
    ];
  };
  const own = labels === undefined ? [] : head.parameters(config, labels.length);
  // What the base lacks of it is whole, as training stores it.
  const isWhole = ({ name }: HeadParameter) =>
    !/^(bert|roberta)\./.test(name) || (pooler && !parameters.has(name));
  const abs: Sft['abs'] = new Map(own.filter(isWhole).map(random));
  await writeSft(
    file,
    { diffs, abs },
    {
      kind: labels === undefined ? 'language' : 'task',
      baseName: 'base',
      baseFingerprint: fingerprint(parameters),
      ...(labels === undefined ? {} : { task: 'tagging', labels: [...labels] }),
      ...metadata,
    },
  );
  return file;
}
