import { join } from 'node:path';
import { UserError } from '../../src/core/errors/userError.ts';
import { compiledEngine } from '../../src/engine/compiled/compiledEngine.ts';
import { openCompose } from '../../src/extension/compose/composeDocument.ts';
import { type ComposeFeed, newComposeFeed } from '../../src/extension/compose/composeFeed.ts';
import { SftProblem } from '../../src/extension/programs/programs.ts';
import type { Session } from '../../src/extension/programs/session.ts';
import { listSft } from '../../src/library/listSfts.ts';
import type { BenchProgress, BenchRequests } from '../../src/protocol/bench.ts';
import { type ComposeDocument, withFiles } from '../../src/protocol/compose.ts';
import type { ComposeAction, FromCompose, ToCompose } from '../../src/protocol/composePanel.ts';
import { checkFromCompose } from '../../src/protocol/composePanelCheck.ts';
import { newBenches } from '../../src/trainer/bench/benches.ts';
import { newInspector } from '../../src/trainer/inspect/inspector.ts';

type Params<M extends keyof BenchRequests> = BenchRequests[M]['params'];
type Tell = (progress: BenchProgress) => void;

export interface ComposeSession extends Session {
  /** What was asked, by method. */
  readonly asked: { readonly method: string; readonly params: Record<string, unknown> }[];
  end(): Promise<void>;
}

/** A session in this process that knows the requests of a compose bench; its caches lie in `folder`. */
export function composeSession(folder: string): ComposeSession {
  const benches = newBenches({
    home: {
      predictions: join(folder, 'predictions'),
      results: join(folder, 'results.jsonl'),
      sharedTexts: join(folder, 'sharedTexts'),
    },
    newEngine: () => compiledEngine({ threads: 1 }),
  });
  const inspector = newInspector({
    bases: async (folders) => folders,
    sfts: async (files) => Promise.all(files.map(listSft)),
  });
  const answers = {
    ...inspector,
    openBench: async (params: Params<'openBench'>) => benches.open(params),
    evaluateBench: async (params: Params<'evaluateBench'>, signal: AbortSignal, tell: Tell) =>
      benches.evaluate(params, signal, tell),
    compareBench: async (params: Params<'compareBench'>, signal: AbortSignal) =>
      benches.compare(params, signal),
    sweepBench: async (params: Params<'sweepBench'>, signal: AbortSignal, tell: Tell) =>
      benches.sweep(params, signal, tell),
    closeBench: async ({ bench }: { bench: number }) => benches.close(bench),
  };
  const asked: { method: string; params: Record<string, unknown> }[] = [];
  const ask = async (
    method: keyof typeof answers,
    params: never,
    signal = new AbortController().signal,
    tell: Tell = () => undefined,
  ) => {
    asked.push({ method, params });
    signal.throwIfAborted();
    try {
      const answer = answers[method] as (params: never, ...more: unknown[]) => Promise<unknown>;
      const found = await answer(params, signal, tell);
      // What crosses to another process is JSON.
      return JSON.parse(JSON.stringify(found ?? null)) as unknown;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, message, problem, place } = error;
      const where = place === undefined ? '' : `${place.file}: `;
      throw new SftProblem({ code, message, what: `${where}${problem.what}`, advice: problem.advice });
    }
  };
  return {
    ask: ask as unknown as Session['ask'],
    dispose: () => undefined,
    asked,
    end: () => benches.dispose(),
  };
}

export interface ComposeHostOptions {
  /** A whole file that takes longer is left out, in seconds. */
  readonly longest?: number;
  readonly document: ComposeDocument;
  readonly session: Session;
  readonly bases: readonly string[];
  readonly send: (message: ToCompose) => void;
  readonly isTrusted?: boolean;
  /** What *Choose data file* and *Add SFTs* choose. */
  readonly chosen?: { readonly data?: string; readonly sfts?: readonly string[] };
}

/** What stands behind a page of a compose bench in a window, without a window: the real document and the real feed. */
export function composeHost({
  document,
  session,
  bases,
  send,
  isTrusted = true,
  chosen = {},
  longest,
}: ComposeHostOptions) {
  const bench = openCompose(document);
  const failures: unknown[] = [];
  const others: FromCompose[] = [];
  const undone: { undo: () => void; redo: () => void }[] = [];
  const edits: { undo: () => void; redo: () => void }[] = [];
  const feed: ComposeFeed = newComposeFeed({
    name: 'mine',
    session: async () => session,
    send,
    isTrusted: () => isTrusted,
    bases: async () => bases,
    record: (past, changed) => void bench.record(past, changed),
    keepSweep: (sweep) => void bench.keepSweep(sweep),
    fail: (error) => failures.push(error),
    rest: 20,
    longest,
  });
  bench.onDidChange(() => feed.update(bench.now()));
  const edit = (change: Partial<ComposeDocument>): void => {
    const made = bench.edit(change);
    if (made !== undefined) edits.push(made);
  };
  const act = (action: ComposeAction): void => {
    const { setting } = bench.now();
    if (action === 'undo') {
      const last = edits.pop();
      if (last !== undefined) undone.push(last);
      last?.undo();
    } else if (action === 'redo') {
      const last = undone.pop();
      if (last !== undefined) edits.push(last);
      last?.redo();
    } else if (action === 'chooseData' && chosen.data !== undefined) edit({ data: { data: chosen.data } });
    else if (action === 'addSfts')
      edit({
        setting: {
          ...setting,
          rows: withFiles(
            setting.rows,
            (chosen.sfts ?? []).map((file) => ({ file })),
          ),
        },
      });
    else if (action === 'again') feed.again();
    else if (action === 'stopSweep') feed.stopSweep();
    else others.push({ type: 'action', action });
  };
  return {
    bench,
    feed,
    failures,
    /** Messages that only a window could answer. */
    others,
    async take(value: unknown): Promise<void> {
      const message = checkFromCompose(value);
      if (message === undefined) throw new Error(`not a message: ${JSON.stringify(value)}`);
      switch (message.type) {
        case 'ready':
          feed.begin();
          feed.update(bench.now());
          break;
        case 'setting':
          feed.moved(message.setting, message.isMoving, message.seen);
          if (message.isMoving) break;
          edit({ setting: message.setting });
          feed.update(bench.now());
          break;
        case 'reference':
          edit({ reference: message.reference });
          break;
        case 'role': {
          const { data } = bench.now();
          if (data !== null) edit({ data: { ...data, role: message.role } });
          break;
        }
        case 'sweep':
          await feed.sweep(message.axes, message.isWhole);
          break;
        case 'action':
          act(message.action);
          break;
        default:
          others.push(message);
      }
    },
  };
}
