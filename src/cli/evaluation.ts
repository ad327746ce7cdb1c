import { basename } from 'node:path';
import { Option, type Command } from 'commander';
import { tagColumns } from '../data/tagging.ts';
import type { EngineChoice } from '../core/engineNames.ts';
import { UserError } from '../core/errors/userError.ts';
import { homePaths } from '../home/home.ts';
import { type TaskName, taskNames } from '../recipe/taskNames.ts';
import type { TagColumn } from '../recipe/types.ts';
import { loadBase } from '../trainer/base.ts';
import {
  type Evaluated,
  type EvaluateOptions,
  newEvaluator,
  type Evaluator,
  type Setting,
} from '../trainer/evaluator/evaluator.ts';
import type { DataRequest } from '../trainer/evaluator/headTask.ts';
import { predictionCache } from '../trainer/evaluator/predictionCache.ts';
import { recordResult } from '../trainer/evaluator/recordResult.ts';
import { sharedNotes } from '../trainer/evaluator/sharedNotes.ts';
import { defaultThreads } from '../trainer/job.ts';
import type { EvaluationWatch } from './evaluationProgress.ts';
import { engineOption, openEngine } from './engineOption.ts';
import { interruptible } from './interruptible.ts';
import { atLeastOne, baseFolder, howMany, listOf, renames, wholeNumber } from './values.ts';

/** What every command says that evaluates: the base, the file and how it is read. */
export interface EvaluationFlags {
  readonly base: string;
  readonly data: string;
  readonly column?: TagColumn;
  readonly text?: string;
  readonly pair?: string;
  readonly label?: string;
  readonly rename?: Readonly<Record<string, string>>;
  readonly decoding?: 'tree' | 'greedy';
  readonly language?: string;
  readonly task?: TaskName;
  readonly labels?: readonly string[];
  readonly blockSize?: number;
  readonly sample?: number;
  readonly role?: 'dev' | 'test';
  /** Whether the SFTs or their coefficients are known to have been chosen by figures on this file. */
  readonly tuned?: boolean;
  readonly threads?: number;
  readonly engine?: EngineChoice;
  readonly cache: boolean;
}

/** Adds the options of `EvaluationFlags`; base and data may be left out where they are not `required`. */
export function withEvaluationOptions(command: Command, required = true): Command {
  return withReadingOptions(command, required)
    .option('--sample <n>', 'evaluate so many of the examples, always the same ones', atLeastOne)
    .addOption(
      new Option('--role <role>', 'what the file is for, for the record of results').choices(['dev', 'test']),
    )
    .option('--tuned', 'the SFTs or coefficients were chosen by figures on this file: mark these, too')
    .option('--no-cache', 'predict anew what was predicted before')
    .option('--label <column>', 'column of a table that holds the label')
    .option(
      '--rename <written=label>',
      'a label or relation that the file writes otherwise; may be given several times',
      renames,
    )
    .option('--language <tag>', 'language of the data, by which answers to questions are compared')
    .option('--block-size <n>', "word pieces of a block of raw text (default: the recipe's)", howMany);
}

/** Adds those of them that say which model, which file, and how it is read where its labels are not. */
export function withReadingOptions(command: Command, required = true): Command {
  return command
    .addOption(
      new Option('--base <folder>', 'the base model: a Hugging Face folder, or hf:ID')
        .argParser(baseFolder)
        .makeOptionMandatory(required),
    )
    .addOption(
      new Option(
        '--data <file>',
        'labelled data (CoNLL-U, two columns, a table, SQuAD) or raw text',
      ).makeOptionMandatory(required),
    )
    .addOption(new Option('--column <name>', 'column that holds the tags').choices([...tagColumns, 'tag']))
    .option('--text <column>', 'column of a table that holds the text')
    .option('--pair <column>', 'column that holds the second text')
    .addOption(new Option('--decoding <how>', 'how a parser chooses heads').choices(['tree', 'greedy']))
    .addOption(
      new Option('--task <name>', 'what the head was trained for, for an SFT that does not say it').choices(
        taskNames,
      ),
    )
    .option('--labels <list>', "the head's labels, for an SFT that does not say them", listOf)
    .option('--threads <n>', 'threads of the engine', wholeNumber)
    .addOption(engineOption());
}

/** The request that the flags make. */
export function dataRequest(flags: EvaluationFlags): DataRequest {
  const { data, column, text, pair, label, rename, decoding, language, task, labels, blockSize } = flags;
  return { data, column, text, pair, label, rename, decoding, language, task, labels, blockSize };
}

/** An evaluator of the base that the flags name. @throws UserError as `loadBase` */
export async function openEvaluator({ base, threads, engine, cache }: EvaluationFlags): Promise<Evaluator> {
  return newEvaluator(await loadBase(base), {
    engine: await openEngine(engine, { threads: threads ?? defaultThreads() }),
    cache: cache ? predictionCache(homePaths().predictions) : undefined,
  });
}

/** Does work that evaluates, which Ctrl-C stops, and sets the exit code. What was predicted is kept, unless that is off. */
export async function evaluating(
  { cache }: Pick<EvaluationFlags, 'cache'>,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const kept = cache
    ? 'what was predicted is kept, and the same command goes on from there'
    : 'nothing was kept';
  process.exitCode = await interruptible(work, kept);
}

/** An evaluation, and whether its SFTs or coefficients were chosen by figures on its file. */
export interface RecordedEvaluation extends Evaluated {
  readonly tuned: boolean;
}

/** Evaluates, and adds that to the record of results. */
export async function evaluateAndRecord(
  evaluator: Evaluator,
  setting: Setting,
  flags: EvaluationFlags,
  options: EvaluateOptions = {},
): Promise<RecordedEvaluation> {
  const { results } = homePaths();
  const found = await evaluator.evaluate(setting, dataRequest(flags), { sample: flags.sample, ...options });
  const { role, tuned } = flags;
  try {
    return {
      ...found,
      tuned: await recordResult(results, evaluator, setting, flags.data, { found, role, tuned }),
    };
  } catch (error) {
    // The figures are worth more than a line in the record.
    if (!(error instanceof UserError)) throw error;
    return { ...found, tuned: tuned ?? false, notes: [...found.notes, `Not recorded: ${error.message}`] };
  }
}

/** How many sentences of the file stand in what the language SFTs have read, as sentences for the user. */
export async function sharedWith(
  { data, role }: Pick<EvaluationFlags, 'data' | 'role'>,
  evaluations: readonly Evaluated[],
  { signal, watch }: { readonly signal: AbortSignal; readonly watch: EvaluationWatch },
): Promise<string[]> {
  const looked = evaluations.map((found) => ({ test: basename(data), role, found }));
  return sharedNotes(looked, { memory: homePaths().sharedTexts, signal, progress: watch.looking });
}

/** What is said of figures on a file by which SFTs or coefficients were chosen. */
export function tunedNote({ data }: Pick<EvaluationFlags, 'data'>): string {
  return `tuned on this file: these SFTs or their coefficients were chosen by figures on ${basename(data)}; judge them on another one`;
}
