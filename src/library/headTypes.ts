import type { Parameter } from '../core/parameters.ts';
import type { TrainedFor } from '../recipe/taskNames.ts';

/**
 * What the head of a model or an SFT may have been trained for, by the names of its parameters, sparse or whole; the likeliest
 * first. A BERT classifier alone does not tell: only classification of texts has use for the pooler.
 */
export function headTypes(names: Iterable<string>): readonly [TrainedFor, ...TrainedFor[]] {
  const all = [...names];
  const has = (start: string) => all.some((name) => name.startsWith(start));
  if (has('biaffine_')) return ['parsing'];
  if (has('qa_outputs.')) return ['questionAnswering'];
  if (has('classifier.out_proj.')) return ['classification'];
  if (!has('classifier.')) return ['language'];
  if (has('roberta.')) return ['tagging'];
  return has('bert.pooler.') ? ['classification', 'tagging'] : ['tagging', 'classification'];
}

/** Matrices whose rows are what a head tells apart: classes, or relations of a parser. */
const outputWeights = ['classifier.out_proj.weight', 'classifier.weight', 'biaffine_rels.weight'];

/** How many classes (of a parser: relations) the head among these parameters tells apart; undefined where there are none. */
export function headOutputs(parameters: ReadonlyMap<string, Pick<Parameter, 'shape'>>): number | undefined {
  return outputWeights.flatMap((name) => parameters.get(name) ?? []).at(0)?.shape[0];
}
