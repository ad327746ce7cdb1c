import { Option, type Command } from 'commander';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import type { TagColumn } from '../../recipe/types.ts';
import { loadBase } from '../../trainer/base.ts';
import { evaluateFile } from '../../trainer/evaluateFile.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { count } from '../format.ts';
import { inform, print, printJson } from '../output.ts';
import { metricText } from '../progress.ts';
import { headChoice, listOf, renames, sftReferences, wholeNumber, type HeadChoice } from '../values.ts';

interface EvaluateFlags {
  readonly base: string;
  readonly sft: readonly SftReference[];
  readonly data: string;
  readonly column?: TagColumn;
  readonly text?: string;
  readonly pair?: string;
  readonly label?: string;
  readonly rename?: Readonly<Record<string, string>>;
  readonly head?: HeadChoice;
  readonly labels?: readonly string[];
  readonly blockSize?: number;
  readonly threads?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function evaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('evaluate a base model with SFTs added to it')
    .requiredOption('--base <folder>', 'the base model: a Hugging Face folder')
    .option('--sft <file[@coefficient]>', 'an SFT to add; may be given several times', sftReferences, [])
    .requiredOption('--data <file>', 'labelled data (CoNLL-U, two columns, a table) or raw text')
    .addOption(
      new Option('--column <name>', 'column that holds the tags').choices(['upos', 'xpos', 'deprel', 'tag']),
    )
    .option('--text <column>', 'column of a table that holds the text')
    .option('--pair <column>', 'column that holds the second text')
    .option('--label <column>', 'column that holds the label')
    .option(
      '--rename <written=label>',
      'a label that the file writes otherwise; may be given several times',
      renames,
    )
    .option('--head <n|none>', 'whose head is used, counted from 1, where several have one', headChoice)
    .option('--labels <list>', "the head's labels, for an SFT that does not say them", listOf)
    .option('--block-size <n>', "word pieces of a block of raw text (default: the recipe's)", wholeNumber)
    .option('--threads <n>', 'threads of the engine', wholeNumber)
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object')
    .action(async (flags: EvaluateFlags) => {
      const engine = compiledEngine({ threads: flags.threads ?? defaultThreads() });
      const base = await loadBase(flags.base);
      const { warnings, notes, ...found } = await evaluateFile(base, flags.sft, {
        ...flags,
        headFrom: flags.head,
        engine,
      });
      for (const { message } of warnings) inform(`warning: ${message}`);
      for (const note of notes) inform(`note: ${note}`);
      const { low, high } = found.interval();
      const { metric, metrics, examples, units } = found;
      const value = metrics[metric];
      if (flags.json === true) {
        printJson({
          metric,
          value,
          interval: [low, high],
          metrics,
          examples,
          units,
          warnings: warnings.map(({ code }) => code),
          notes,
        });
        return;
      }
      const show = (x: number) => metricText(metric, x);
      print(`${metric} ${show(value)}  95 % interval ${show(low)} to ${show(high)}`);
      for (const [name, other] of Object.entries(metrics))
        if (name !== metric) print(`${name} ${metricText(name, other)}`);
      print(`${count(examples)} examples, ${count(units)} ${unitName(metric, examples, units)}`);
    });
}

function unitName(metric: string, examples: number, units: number): string {
  if (metric === 'loss') return 'predicted pieces';
  return examples === units ? 'labels' : 'words';
}
