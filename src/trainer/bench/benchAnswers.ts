import { type MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import { homePaths } from '../../home/home.ts';
import { readResults } from '../../home/resultsRecord.ts';
import type { BenchProgress, BenchRequests } from '../../protocol/bench.ts';
import { isWanted } from '../../protocol/results.ts';
import { progressTeller } from '../progressTeller.ts';
import type { Benches } from './benches.ts';

type BenchAnswers = {
  readonly [M in keyof BenchRequests]: (
    params: BenchRequests[M]['params'],
    signal: AbortSignal,
  ) => Promise<BenchRequests[M]['result']>;
};

/** Progress of what takes long, told under the token that its request names. */
export const benchProgress = new ProgressType<BenchProgress>();

/** Answers to requests of the compose bench. What computes is loaded at the first of them. */
export function benchAnswers(connection: () => MessageConnection): BenchAnswers {
  let loading: Promise<Benches> | undefined;
  const benches = (): Promise<Benches> => (loading ??= loadBenches());
  const teller = progressTeller((token, progress: BenchProgress) =>
    connection().sendProgress(benchProgress, token, progress),
  );
  return {
    openBench: async (params) => (await benches()).open(params),
    setCoefficients: async (params) => (await benches()).set(params),
    evaluateBench: async (params, signal) => (await benches()).evaluate(params, signal, teller(params)),
    compareBench: async (params, signal) => (await benches()).compare(params, signal),
    sweepBench: async (params, signal) => (await benches()).sweep(params, signal, teller(params)),
    async closeBench({ bench }) {
      (await benches()).close(bench);
      return null;
    },
    async results({ filter = {} }) {
      const all = await readResults(homePaths().results);
      return all.filter((result) => isWanted(result, filter)).reverse();
    },
  };
}

async function loadBenches(): Promise<Benches> {
  const [{ newBenches }, { namedEngine }] = await Promise.all([
    import('./benches.ts'),
    import('../evaluator/namedEngine.ts'),
  ]);
  return newBenches({ home: homePaths(), newEngine: namedEngine });
}
