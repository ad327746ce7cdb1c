import { InferenceSession, Tensor } from 'onnxruntime-node';
import { NO_TENSOR } from '../../src/engine/compiled/uncopiedResults.ts';

/** What ONNX Runtime was asked to compute. */
export interface WatchedRuns {
  /** Runs of any session. */
  readonly runs: number;
  /** Names of outputs for which it was given no array, so that it takes memory of its own; not the empty one that ends a run's copying. */
  readonly withoutArray: readonly string[];
  /** Runs for which no output was named: it then computes all of them, in memory of its own. */
  readonly withoutOutputs: number;
}

/** From now on keeps account of every run in this process; the record grows with each. */
export function watchRuns(): WatchedRuns {
  const record = { runs: 0, withoutArray: [] as string[], withoutOutputs: 0 };
  const { prototype } = InferenceSession as unknown as { readonly prototype: InferenceSession };
  const run = Reflect.get(prototype, 'run');
  prototype.run = function watched(this: InferenceSession, feeds, fetches) {
    const outputs = Object.entries((fetches ?? {}) as Readonly<Record<string, unknown>>);
    record.runs++;
    if (outputs.length === 0) record.withoutOutputs++;
    const without = outputs.filter(([name, to]) => name !== NO_TENSOR && !(to instanceof Tensor));
    record.withoutArray.push(...without.map(([name]) => name));
    return run.call(this, feeds, fetches as InferenceSession.FetchesType);
  };
  return record;
}
