import { extname } from 'node:path';
import type { Place } from '../../core/errors/problem.ts';
import { userError } from '../../core/errors/userError.ts';
import { headTypes } from '../../library/headTypes.ts';
import { type PublishedSft, publishedUnsaid } from '../../library/publishedSfts.ts';
import type { LoadedTerm } from '../../library/terms.ts';
import { mlmNames } from '../../model/heads/maskedLanguageModelling.ts';
import { longestSequence } from '../../model/names.ts';
import { parseRecipe } from '../../recipe/load.ts';
import type { Recipe } from '../../recipe/schema.ts';
import {
  type TaskName,
  taskName,
  taskNames,
  type TrainedFor,
  trainedFor,
  writtenTask,
} from '../../recipe/taskNames.ts';
import type { Task } from '../../recipe/types.ts';
import type { Base } from '../base.ts';
import type { EvaluationContext, Purpose, TaskModule, TaskOverrides, WrittenTask } from '../tasks/module.ts';
import { taskModule } from '../tasks/tasks.ts';
import type { EvaluationData } from './evaluationData.ts';
import { languageFile, type ReadingOptions, type WrittenMlm } from './languageFile.ts';
import { refuseUnused } from './unusedOptions.ts';

/** A file, and how it is read where that is not as the head's SFT says. */
export interface DataRequest extends TaskOverrides {
  readonly data: string;
  /** What the head was trained for, for an SFT that does not say. */
  readonly task?: TaskName | undefined;
  /** Meaning of the head's outputs, for an SFT that does not say. */
  readonly labels?: readonly string[] | undefined;
  /** Word pieces of a block of raw text; by the recipe unless given. */
  readonly blockSize?: number | undefined;
  /** What nobody said for this head in particular, so that it is passed over where it says nothing for it; else that is an error. */
  readonly mayBeUnused?: readonly ReadingOption[] | undefined;
}

/** What may be said of how a file is read or scored. */
export type ReadingOption = keyof TaskOverrides | 'blockSize';

/**
 * Reads a file for the head in use: that of `source`, or the base's own. What the head was trained for, its labels and the
 * settings of its recipe stand in the SFT's metadata; `request` goes before its settings.
 * @throws UserError of reading, and of `taskOfHead`; `evaluate-not-text` for labelled data and the head of a language model
 */
export async function dataForHead(
  base: Base,
  source: LoadedTerm | undefined,
  request: DataRequest,
  options: ReadingOptions = {},
): Promise<EvaluationData> {
  const task = taskOfHead(base, source, request);
  if (task === undefined) return languageFile(base, source, { ...request, ...options, mlm: mlmOf(source) });
  const data = await task.module.evaluation(task.context);
  return { ...data, notes: [...task.notes, ...data.notes] };
}

/** The task of the head in use, and how a file is read for it. */
export interface HeadTask {
  readonly module: TaskModule<Task>;
  readonly context: EvaluationContext;
  /** What was taken for granted, in sentences for the user. */
  readonly notes: readonly string[];
}

/**
 * The task of the head in use; undefined where it is none of a task's. What the SFT's file does not say, `request` does, or the
 * list of published SFTs.
 * @throws UserError `evaluate-no-head`, `evaluate-task`, `evaluate-task-told`, `evaluate-labels`, `evaluate-labels-other`,
 *   `evaluate-labels-unused`, `evaluate-option-unused`
 */
export function taskOfHead(
  base: Base,
  source: LoadedTerm | undefined,
  request: DataRequest,
  purpose: Purpose = 'evaluation',
): HeadTask | undefined {
  const place = { file: source?.file ?? request.data };
  const { type, published, notes } = chooseTask(base, source, request);
  refuseUnused(request, type, purpose, place);
  const hasLabels = type !== 'language' && type !== 'questionAnswering';
  if (request.labels !== undefined && !hasLabels) throw userError('evaluate-labels-unused', { type }, place);
  if (type === 'language') return undefined;
  const module = taskModule<Task>({ type });
  const weight = module.outputWeight(base.config);
  const outputs = (source?.sft.abs.get(weight) ?? base.parameters.get(weight))?.shape[0];
  if (outputs === undefined) throw userError('evaluate-no-head', { base: base.name }, place);
  const told = source?.metadata.labels;
  const listed = published?.labels?.length === outputs ? published.labels : undefined;
  const labels = request.labels ?? told ?? listed ?? module.outputs ?? ownLabels(base);
  if (labels?.length !== outputs) {
    throw userError('evaluate-labels', { outputs, labels: labels?.length }, place);
  }
  if (told !== undefined && labels.some((label, i) => label !== told[i])) {
    throw userError('evaluate-labels-other', { told }, place);
  }
  const recipe = recipeOf(source);
  const task = recipe?.kind === 'task' ? recipe : undefined;
  refuseOtherTask(request.task, task?.task, place);
  const name = request.task ?? published?.task ?? taskName(source?.metadata.task);
  const written = task?.task ?? (name === undefined ? undefined : writtenTask(name));
  const longest = longestSequence(base.config);
  const maxLength = Math.min(task?.maxLength ?? longest, longest);
  const { language } = source?.metadata ?? {};
  const unverified =
    labels === listed
      ? [
          `Its file does not say its labels either. They are taken in the order of the reference's scripts, which is not verified: ` +
            `${labels.join(',')}. --labels says otherwise.`,
        ]
      : [];
  return {
    module,
    context: { base, labels, written, language, maxLength, options: request },
    notes: [...notes, ...unverified],
  };
}

