import { basename } from 'node:path';
import { composeSfts } from '../core/composition.ts';
import { userError, type UserError } from '../core/errors/userError.ts';
import type { Parameters } from '../core/parameters.ts';
import { checkBase, loadTerms, type BaseIdentity } from '../library/terms.ts';
import type { ResolvedRecipe, ResolvedTaskRecipe, Source, Task } from '../recipe/types.ts';
import { addSource, type SourceDiffs } from '../training/activeSource.ts';
import type { BaseFrame } from './base.ts';
import type { LabelPlace } from './tasks/module.ts';
import { taskModule } from './tasks/tasks.ts';
import type { SourceData, TrainingData } from './trainingData.ts';

/** The sources of a recipe; none where it has one without a name. */
export function sourcesOf(recipe: ResolvedRecipe): readonly Source[] {
  return recipe.kind === 'task' ? (recipe.sources ?? []) : [];
}

/**
 * The data of a recipe with several sources: each is read as if it were alone, but with the labels of all.
 * @throws UserError of reading; `source-labels` where two sources have no label in common
 */
export async function sourcesData(recipe: ResolvedTaskRecipe, base: BaseFrame): Promise<TrainingData> {
  const { labels, training, firstWith } = taskModule<Task>(recipe.task);
  const sources = sourcesOf(recipe);
  const own: LabelsOfSource[] = [];
  for (const { name, train } of sources) {
    const alone = { ...recipe, data: { train, validation: [] } };
    own.push({
      name,
      labels: await labels(alone),
      first: async (wanted) => firstWith?.(alone, new Set(wanted)),
    });
  }
  const differences = await labelNotes(own);
  const names = await labels(recipe);
  const parts: SourceData[] = [];
  const read: TrainingData[] = [];
  for (const { name, train, validation, language = recipe.language, repeat } of sources) {
    const alone = withLabels({ ...recipe, language, data: { train, validation } }, names);
    const data = await training(alone, base);
    const { examples, example, validate } = data;
    read.push(data);
    parts.push({ name, repeat, examples, example, ...(validate === undefined ? {} : { validate }) });
  }
  const [first] = read;
  return {
    head: first.head,
    outputs: first.outputs,
    labels: first.labels,
    examples: parts.reduce((sum, { examples, repeat }) => sum + repeat * examples, 0),
    example: exampleOfAny(parts),
    notes: [
      ...parts.flatMap(({ name }, i) => read[i].notes.map((note) => `${name}: ${note}`)),
      ...differences,
    ],
    sources: parts,
  };
}

/** All examples in a row, those of a source as often as it repeats. */
function exampleOfAny(sources: readonly SourceData[]): TrainingData['example'] {
  return (index, phase, epoch) => {
    let place = index;
    for (const { examples, repeat, example } of sources) {
      if (place < examples * repeat) return example(place % examples, phase, epoch);
      place -= examples * repeat;
    }
    throw new RangeError(`There is no example ${index}.`);
  };
}

/** The labels of all sources, so that each has the same outputs. */
function withLabels(recipe: ResolvedTaskRecipe, labels: readonly string[]): ResolvedTaskRecipe {
  const { task } = recipe;
  return task.type === 'tagging' || task.type === 'classification'
    ? { ...recipe, task: { ...task, labels } }
    : recipe;
}

interface LabelsOfSource {
  readonly name: string;
  readonly labels: readonly string[];
  /** Where in its training data one of these labels first stands. */
  readonly first: (wanted: readonly string[]) => Promise<LabelPlace | undefined>;
}

/**
 * Which labels a source alone has, and where, in sentences for the user.
 * @throws UserError `source-labels` where a source has no label in common with the others; of reading
 */
async function labelNotes(own: readonly LabelsOfSource[]): Promise<string[]> {
  if (own.length < 2) return [];
  const notes: string[] = [];
  for (const source of own) {
    const { name, labels, first } = source;
    const others = new Set(own.flatMap((other) => (other === source ? [] : other.labels)));
    const alone = labels.filter((label) => !others.has(label));
    if (alone.length === 0) continue;
    const place = await first(alone);
    if (alone.length === labels.length)
      throw userError('source-labels', { name, labels, others: [...others] }, place);
    const where = place === undefined ? '' : `, the first in line ${place.line} of ${basename(place.file)}`;
    notes.push(`Only ${name} has the labels ${alone.join(', ')}${where}.`);
  }
  return notes;
}

/**
 * What is added to the values while a batch of each source is computed, in their order.
 * @throws UserError of reading, of an SFT of another base; `sft-parameter-unknown`
 */
export async function loadSourceDiffs(
  sources: readonly Source[],
  base: BaseIdentity,
  parameters: Parameters,
): Promise<{ diffs: SourceDiffs[]; warnings: UserError[] }> {
  const diffs: SourceDiffs[] = [];
  const warnings: UserError[] = [];
  for (const { apply } of sources) {
    const terms = await loadTerms(apply);
    warnings.push(...checkBase(terms, base));
    const { diffs: own } = composeSfts(terms, { headFrom: 'none' });
    for (const [parameter, { indices }] of own) {
      const size = parameters.get(parameter)?.values.length;
      if (indices.length === 0) continue;
      const sft = terms.map(({ name }) => name).join(' + ');
      if (size === undefined) throw userError('sft-parameter-unknown', { parameter, sft });
      const index = indices[indices.length - 1];
      if (index >= size) throw userError('sft-out-of-range', { parameter, sft, index, size });
    }
    diffs.push(own);
  }
  return { diffs, warnings };
}

/**
 * Validation on the data of each source, with its SFTs added: `METRIC` is the mean over the sources, `METRIC NAME` a source's own.
 * Undefined where no source has such data.
 */
export function validateSources(
  sources: readonly SourceData[],
  diffs: readonly SourceDiffs[],
): TrainingData['validate'] {
  const judged = sources.flatMap(({ name, validate }, i) =>
    validate === undefined ? [] : [{ name, validate, diffs: diffs[i] }],
  );
  if (judged.length === 0) return undefined;
  return async (predictor, weights) => {
    const found: (readonly [string, Readonly<Record<string, number>>])[] = [];
    for (const { name, validate, diffs: own } of judged) {
      const takeBack = addSource(weights, own);
      try {
        found.push([name, (await validate(predictor, weights)).metrics]);
      } finally {
        takeBack();
      }
    }
    const [, first] = found[0];
    const means = Object.keys(first).map((metric) => [
      metric,
      found.reduce((sum, [, metrics]) => sum + metrics[metric], 0) / found.length,
    ]);
    const each = found.flatMap(([name, metrics]) =>
      Object.entries(metrics).map(([metric, value]) => [`${metric} ${name}`, value]),
    );
    return {
      metrics: Object.fromEntries([...means, ...(found.length > 1 ? each : [])]) as Record<string, number>,
    };
  };
}
