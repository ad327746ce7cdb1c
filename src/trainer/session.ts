/**
 * A window's session process: reads and folds what the extension's host must not. Speaks JSON-RPC on its standard
 * streams, and ends with them.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import {
  type CancellationToken,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { UserError } from '../core/errors/userError.ts';
import { readTextEnd } from '../formats/textEnd.ts';
import { hubCache } from '../formats/hubCache.ts';
import { homePaths } from '../home/home.ts';
import { moveToTrash, restoreFromTrash } from '../home/trash.ts';
import { findDependents } from '../library/dependents.ts';
import { foldersIn, hubModels, listBase } from '../library/listBases.ts';
import { listSft } from '../library/listSfts.ts';
import type { Listed, SessionProblem, SessionRequests } from '../protocol/session.ts';
import { requestCancelled, sessionVersion } from '../protocol/session.ts';
import { readChangedRecipe } from '../runs/changes.ts';
import { refuseOwned, type RunOwner, runOwner } from '../runs/owner.ts';
import { byTime, listRun, readRunHeading, readRunView } from '../runs/readRun.ts';
import { awaitRunEnd, readRunEnd } from '../runs/runEnd.ts';
import type { RunEnd } from '../protocol/runEnd.ts';
import { isRun, runPaths } from '../runs/runFolder.ts';
import { keepView, keptView } from '../runs/viewCache.ts';
import { waitingRuns } from '../runs/waitingRuns.ts';
import { withoutEngineFailure } from './engines/fallback.ts';
import { knownSfts, readableSfts } from './knownSfts.ts';
import { whatIf } from './whatIf.ts';
import { benchAnswers } from './bench/benchAnswers.ts';
import { newInspector } from './inspect/inspector.ts';
import { cellAnswers } from './notebook/cellAnswers.ts';

/** An owner whose last heartbeat, one in a quarter of a minute, is older has not ended just now. */
const justNowSeconds = 60;

type Answers = {
  readonly [M in keyof SessionRequests]: (
    params: SessionRequests[M]['params'],
    /** Aborted when nobody waits for the answer any more. */
    signal: AbortSignal,
  ) => Promise<SessionRequests[M]['result']>;
};

const answers: Answers = {
  hello: () => Promise.resolve({ version: sessionVersion }),
  listSfts: async ({ files, only }) =>
    listed(only === true ? unique(files) : await knownSfts(files), listSft),
  listRuns: ({ folders }) => listed(unique(folders), listRun),
  async recentRuns({ folders, most }) {
    const recent = await byTime(unique(folders));
    return { runs: await listed(recent.slice(0, most), listRun), left: Math.max(0, recent.length - most) };
  },
  async waitingRuns({ plans }) {
    const all = await Promise.all(unique(plans).map((plan) => waitingRuns(plan)));
    return all.filter(({ names }) => names.length > 0);
  },
  async listBases({ folders }) {
    return listed(await modelFolders(folders), async (folder) => listBase(folder));
  },
  async dependents({ files, runs, sfts, ...written }) {
    const kept = runs.map((folder) => runPaths(folder, '').fullPhase);
    return findDependents([...files, ...kept], await readableSfts(unique(sfts)), written);
  },
  ...newInspector({
    bases: (folders) => modelFolders(folders),
    sfts: async (files) => readableSfts(await knownSfts(files)),
  }),
  async openRun({ folder }) {
    const heading = await readRunHeading(folder);
    const { events } = runPaths(folder, '');
    const { views } = homePaths();
    const kept = await keptView(views, events);
    const view = kept ?? (await readRunView(folder));
    const owner = await runOwner(folder);
    if (owner?.alive === true) return { heading, view, end: null };
    if (kept === undefined) await keepView(views, events, view);
    return { heading, view, end: await endOf(folder, owner) };
  },
  runHeading: ({ folder }) => readRunHeading(folder),
  runLog: ({ folder }) => readTextEnd(runPaths(folder, '').log, 2 ** 20),
  runRecipe: ({ folder }) => readChangedRecipe(runPaths(folder, ''), 2 ** 18),
  runWhatIf: ({ folder }) => whatIf(folder),
  trash: async ({ paths }, signal) => {
    const moved = await untilAborted(paths, signal, async (path) => {
      // It may have been resumed since it was asked about.
      if (await isRun(path)) await refuseOwned(path);
      return moveToTrash(homePaths().trash, path, signal);
    });
    return moved.map(({ id }) => id);
  },
  restore: async ({ ids }, signal) => {
    const restored = await untilAborted(ids, signal, (id) => restoreFromTrash(homePaths().trash, id, signal));
    return restored.map(({ from }) => from);
  },
  ...benchAnswers(() => connection),
  ...cellAnswers(() => connection),
};

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
type Answer = (params: unknown, signal: AbortSignal) => Promise<unknown>;
for (const [method, answer] of Object.entries(answers) as [string, Answer][]) {
  connection.onRequest(method, async (params: unknown, cancelled?: CancellationToken) => {
    const end = new AbortController();
    // A request without parameters comes without a token behind them, and is answered at once.
    const listening = cancelled?.onCancellationRequested(() => end.abort());
    try {
      return await answer(params, end.signal);
    } catch (error) {
      if (end.signal.aborted) throw new ResponseError(requestCancelled, 'nobody waits for it');
      const told = withoutEngineFailure(error);
      if (told instanceof UserError) throw new ResponseError(1, told.message, problemOf(told));
      throw error;
    } finally {
      listening?.dispose();
    }
  });
}
connection.onClose(() => process.exit(0));
connection.listen();

/** Does it to one after the other; when it is aborted, gives what has been done by then. */
async function untilAborted<T, R>(
  all: readonly T[],
  signal: AbortSignal,
  does: (one: T) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  try {
    for (const one of all) done.push(await does(one));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return done;
}

/** Each of them, or why it cannot be read. */
async function listed<T>(paths: readonly string[], read: (path: string) => Promise<T>): Promise<Listed<T>[]> {
  const all: Listed<T>[] = [];
  for (const path of paths) {
    try {
      all.push({ path, found: await read(path) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      all.push({ path, problem: problemOf(error) });
    }
  }
  return all;
}

function problemOf({ code, place, problem }: UserError): SessionProblem {
  const where =
    place === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: `;
  return { code, what: `${where}${problem.what}`, advice: problem.advice };
}

/** These, and those of SFT_HOME and of the Hugging Face cache, as far as they are models. */
async function modelFolders(folders: readonly string[]): Promise<string[]> {
  const own = await foldersIn(homePaths().models);
  const fetched = await hubModels(hubCache());
  const there = await Promise.all(
    unique([...folders, ...own, ...fetched]).map(async (folder) =>
      (await isFile(join(folder, 'config.json'))) ? [folder] : [],
    ),
  );
  return there.flat();
}

/** A run that was killed a moment ago has a supervisor that is about to say how; of one that is long gone nobody will. */
async function endOf(folder: string, owner: RunOwner | undefined): Promise<RunEnd> {
  const end = await readRunEnd(folder);
  const isFresh = owner === undefined || owner.seconds < justNowSeconds;
  return end.outcome === 'interrupted' && isFresh ? awaitRunEnd(folder) : end;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
