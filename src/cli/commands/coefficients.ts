import { basename, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { CompositionRule } from '../../core/compositionRules.ts';
import { userError } from '../../core/errors/userError.ts';
import { homePaths } from '../../home/home.ts';
import { evenly } from '../../protocol/compose.ts';
import { tunedOnTest } from '../../protocol/results.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import {
  bestPoint,
  type SweepAxis,
  sweepCoefficients,
  type SweepResult,
} from '../../trainer/sweep/coefficientSweep.ts';
import type { Evaluated } from '../../trainer/evaluator/evaluator.ts';
import { recordResult } from '../../trainer/evaluator/recordResult.ts';
import {
  dataRequest,
  evaluating,
  type EvaluationFlags,
  openEvaluator,
  sharedWith,
  withEvaluationOptions,
} from '../evaluation.ts';
import { watchEvaluation } from '../evaluationProgress.ts';
import { table } from '../format.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { metricText, counted } from '../../core/texts.ts';
import { statusLine } from '../statusLine.ts';
import { headChoice, ruleOption, sftReferences, type HeadChoice } from '../values.ts';

interface Varied {
  readonly name: string;
  readonly values: readonly number[];
}

interface CoefficientsFlags extends EvaluationFlags {
  readonly vary: readonly Varied[];
  readonly head?: HeadChoice;
  readonly rule: CompositionRule;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function coefficientsCommand(program: Command): void {
  const command = program
    .command('coefficients')
    .description('evaluate a composition at many choices of one or two coefficients')
    .argument('<file[@coefficient]...>', 'the SFTs, or one NAME.compose.yaml', sftReferences)
    .requiredOption(
      '--vary <name=from..to[:values]>',
      'whose coefficient varies, and between what (7 values unless said); once or twice',
      varied,
    );
  withEvaluationOptions(command)
    .option('--head <n|none>', 'whose head is used, counted from 1, where several have one', headChoice)
    .addOption(ruleOption())
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object')
    .action((sfts: readonly SftReference[], flags: CoefficientsFlags) =>
      evaluating(flags, (signal) => coefficients(sfts, flags, signal)),
    );
}

async function coefficients(
  sfts: readonly SftReference[],
  flags: CoefficientsFlags,
  signal: AbortSignal,
): Promise<number> {
  const { vary, rule, head: headFrom, force, sample } = flags;
  if (vary.length > 2) throw userError('sweep-axes', { given: vary.length });
  const axes = vary.map(({ name, values }): SweepAxis => ({ target: targetOf(name, sfts), values }));
  if (new Set(axes.map(({ target }) => target)).size < axes.length)
    throw userError('sweep-same-axis', { name: vary[vary.length - 1].name });
  if (flags.role === 'test') inform(`warning: ${tunedOnTest(basename(flags.data))}`);
  const evaluator = await openEvaluator(flags);
  const status = statusLine();
  const evaluated: Evaluated[] = [];
  const result = await sweepCoefficients(
    evaluator,
    { sfts, rule, headFrom, force },
    axes,
    dataRequest(flags),
    {
      sample,
      signal,
      tell: (_, __, done, of) => status.show(`${done} of ${of}`),
      async record(setting, found) {
        evaluated.push(found);
        const note = { found, role: flags.role, tuned: true };
        await recordResult(homePaths().results, evaluator, setting, flags.data, note);
      },
    },
  );
  status.clear();
  for (const { message } of result.warnings) inform(`warning: ${message}`);
  const shared = await sharedWith(flags, evaluated.slice(0, 1), { signal, watch: watchEvaluation() });
  const notes = [...shared, ...result.notes];
  for (const note of notes) inform(`note: ${note}`);
  const names = vary.map(({ name }) => name);
  const { metric, examples, points } = result;
  const best = bestPoint(metric, points);
  if (flags.json === true) {
    const warnings = result.warnings.map(({ code }) => code);
    printJson({ metric, examples, varied: names, points, best, tuned: flags.data, warnings, notes });
  } else printSweep(names, result, flags.data);
  return EXIT.ok;
}

function printSweep(names: readonly string[], { metric, examples, points }: SweepResult, data: string): void {
  const show = (value: number) => metricText(metric, value);
  const rows = points.map(({ coefficients: at, value, low, high }) => [
    ...at.map(String),
    show(value),
    `${show(low)} to ${show(high)}`,
  ]);
  print(table([[...names, metric, '95 % interval'], ...rows]));
  print();
  const best = bestPoint(metric, points);
  const where = names.map((name, i) => `${name} ${best.coefficients[i]}`).join(', ');
  print(
    `${counted(examples, 'example')}; best at ${where}: ${show(best.value)}, tuned on ${basename(data)}: judge it on another file`,
  );
}

/** The SFT that a name means: its path, its file's name without its ending, or its number from 1. */
function targetOf(name: string, sfts: readonly SftReference[]): number {
  const names = sfts.map(({ sft }) => basename(sft).replace(/(\.sft)?\.safetensors$/, ''));
  const found = sfts.flatMap(({ sft }, i) =>
    names[i] === name || resolve(sft) === resolve(name) || String(i + 1) === name ? [i] : [],
  );
  if (found.length !== 1) throw userError('sweep-name', { name, names });
  return found[0];
}

/** NAME=FROM..TO or NAME=FROM..TO:VALUES, added to those given before. */
function varied(text: string, before: readonly Varied[] = []): Varied[] {
  const match = /^(.+)=(-?[\d.e-]+)\.\.(-?[\d.e-]+)(?::(\d+))?$/i.exec(text);
  const [from, to, values] = [Number(match?.[2]), Number(match?.[3]), Number(match?.[4] ?? 7)];
  if (match === null || !Number.isFinite(from) || !Number.isFinite(to) || values < 2)
    throw new InvalidArgumentError('Give NAME=FROM..TO, such as mt=0..1.5, or mt=0..1.5:16 for 16 values.');
  return [...before, { name: match[1], values: evenly(from, to, values) }];
}
