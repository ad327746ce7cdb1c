import { placeOf } from './density.ts';
import type { Sft } from './sft.ts';

/** How an SFT is cut into blocks: by layer (the embeddings are one) or by kind of module over all layers. */
export const blockKinds = ['layer', 'module'] as const;
export type BlockKind = (typeof blockKinds)[number];

/** Parameters that belong together: `emb`, `0` ... and `pooler`, or `embeddings`, `q`, `k` ... */
export interface SftBlock {
  readonly name: string;
  readonly parameters: ReadonlySet<string>;
  readonly entries: number;
}

/** The blocks of an SFT that have entries, in the order of its parameters. Together they are all of its differences. */
export function blocksOf({ diffs }: Sft, by: BlockKind): SftBlock[] {
  const blocks = new Map<string, { parameters: Set<string>; entries: number }>();
  for (const [parameter, { indices }] of diffs) {
    if (indices.length === 0) continue;
    const { row, column } = placeOf(parameter);
    const name = by === 'layer' ? row : column;
    const block = blocks.get(name) ?? { parameters: new Set(), entries: 0 };
    block.parameters.add(parameter);
    block.entries += indices.length;
    blocks.set(name, block);
  }
  return [...blocks].map(([name, block]) => ({ name, ...block }));
}

/** The SFT without the differences of some parameters; its head stays. */
export function withoutParameters({ diffs, abs }: Sft, left: ReadonlySet<string>): Sft {
  return { diffs: new Map([...diffs].filter(([name]) => !left.has(name))), abs };
}
