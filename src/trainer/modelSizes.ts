import { encoderShapes } from '../formats/encoderShapes.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Head } from '../model/heads/head.ts';
import { mlmNames } from '../model/heads/maskedLanguageModelling.ts';
import { embeddingNames, encoderPrefix } from '../model/names.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { assignRoles } from '../training/roles.ts';

/** How many entries a model in training has, and who trains. */
export interface ModelSizes {
  /** All of them, head included. */
  readonly parameters: number;
  readonly maskable: number;
  /** Trained wholly in both phases. */
  readonly dense: number;
  /** Trained in a full phase, but for tables of which only the rows that data touch train. */
  readonly whole: number;
  /** Of `whole`, what is maskable: it trains on the mask alone in a sparse phase. */
  readonly wholeMaskable: number;
  /** Entries a row of the word embeddings, if only their touched rows train; else 0. */
  readonly rowWidth: number;
}

/** What the sizes depend on. */
export interface SizedModel {
  readonly config: ModelConfig & Parameters<typeof encoderShapes>[0];
  readonly head: Head;
  /** Columns of the head's output. */
  readonly outputs: number;
  readonly recipe: Pick<ResolvedRecipe, 'freeze' | 'method'> & {
    readonly optimizer: Pick<ResolvedRecipe['optimizer'], 'weightDecay'>;
  };
}

/** Counts without reading any weights. */
export function modelSizes(model: SizedModel): ModelSizes {
  const { config, head, recipe } = model;
  const shapes = parameterShapes(model);
  const roles = assignRoles(shapes.keys(), config, recipe.freeze, recipe.method);
  const tables = embeddingNames(config);
  const byRows = (name: string) =>
    Object.values(tables).includes(name) &&
    recipe.optimizer.weightDecay === 0 &&
    !head.uses(config).includes(name);
  const sum = (wanted: (name: string) => boolean) =>
    [...shapes].reduce((total, [name, size]) => total + (wanted(name) ? size : 0), 0);
  const trains = (name: string) => roles.get(name) !== 'frozen';
  return {
    parameters: sum(() => true),
    maskable: sum((name) => roles.get(name) === 'maskable'),
    dense: sum((name) => roles.get(name) === 'dense'),
    whole: sum((name) => trains(name) && !byRows(name)),
    wholeMaskable: sum((name) => roles.get(name) === 'maskable' && !byRows(name)),
    rowWidth: trains(tables.word) && byRows(tables.word) ? config.hiddenSize : 0,
  };
}

/** Entries of each parameter of encoder and head, as `buildModel` makes them. */
function parameterShapes({ config, head, outputs }: SizedModel): Map<string, number> {
  const pooler = `${encoderPrefix(config)}pooler.`;
  const sizes = new Map<string, number>();
  for (const [name, shape] of encoderShapes(config)) {
    if (!name.startsWith(pooler)) sizes.set(name, entries(shape));
  }
  for (const { name, shape } of head.parameters(config, outputs)) sizes.set(name, entries(shape));
  const { decoder } = mlmNames(config);
  if (head.uses(config).includes(decoder)) sizes.set(decoder, config.vocabSize * config.hiddenSize);
  return sizes;
}

function entries(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
