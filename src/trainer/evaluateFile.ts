import type { Engine } from '../engine/engine.ts';
import type { CompositionOptions } from '../core/composition.ts';
import type { SftReference } from '../recipe/sftReference.ts';
import type { Base } from './base.ts';
import { newEvaluator, type Evaluated } from './evaluator/evaluator.ts';
import type { DataRequest } from './evaluator/headTask.ts';

export interface EvaluateFileOptions extends CompositionOptions, DataRequest {
  readonly engine: Engine;
  readonly force?: boolean | undefined;
}

/** Evaluates base + SFTs on a file, once; the base is then as it was. @throws UserError as `Evaluator.evaluate` */
export async function evaluateFile(
  base: Base,
  sfts: readonly SftReference[],
  { engine, rule, headFrom, force, ...request }: EvaluateFileOptions,
): Promise<Evaluated> {
  const evaluator = newEvaluator(base, { engine });
  try {
    return await evaluator.evaluate({ sfts, rule, headFrom, force }, request);
  } finally {
    await evaluator.release();
  }
}
