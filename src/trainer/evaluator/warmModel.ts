import type { CompositionOptions, Term } from '../../core/composition.ts';
import { userError } from '../../core/errors/userError.ts';
import type { Parameter } from '../../core/parameters.ts';
import { newWarmComposition } from '../../core/warmComposition.ts';
import type { Engine } from '../../engine/engine.ts';
import { buildModel } from '../../model/buildModel.ts';
import { mlmNames } from '../../model/heads/maskedLanguageModelling.ts';
import { embeddingNames } from '../../model/names.ts';
import { graphModel, microTokensFor, packingOptions } from '../../training/graphModel.ts';
import { newPredictor, type Predictor } from '../../training/predictor.ts';
import { newWeights, type Weights } from '../../training/weights.ts';
import type { Base } from '../base.ts';
import type { EvaluationData } from './evaluationData.ts';

/** A base in memory with SFTs in it, ready to predict. */
export interface WarmModel {
  /** Moves to another composition; only what differs is computed. @throws UserError as `applySfts` */
  set(terms: readonly Term[], options: CompositionOptions): void;
  /** Makes the next move of a coefficient as fast as those after it. */
  prepare(): void;
  /**
   * A predictor for the composition with its head; it is kept as long as the head is the same.
   * @throws UserError `evaluate-head-part` where a part of the head is nowhere, in whose place there would be random numbers
   */
  ready(
    data: Pick<EvaluationData, 'head' | 'outputs'>,
  ): Promise<{ readonly predictor: Predictor; readonly weights: Weights }>;
  /** Puts the base back as it was, and frees what the engine holds. */
  release(): Promise<void>;
}

/** The base's arrays belong to it until it is released. */
export function newWarmModel(base: Base, engine: Engine): WarmModel {
  const { config } = base;
  const composition = newWarmComposition(base.parameters);
  const decoder = mlmNames(config).decoder;
  let head: ReadonlyMap<string, Parameter> = new Map();
  let frozenDecoder: Parameter | undefined;
  let built: { readonly key: string; readonly predictor: Predictor; readonly weights: Weights } | undefined;

  /** A frozen output matrix is a copy of the base's embeddings, before any difference is added. */
  function withDecoder(parameters: Map<string, Parameter>, data: Pick<EvaluationData, 'head'>): void {
    if (!data.head.uses(config).includes(decoder) || parameters.has(decoder)) return;
    frozenDecoder ??= composition.original(embeddingNames(config).word);
    if (frozenDecoder !== undefined) parameters.set(decoder, frozenDecoder);
  }

  async function forget(): Promise<void> {
    await built?.predictor.release();
    built = undefined;
  }

  return {
    set(terms, options) {
      head = composition.set(terms, options);
    },
    prepare: () => composition.prepare(),
    async ready(data) {
      const { outputs } = data;
      const key = JSON.stringify([
        data.head.type,
        data.head.uses(config),
        outputs,
        [...head.values()].map(idOf),
      ]);
      if (built?.key === key) return built;
      await forget();
      const all = new Map([...base.parameters, ...head]);
      withDecoder(all, data);
      const lacking = data.head
        .parameters(config, outputs)
        .find(({ name, initial }) => initial === 'normal' && !all.has(name));
      if (lacking !== undefined) throw userError('evaluate-head-part', { parameter: lacking.name });
      const parameters = buildModel(all, { config, head: data.head, labels: outputs, seed: 0 });
      const frozen = new Map([...parameters.keys()].map((name) => [name, 'frozen'] as const));
      const predictor = newPredictor({
        engine,
        model: graphModel(parameters, config, data.head),
        packing: packingOptions(config, data.head),
        labels: outputs,
        microTokens: microTokensFor(config),
      });
      built = { key, predictor, weights: newWeights(parameters, frozen, config, []) };
      return built;
    },
    async release() {
      await forget();
      composition.set([]);
      frozenDecoder = undefined;
    },
  };
}

const ids = new WeakMap<Parameter, number>();
let last = 0;

/** Tells one array from another for as long as both live. */
function idOf(parameter: Parameter): number {
  const id = ids.get(parameter) ?? ++last;
  ids.set(parameter, id);
  return id;
}
