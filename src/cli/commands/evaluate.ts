import type { Command } from 'commander';
import type { CompositionRule } from '../../core/compositionRules.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import { labelRows } from '../../notebook/plainText.ts';
import { evaluationLines } from '../../protocol/evaluationLines.ts';
import { labelScores } from '../../trainer/notebook/outcomeBlocks.ts';
import { wrongExamples } from '../../trainer/evaluator/wrongExamples.ts';
import type { Evaluated } from '../../trainer/evaluator/evaluator.ts';
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
import { count, table } from '../format.ts';
import { askIfLong, unlessDeclined } from '../longEvaluation.ts';
import { refuseUnlessNew } from '../outFile.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { headChoice, ruleOption, sftReferences, type HeadChoice } from '../values.ts';

interface EvaluateFlags extends EvaluationFlags {
  readonly sft: readonly SftReference[];
  readonly head?: HeadChoice;
  readonly rule: CompositionRule;
  readonly force?: boolean;
  readonly perLabel?: boolean;
  readonly examples?: string;
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function evaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description('evaluate a base model with SFTs added to it')
    .option(
      '--sft <file[@coefficient]>',
      'an SFT to add; may be given several times, or once with a NAME.compose.yaml',
      sftReferences,
      [],
    );
  withEvaluationOptions(command)
    .option('--head <n|none>', 'whose head is used, counted from 1, where several have one', headChoice)
    .addOption(ruleOption())
    .option('--per-label', 'precision, recall and F1 of each label')
    .option('--examples <file>', 'write the examples that it gets wrong, gold and predicted side by side')
    .option('--replace', 'with --examples: replace a file that is there already')
    .option('--yes', 'start without asking, however long a large text will take')
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object')
    .action((flags: EvaluateFlags) => evaluating(flags, (signal) => evaluate(flags, signal)));
}

async function evaluate(flags: EvaluateFlags, signal: AbortSignal): Promise<number> {
  const { sft: sfts, rule, head: headFrom, force } = flags;
  const { examples, replace, base, data } = flags;
  if (examples !== undefined) await refuseUnlessNew(examples, { base, data, sfts }, replace);
  const evaluator = await openEvaluator(flags);
  const watch = watchEvaluation();
  return unlessDeclined(async () => {
    let found: RecordedEvaluation;
    let shared: readonly string[];
    try {
      found = await evaluateAndRecord(evaluator, { sfts, rule, headFrom, force }, flags, {
        signal,
        progress: watch.progress,
        large: { before: askIfLong(evaluator, flags), reading: watch.reading },
      });
      shared = await sharedWith(flags, [found], { signal, watch });
    } finally {
      watch.end();
    }
    await show({ ...found, notes: [...found.notes, ...shared] }, flags);
    return EXIT.ok;
  });
}

async function writeExamples(file: string, found: RecordedEvaluation): Promise<void> {
  const outcomes = found.outcomes();
  await writeTextAtomically(file, wrongExamples(outcomes));
  if (outcomes.length === 0)
    inform(`note: ${file} is empty: a text that is read as it is needed is not shown.`);
  else if (outcomes.length < found.examples)
    inform(`note: ${file} is about the first ${count(outcomes.length)} of ${count(found.examples)} blocks.`);
}

async function show(found: RecordedEvaluation, flags: EvaluateFlags): Promise<void> {
  const { warnings, notes, metric, metrics, examples, units } = found;
  for (const { message } of warnings) inform(`warning: ${message}`);
  for (const note of notes) inform(`note: ${note}`);
  if (found.tuned) inform(`note: ${tunedNote(flags)}`);
  if (flags.examples !== undefined) await writeExamples(flags.examples, found);
  const { low, high } = found.interval();
  const value = metrics[metric];
  if (flags.json === true) {
    printJson({
      metric,
      value,
      interval: [low, high],
      metrics,
      examples,
      of: found.all,
      units,
      tuned: found.tuned,
      warnings: warnings.map(({ code }) => code),
      notes,
      ...(flags.perLabel === true ? { labels: labelsJson(found) } : {}),
    });
    return;
  }
  const facts = { metric, interval: [low, high] as const, metrics, examples, of: found.all, units };
  for (const line of evaluationLines(facts)) print(line);
  if (flags.perLabel === true) printLabels(found);
}

function printLabels(found: Evaluated): void {
  if (found.byLabel === undefined) return;
  print();
  print(table(labelRows(labelScores(found), 2)));
}

function labelsJson(found: Evaluated) {
  return Object.fromEntries(labelScores(found).map(({ label, ...scores }) => [label, scores]));
}