/**
 * Refuses a name of a task that says other columns, or a pair of texts instead of one, than the recipe that the SFT keeps.
 * @throws UserError `evaluate-task-told`
 */
function refuseOtherTask(name: TaskName | undefined, told: WrittenTask, place: Place): void {
  const wanted = name === undefined ? undefined : writtenTask(name);
  if (name === undefined || wanted === undefined || told === undefined || name === wanted.type) return;
  if (wanted.type === 'tagging' && told.type === 'tagging') {
    const { column = 'upos' } = told;
    if (wanted.column !== column) throw userError('evaluate-task-told', { task: name, told: column }, place);
  }
  if (wanted.type === 'classification' && told.type === 'classification') {
    const isPair = told.pair !== undefined;
    if (isPair === (wanted.pair !== undefined)) return;
    throw userError('evaluate-task-told', { task: name, told: isPair ? 'pairs' : 'texts' }, place);
  }
}

interface ChosenTask {
  readonly type: TrainedFor;
  /** The published SFT that the head's seems to be. */
  readonly published: PublishedSft | undefined;
  readonly notes: readonly string[];
}

/** What the head in use was trained for. @throws UserError `evaluate-no-head`; `evaluate-task` where it cannot be what `request` says */
function chooseTask(base: Base, source: LoadedTerm | undefined, { task, data }: DataRequest): ChosenTask {
  const told = source === undefined ? typeOfBase(base) : typeOfSft(source);
  const possible = told === undefined ? headTypes(parameterNames(base, source)) : [told];
  if (task !== undefined) {
    const type = trainedFor(task);
    if (possible.includes(type)) return { type, published: undefined, notes: [] };
    const place = { file: source?.file ?? data };
    const name = source?.name ?? base.name;
    const isBare =
      source === undefined && told === undefined && !base.parameters.has(mlmNames(base.config).bias);
    if (isBare) throw userError('evaluate-no-head', { base: name }, place);
    const names = taskNames.filter((one) => possible.includes(trainedFor(one)));
    throw userError('evaluate-task', { name, task, possible: names }, place);
  }
  const published = source === undefined ? undefined : publishedUnsaid(source.file, source.metadata);
  const name = source?.name ?? base.name;
  if (published?.task !== undefined && possible.includes(trainedFor(published.task))) {
    const note = `${name} does not say its task. By its folder it is ${published.id}, for ${published.task}; --task says otherwise.`;
    return { type: trainedFor(published.task), published, notes: [note] };
  }
  const [likely] = possible;
  if (possible.length === 1) return { type: likely, published: undefined, notes: [] };
  const type = typeByEnding(data, possible) ?? likely;
  const note = `${name} does not say its task. It is taken for one of ${type}; --task says otherwise.`;
  return { type, published: undefined, notes: [note] };
}

/** What an SFT's file says that its head was trained for. */
function typeOfSft({ metadata }: LoadedTerm): TrainedFor | undefined {
  const name = taskName(metadata.task);
  return name === undefined ? undefined : trainedFor(name);
}

function typeOfBase({ config }: Base): TrainedFor | undefined {
  const { architectures } = config.raw;
  const own = Array.isArray(architectures) ? String(architectures[0]) : '';
  if (own.endsWith('ForTokenClassification')) return 'tagging';
  if (own.endsWith('ForQuestionAnswering')) return 'questionAnswering';
  return own.endsWith('ForSequenceClassification') ? 'classification' : undefined;
}

function parameterNames(base: Base, source: LoadedTerm | undefined): Iterable<string> {
  return source === undefined
    ? base.parameters.keys()
    : [...source.sft.diffs.keys(), ...source.sft.abs.keys()];
}

/** Tables are for classification, treebanks for tagging: a file's ending tells what names of parameters leave open. */
function typeByEnding(data: string, possible: readonly TrainedFor[]): TrainedFor | undefined {
  const type = { '.csv': 'classification', '.jsonl': 'classification', '.conllu': 'tagging' } as const;
  const ending = extname(data).toLowerCase();
  return possible.find((one) => Object.hasOwn(type, ending) && type[ending as keyof typeof type] === one);
}

/** The labels that the base's config.json names. */
function ownLabels({ config }: Base): readonly string[] | undefined {
  const { id2label } = config.raw;
  if (typeof id2label !== 'object' || id2label === null) return undefined;
  const names = Object.entries(id2label).map(([id, name]) => [Number(id), String(name)] as const);
  return names.sort(([a], [b]) => a - b).map(([, name]) => name);
}

/** The recipe that an SFT's file keeps; settings of it decide how it is evaluated. */
function recipeOf(source: LoadedTerm | undefined): Recipe | undefined {
  if (source?.metadata.recipe === undefined) return undefined;
  return parseRecipe(source.metadata.recipe, source.file).recipe;
}

/** How a language SFT was trained, where its file says. */
function mlmOf(source: LoadedTerm | undefined): WrittenMlm | undefined {
  const recipe = recipeOf(source);
  return recipe?.kind === 'language' ? recipe.mlm : undefined;
}
