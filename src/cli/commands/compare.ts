import type { Command } from 'commander';
import type { CompositionRule } from '../../core/compositionRules.ts';
import { metricOf } from '../../trainer/evaluator/metricOf.ts';
import { compareSystems, type ComparedSystem } from '../../trainer/evaluator/comparison.ts';
import type { Evaluated, Evaluator } from '../../trainer/evaluator/evaluator.ts';
import { seedGroups, seedSfts } from '../../trainer/evaluator/seeds.ts';
import { parseSystem } from '../compositions.ts';
import {
  evaluateAndRecord,
  evaluating,
  type EvaluationFlags,
  openEvaluator,
  type RecordedEvaluation,
  sharedWith,
  tunedNote,
  withEvaluationOptions,
} from '../evaluation.ts';
import { watchEvaluation } from '../evaluationProgress.ts';
import { table } from '../format.ts';
import { askIfLong, unlessDeclined } from '../longEvaluation.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { differenceText, metricText, probabilityText, counted } from '../../core/texts.ts';
import { headChoice, type HeadChoice, ruleOption, texts } from '../values.ts';

interface CompareFlags extends EvaluationFlags {
  readonly sft: readonly string[];
  readonly metric?: string;
  readonly rule: CompositionRule;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly head?: HeadChoice;
  readonly json?: boolean;
}

export function compareCommand(program: Command): void {
  const command = program
    .command('compare')
    .description('compare compositions on one file with the first of them: differences, p-values, Holm')
    .requiredOption(
      '--sft <a[@c]+b[@c]>',
      'a composition, or base; those of several seeds with | between them; given once a system',
      texts,
    );
  withEvaluationOptions(command)
    .option('--metric <name>', "accuracy, macroF1, f1, f1Strict, loss ... (default: the task's)")
    .option('--head <n|none>', 'whose head is used, counted from 1, where several have one', headChoice)
    .addOption(ruleOption())
    .option('--force', 'add SFTs of another base all the same')
    .option('--yes', 'start without asking, however long a large text will take')
    .option('--json', 'print one JSON object')
    .action((flags: CompareFlags) =>
      evaluating(flags, (signal) => unlessDeclined(() => compare(flags, signal))),
    );
}

async function compare(flags: CompareFlags, signal: AbortSignal): Promise<number> {
  const evaluator = await openEvaluator(flags);
  const { systems, shared } = await evaluateAll(evaluator, flags, signal);
  const all = systems.flat();
  const warnings = all.flatMap((one) => one.warnings);
  const notes = new Set([...all.flatMap((one) => one.notes), ...shared]);
  const said = new Set([
    ...warnings.map(({ message }) => `warning: ${message}`),
    ...[...notes].map((note) => `note: ${note}`),
    ...(all.some(({ tuned }) => tuned) ? [`note: ${tunedNote(flags)}`] : []),
  ]);
  for (const line of said) inform(line);
  const metric = flags.metric ?? all[0].metric;
  const groups = seedGroups(systems.map((models) => models.map(seedSfts)));
  const compared = compareSystems(systems, metric, groups);
  const [{ examples }] = all;
  if (flags.json === true) {
    const rows = compared.map(({ deviation, ...one }, i) => ({
      system: flags.sft[i],
      seeds: seedsOf(systems[i], groups),
      tuned: systems[i].some(({ tuned }) => tuned),
      ...(Number.isNaN(deviation) ? {} : { deviation }),
      ...one,
    }));
    const codes = [...new Set(warnings.map(({ code }) => code))];
    printJson({
      metric,
      examples,
      comparisons: compared.length - 1,
      systems: rows,
      warnings: codes,
      notes: [...notes],
    });
    return EXIT.ok;
  }
  print(comparisonTable(flags.sft, compared, metric));
  print();
  const seeds = new Set(groups).size;
  const about = seeds > 1 ? `over ${seeds} seeds` : 'of these very models';
  print(
    compared.length < 2
      ? `${counted(examples, 'example')}; nothing was compared`
      : `${counted(examples, 'example')}; paired approximate randomisation ${about}, Holm over ${counted(compared.length - 1, 'comparison')}`,
  );
  return EXIT.ok;
}

/** How many seeds the models of a system are: forks of one full phase are one. */
function seedsOf({ length }: readonly Evaluated[], groups: readonly number[]): number {
  return length === 1 ? 1 : new Set(groups).size;
}

/** The models of each system, one for each of its seeds, and what their SFTs have read of the file. */
async function evaluateAll(
  evaluator: Evaluator,
  flags: CompareFlags,
  signal: AbortSignal,
): Promise<{ readonly systems: RecordedEvaluation[][]; readonly shared: readonly string[] }> {
  const { rule, force, head: headFrom } = flags;
  const wanted = flags.sft.map(parseSystem);
  const watch = watchEvaluation();
  const large = { before: askIfLong(evaluator, flags, wanted.flat().length), reading: watch.reading };
  const systems: RecordedEvaluation[][] = [];
  try {
    for (const seeds of wanted) {
      const models: RecordedEvaluation[] = [];
      for (const sfts of seeds)
        models.push(
          await evaluateAndRecord(evaluator, { sfts, rule, force, headFrom }, flags, {
            signal,
            progress: watch.progress,
            large,
          }),
        );
      // Before the others are evaluated for nothing.
      if (flags.metric !== undefined) metricOf(models[0], flags.metric);
      systems.push(models);
    }
    return { systems, shared: await sharedWith(flags, systems.flat(), { signal, watch }) };
  } finally {
    watch.end();
  }
}

function comparisonTable(
  names: readonly string[],
  systems: readonly ComparedSystem[],
  metric: string,
): string {
  const show = (value: number) => metricText(metric, value);
  const rows = systems.map(({ value, interval, against }, i) => [
    names[i],
    show(value),
    `${show(interval.low)} to ${show(interval.high)}`,
    ...(against === undefined
      ? ['', '', '', '']
      : [
          differenceText(metric, against.difference),
          `${differenceText(metric, against.interval.low)} to ${differenceText(metric, against.interval.high)}`,
          probabilityText(against.p),
          probabilityText(against.adjusted),
        ]),
  ]);
  return table([
    ['composition', metric, '95 % interval', 'difference', '95 % interval', 'p', 'Holm'],
    ...rows,
  ]);
}
