import { type MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import { homePaths } from '../../home/home.ts';
import type { CellProgress, NotebookRequests } from '../../protocol/notebook.ts';
import type { WarmBase } from '../evaluator/warmBase.ts';
import { progressTeller } from '../progressTeller.ts';

type NotebookAnswers = {
  readonly [M in keyof NotebookRequests]: (
    params: NotebookRequests[M]['params'],
    signal: AbortSignal,
  ) => Promise<NotebookRequests[M]['result']>;
};

const IDLE_MINUTES = 10;
const cellProgress = new ProgressType<CellProgress>();

/** Answers to requests of notebooks. What computes is loaded at the first cell that runs. */
export function cellAnswers(connection: () => MessageConnection): NotebookAnswers {
  const teller = progressTeller((token, progress: CellProgress) =>
    connection().sendProgress(cellProgress, token, progress),
  );
  let loading: Promise<WarmBase> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let busy = 0;
  return {
    async runCell(params, signal) {
      const { folder, cells, index, above, engine, idleMinutes = IDLE_MINUTES } = params;
      const evaluatorOf = async (base: string) =>
        (await (loading ??= loadWarmBase())).evaluatorOf(base, engine);
      clearTimeout(idle);
      busy++;
      const { runCell } = await import('./runCell.ts');
      try {
        const place = { folder, home: homePaths(), evaluatorOf };
        return await runCell(cells, index, place, { above, signal, progress: teller(params) });
      } finally {
        busy--;
        if (busy === 0)
          idle = setTimeout(() => void loading?.then((warm) => warm.drop()), idleMinutes * 60_000).unref();
      }
    },
    async keptBlock({ hash }) {
      const { keptBlock } = await import('./keptBlocks.ts');
      return (await keptBlock(homePaths().cellOutputs, hash)) ?? null;
    },
  };
}

async function loadWarmBase(): Promise<WarmBase> {
  const [{ newWarmBase }, { namedEngine }, { predictionCache }] = await Promise.all([
    import('../evaluator/warmBase.ts'),
    import('../evaluator/namedEngine.ts'),
    import('../evaluator/predictionCache.ts'),
  ]);
  return newWarmBase({ newEngine: namedEngine, cache: predictionCache(homePaths().predictions) });
}
