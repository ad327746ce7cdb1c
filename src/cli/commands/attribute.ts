import { Option, type Command } from 'commander';
import { type BlockKind, blockKinds } from '../../core/sftBlocks.ts';
import { sftReferences } from '../values.ts';
import { blockVariants } from '../../trainer/attribution/attribution.ts';
import { withEvaluationOptions } from '../evaluation.ts';
import { reportVariants, type VariantFlags, withVariantOptions } from '../variants.ts';

export function attributeCommand(program: Command): void {
  const command = program
    .command('attribute')
    .description('what each layer or kind of module of an SFT does: figures without one at a time')
    .argument('<file[@coefficient]>', 'the SFT')
    .addOption(new Option('--by <kind>', 'what is left out').choices(blockKinds).default('layer'));
  withVariantOptions(withEvaluationOptions(command)).action(
    async (file: string, { by, ...flags }: VariantFlags & { readonly by: BlockKind }) =>
      reportVariants(sftReferences(file)[0], flags, (sft) => blockVariants(sft, by)),
  );
}
