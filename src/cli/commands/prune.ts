import { InvalidArgumentError, type Command } from 'commander';
import { userError } from '../../core/errors/userError.ts';
import { pruneFile } from '../../library/pruneFile.ts';
import { sftReferences } from '../values.ts';
import { entriesOfShare, prunedVariants } from '../../trainer/attribution/pruning.ts';
import { type EvaluationFlags, withEvaluationOptions } from '../evaluation.ts';
import { count, percent } from '../format.ts';
import { refuseLoss, refuseOntoItself } from '../outFile.ts';
import { print, printJson } from '../output.ts';
import { reportVariants, type VariantFlags, withVariantOptions } from '../variants.ts';

interface PruneFlags
  extends Omit<VariantFlags, 'base' | 'data'>, Partial<Pick<EvaluationFlags, 'base' | 'data'>> {
  readonly keep: readonly number[];
  readonly out?: string;
  readonly replace?: boolean;
}

export function pruneCommand(program: Command): void {
  const command = program
    .command('prune')
    .description('keep the largest entries of an SFT: what that costs (--data), or the SFT itself (--out)')
    .argument('<file[@coefficient]>', 'the SFT')
    .requiredOption('--keep <percent,...>', 'how much of its entries, in percent', shares);
  withVariantOptions(withEvaluationOptions(command, false))
    .option('--out <file>', 'write the SFT with that much of its entries')
    .option('--replace', 'with --out: replace a file that is there already, whatever it is')
    .action(prune);
}

async function prune(file: string, { keep, out, replace, base, data, ...flags }: PruneFlags): Promise<void> {
  const reference = sftReferences(file)[0];
  let made: VariantFlags['written'];
  if (out !== undefined) {
    if (keep.length > 1) throw userError('prune-several', { keep: keep.length });
    await refuseOntoItself(reference.sft, out);
    await refuseLoss(out, replace);
    const written = await pruneFile(reference.sft, (all) => entriesOfShare(all, keep[0]), out, {
      createdBy: 'sft-studio',
    });
    made = { file: out, ...written };
    if (flags.json === true && data === undefined) printJson(made);
    else if (flags.json !== true)
      print(`${out}  ${count(written.entries)} entries, ${percent(written.entries / written.of)} of them`);
  }
  if (data === undefined && out !== undefined) return;
  if (data === undefined || base === undefined) throw userError('prune-nothing', undefined);
  await reportVariants(
    reference,
    { ...flags, base, data, ...(made === undefined ? {} : { written: made }) },
    (sft) => prunedVariants(sft, keep),
  );
}

/** Percentages with commas as shares of 1. */
function shares(text: string): number[] {
  return text.split(',').map((part) => {
    const value = Number(part);
    if (part.trim() === '' || !(value >= 0) || value > 100)
      throw new InvalidArgumentError('Give percentages from 0 to 100 with commas between them.');
    return value / 100;
  });
}
