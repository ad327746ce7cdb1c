/**
 * A window's session process: reads and folds what the extension's host must not. Speaks JSON-RPC on its standard
 * streams, and ends with them.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { UserError } from '../core/errors/userError.ts';
import { readTextEnd } from '../formats/textEnd.ts';
import { sftBinName } from '../formats/sftLocation.ts';
import { homePaths } from '../home/home.ts';
import { moveToTrash, restoreFromTrash } from '../home/trash.ts';
import { findDependents } from '../library/dependents.ts';
import { foldersIn, hubCache, hubModels, listBase } from '../library/listBases.ts';
import { listSft } from '../library/listSfts.ts';
import type { Listed, SessionProblem, SessionRequests, SftListing } from '../protocol/session.ts';
import { sessionVersion } from '../protocol/session.ts';
import { runOwner } from '../runs/owner.ts';
import { byTime, listRun, readRunHeading, readRunView } from '../runs/readRun.ts';
import { awaitRunEnd, readRunEnd } from '../runs/runEnd.ts';
import type { RunEnd } from '../protocol/runEnd.ts';
import { runPaths } from '../runs/runFolder.ts';

type Answers = {
  readonly [M in keyof SessionRequests]: (
    params: SessionRequests[M]['params'],
  ) => Promise<SessionRequests[M]['result']>;
};

const answers: Answers = {
  hello: () => Promise.resolve({ version: sessionVersion }),
  async listSfts({ files }) {
    return listed(unique([...files, ...(await sftsIn(homePaths().library))]), listSft);
  },
  listRuns: ({ folders }) => listed(unique(folders), listRun),
  async recentRuns({ folders, most }) {
    const recent = await byTime(unique(folders));
    return { runs: await listed(recent.slice(0, most), listRun), left: Math.max(0, recent.length - most) };
  },
  async listBases({ folders }) {
    const own = await foldersIn(homePaths().models);
    const fetched = await hubModels(hubCache());
    const models = unique([...folders, ...own, ...fetched]);
    const there = await Promise.all(
      models.map(async (folder) => ((await isFile(join(folder, 'config.json'))) ? [folder] : [])),
    );
    return listed(there.flat(), async (folder) => listBase(folder));
  },
  async dependents({ files, sfts, recipes }) {
    const found = await listed(unique(sfts), listSft);
    return findDependents(files, found.flatMap(foundOnly), recipes);
  },
  async openRun({ folder }) {
    const heading = await readRunHeading(folder);
    const view = await readRunView(folder);
    const owner = await runOwner(folder);
    return { heading, view, end: owner?.alive === true ? null : await endOf(folder) };
  },
  runHeading: ({ folder }) => readRunHeading(folder),
  runLog: ({ folder }) => readTextEnd(runPaths(folder, '').log, 2 ** 20),
  async runRecipe({ folder }) {
    return (await readTextEnd(runPaths(folder, '').recipe, 2 ** 18)).text;
  },
  async trash({ paths }) {
    const ids: string[] = [];
    for (const path of paths) ids.push((await moveToTrash(homePaths().trash, path)).id);
    return ids;
  },
  async restore({ ids }) {
    const restored: string[] = [];
    for (const id of ids) restored.push((await restoreFromTrash(homePaths().trash, id)).from);
    return restored;
  },
};

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
for (const [method, answer] of Object.entries(answers) as [string, (params: unknown) => Promise<unknown>][]) {
  connection.onRequest(method, async (params: unknown) => {
    try {
      return await answer(params);
    } catch (error) {
      if (error instanceof UserError) throw new ResponseError(1, error.message, problemOf(error));
      throw error;
    }
  });
}
connection.onClose(() => process.exit(0));
connection.listen();

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

function foundOnly(one: Listed<SftListing>): SftListing[] {
  return 'found' in one ? [one.found] : [];
}

function problemOf({ code, place, problem }: UserError): SessionProblem {
  const where =
    place === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: `;
  return { code, what: `${where}${problem.what}`, advice: problem.advice };
}

async function sftsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.safetensors') || name === sftBinName);
  const folders = await Promise.all(
    names.map(async (name) => ((await isFile(join(folder, name, sftBinName))) ? [join(folder, name)] : [])),
  );
  return [...files.map((name) => join(folder, name)), ...folders.flat()];
}

/** A run that was killed a moment ago has a supervisor that is about to say how. */
async function endOf(folder: string): Promise<RunEnd> {
  const end = await readRunEnd(folder);
  return end.outcome === 'interrupted' ? awaitRunEnd(folder) : end;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
