import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CompositionOptions, pickHead } from '../../core/composition.ts';
import { type UserError, userError } from '../../core/errors/userError.ts';
import type { Engine } from '../../engine/engine.ts';
import { fingerprint } from '../../library/fingerprint.ts';
import { checkBase, loadTerms } from '../../library/terms.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import type { Base } from '../base.ts';
import { type DataRequest, taskOfHead } from '../evaluator/headTask.ts';
import { newWarmModel } from '../evaluator/warmModel.ts';
import type { PredictionFormat } from './predictionData.ts';

export interface PredictOptions extends CompositionOptions, DataRequest {
  readonly engine: Engine;
  readonly format?: PredictionFormat | undefined;
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, of: number) => void) | undefined;
}

export interface Predicted {
  /** The file's content with what the model says. */
  readonly content: Uint8Array | string;
  readonly format: PredictionFormat;
  /** Sentences, texts or questions. */
  readonly examples: number;
  readonly notes: readonly string[];
  readonly warnings: readonly UserError[];
}

/**
 * What base + SFTs say of a file that need not have labels. The base is then as it was.
 * @throws UserError of reading and composition, `predict-language` for a model without a task's head, `predict-format`; the signal's
 *   reason
 */
export async function predictFile(
  base: Base,
  references: readonly SftReference[],
  options: PredictOptions,
): Promise<Predicted> {
  const { engine, signal, progress, force } = options;
  const terms = await loadTerms(references);
  const identity = { name: base.name, fingerprint: fingerprint(base.parameters) };
  const warnings = terms.length === 0 ? [] : checkBase(terms, identity, force);
  const task = taskOfHead(base, pickHead(terms, options), options, 'prediction');
  if (task === undefined) throw userError('predict-language', { base: base.name }, { file: options.data });
  const data = await task.module.prediction(task.context);
  const format = options.format ?? data.format;
  const model = newWarmModel(base, engine);
  try {
    model.set(terms, options);
    const { predictor, weights } = await model.ready(data);
    const all = Array.from({ length: data.examples }, (_, i) => i);
    const predictions = await data.predict(predictor, weights, all, async (done) => {
      progress?.(done, data.examples);
      await nextTurn();
      signal?.throwIfAborted();
    });
    const content = data.write(predictions, format);
    return { content, format, examples: data.examples, notes: [...task.notes, ...data.notes], warnings };
  } finally {
    await model.release();
  }
}
