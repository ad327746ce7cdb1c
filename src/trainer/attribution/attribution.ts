import { entryCount } from '../../core/prune.ts';
import type { Sft } from '../../core/sft.ts';
import { type BlockKind, blocksOf, withoutParameters } from '../../core/sftBlocks.ts';
import type { Variant } from './variants.ts';

/** The SFT as it is, without each of its blocks in turn, and without any of its differences (its head alone). */
export function blockVariants(sft: Sft, by: BlockKind): Variant[] {
  const all = entryCount(sft);
  const blocks = blocksOf(sft, by);
  return [
    { name: 'whole', sft, entries: all },
    ...blocks.map(({ name, parameters, entries }) => ({
      name: `without ${by === 'layer' && /^\d/.test(name) ? `layer ${name}` : name}`,
      sft: withoutParameters(sft, parameters),
      entries: all - entries,
    })),
    { name: 'without all', sft: { diffs: new Map(), abs: sft.abs }, entries: 0 },
  ];
}
