import type { Command } from 'commander';
import type { CompositionRule } from '../core/compositionRules.ts';
import type { Sft } from '../core/sft.ts';
import { readSftWithEntries } from '../library/sftWithEntries.ts';
import type { SftReference } from '../recipe/sftReference.ts';
import { homePaths } from '../home/home.ts';
import {
  evaluateVariants,
  formsNote,
  type Variant,
  type VariantsResult,
} from '../trainer/attribution/variants.ts';
import { recordResult } from '../trainer/evaluator/recordResult.ts';
import {
  dataRequest,
  evaluating,
  type EvaluationFlags,
  openEvaluator,
  sharedWith,
  tunedNote,
} from './evaluation.ts';
import { watchEvaluation } from './evaluationProgress.ts';
import { count, table } from './format.ts';
import { EXIT, inform, print, printJson } from './output.ts';
import { differenceText, metricText, probabilityText, counted } from '../core/texts.ts';
import { statusLine } from './statusLine.ts';
import { headChoice, ruleOption, sftReferences, type HeadChoice } from './values.ts';

/** What commands say that evaluate an SFT in several forms, together with others. */
export interface VariantFlags extends EvaluationFlags {
  readonly with: readonly SftReference[];
  readonly head?: HeadChoice;
  readonly rule: CompositionRule;
  readonly force?: boolean;
  readonly json?: boolean;
  /** What was written before, told along. */
  readonly written?: { readonly file: string; readonly entries: number };
}

/** Adds the options of `VariantFlags`, but for those of the evaluation. */
export function withVariantOptions(command: Command): Command {
  return command
    .option(
      '--with <file[@coefficient]>',
      'another SFT to add; may be given several times',
      sftReferences,
      [],
    )
    .option(
      '--head <n|none>',
      'whose head is used, counted from 1 (FILE, then those of --with), where several have one',
      headChoice,
    )
    .addOption(ruleOption())
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object');
}

/** Evaluates the forms of an SFT that `variantsOf` makes, and says how they differ from the whole; sets the exit code. */
export async function reportVariants(
  target: SftReference,
  flags: VariantFlags,
  variantsOf: (sft: Sft) => readonly Variant[],
): Promise<void> {
  await evaluating(flags, (signal) => report(target, flags, variantsOf, signal));
}

async function report(
  target: SftReference,
  flags: VariantFlags,
  variantsOf: (sft: Sft) => readonly Variant[],
  signal: AbortSignal,
): Promise<number> {
  const { sft } = await readSftWithEntries(target.sft);
  const evaluator = await openEvaluator(flags);
  const { rule, head: headFrom, force, sample } = flags;
  const setting = { sfts: [target, ...flags.with], rule, headFrom, force };
  const status = statusLine();
  const result = await evaluateVariants(
    evaluator,
    { setting, target: 0 },
    variantsOf(sft),
    dataRequest(flags),
    {
      sample,
      signal,
      tell: ({ name }, done, of) => status.show(`${done} of ${of}: ${name}`),
      record(formed, found, tuned = flags.tuned) {
        const note = { found, role: flags.role, tuned };
        return recordResult(homePaths().results, evaluator, formed, flags.data, note);
      },
    },
  );
  status.clear();
  const shared = await sharedWith(flags, [result.whole], { signal, watch: watchEvaluation() });
  for (const { message } of result.warnings) inform(`warning: ${message}`);
  const notes = [...shared, ...result.notes];
  for (const note of [...notes, ...(result.tuned ? [tunedNote(flags)] : []), formsNote])
    inform(`note: ${note}`);
  if (flags.json === true) {
    const { metric, examples, variants, tuned } = result;
    const warnings = result.warnings.map(({ code }) => code);
    const { written = {} } = flags;
    printJson({
      ...written,
      metric,
      examples,
      tuned,
      variants: variants.map(withoutDeviation),
      warnings,
      notes,
    });
  } else printVariants(result);
  return EXIT.ok;
}

function printVariants({ metric, examples, variants }: VariantsResult): void {
  const show = (value: number) => metricText(metric, value);
  const rows = variants.map(({ name, entries, value, interval, against }) => [
    name,
    count(entries),
    show(value),
    `${show(interval.low)} to ${show(interval.high)}`,
    against === undefined ? '' : differenceText(metric, against.difference),
    against === undefined ? '' : probabilityText(against.adjusted),
  ]);
  print(table([['SFT', 'entries', metric, '95 % interval', 'difference', 'Holm'], ...rows]));
  print();
  print(`${counted(examples, 'example')}${testedText(variants.length - 1)}`);
}

/** What the differences to the whole SFT are; nothing where there is no other form of it. */
function testedText(others: number): string {
  return others === 0 ? '' : `; differences to the whole SFT, Holm over ${counted(others, 'comparison')}`;
}

/** A single model has none. */
function withoutDeviation({
  name,
  entries,
  value,
  interval,
  against,
}: VariantsResult['variants'][number]): Omit<VariantsResult['variants'][number], 'deviation'> {
  return { name, entries, value, interval, ...(against === undefined ? {} : { against }) };
}
