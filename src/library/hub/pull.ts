import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../../formats/makeFolder.ts';
import { userError, UserError } from '../../core/errors/userError.ts';
import { writeError } from '../../formats/fileErrors.ts';
import { cachedModel, folderName, hubFolders, type HubReference } from '../../formats/hubCache.ts';
import { chooseHubFiles, isPlainName } from '../../formats/hubFiles.ts';
import { shardNames } from '../../formats/modelWeights.ts';
import { tryClaim } from '../../runs/tryClaim.ts';
import { connectHub, type HubConnection, type HubTools } from './connection.ts';
import { downloadFile } from './download.ts';
import type { HubEnvironment } from './environment.ts';
import { listRemote, type RemoteFile, type RemoteModel } from './listing.ts';
import { checkRoom, type HubStore, openStore } from './store.ts';

/** How far a pull has come. */
export interface PullProgress {
  readonly file: string;
  /** Bytes of all files, those that were there already with them. */
  readonly done: number;
  readonly total: number;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: PullProgress) => unknown) | undefined;
  /** Told once if another process is at work on the same model. */
  readonly onWait?: (() => void) | undefined;
  readonly tools?: HubTools | undefined;
}

/** A model that lies in the Hugging Face cache. */
export interface Pulled extends HubReference {
  readonly kind: 'base' | 'sft';
  readonly commit: string;
  /** The snapshot's folder. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Bytes that came over the network. */
  readonly fetched: number;
  /** Why the Hub was not asked whether there is a newer state; undefined where it was. */
  readonly unasked: string | undefined;
}

/**
 * Brings the files of a base model or an SFT that are read here into the Hugging Face cache, as Python's huggingface_hub
 * keeps them; what is there already is not fetched again. Without a network, what is there is used.
 * @throws UserError of the Hub, of the cache's disk; the reason of the signal
 */
export async function pullModel(
  reference: HubReference,
  environment: HubEnvironment,
  options: PullOptions,
): Promise<Pulled> {
  const { cache, endpoint, token, isOffline } = environment;
  if (isOffline) {
    const found = cached(reference, cache, 'HF_HUB_OFFLINE is set');
    if (found === undefined) throw userError('hub-offline', reference);
    return found;
  }
  const connection = connectHub(endpoint, token, options.signal, options.tools);
  let remote: RemoteModel;
  try {
    remote = await listRemote(connection, reference);
  } catch (error) {
    const found =
      error instanceof UserError && unreachable.has(error.code)
        ? cached(reference, cache, error.problem.what)
        : undefined;
    if (found === undefined) throw error;
    return found;
  }
  const lock = join(cache, '.locks', folderName(reference.id), 'sft');
  return alone(lock, options, () => fetchModel(connection, reference, remote, cache, options));
}

const unreachable: ReadonlySet<string> = new Set(['hub-network', 'hub-server', 'hub-busy']);

function cached(reference: HubReference, cache: string, unasked: string): Pulled | undefined {
  const found = cachedModel(reference, cache);
  if (found === undefined) return undefined;
  const { folder, commit, choice } = found;
  return { ...reference, commit, folder, kind: choice.kind, files: choice.files, fetched: 0, unasked };
}

async function fetchModel(
  connection: HubConnection,
  reference: HubReference,
  { commit, files }: RemoteModel,
  cache: string,
  { onProgress }: PullOptions,
): Promise<Pulled> {
  const { id, revision } = reference;
  const choice = chooseHubFiles([...files.keys()]);
  if (choice === undefined) throw userError('hub-nothing', { id, files: [...files.keys()] });
  const store = await openStore(hubFolders(cache, id), commit);
  const url = (name: string) => `${connection.endpoint}/${id}/resolve/${commit}/${encodeURIComponent(name)}`;
  const fetcher = newFetcher(connection, store, reference, url, onProgress);
  const find = (name: string): RemoteFile => {
    const file = files.get(name);
    if (file === undefined) throw userError('hub-answer', { reason: `it lists no file ${name}` });
    return file;
  };
  const chosen = choice.files.map(find);
  const index = choice.index === undefined ? [] : [find(choice.index)];
  const shards = (await Promise.all(index.map((file) => shardsOf(file, fetcher)))).flat().map(find);
  // The one that makes the snapshot whole, weights or their index, appears last.
  const wanted = [...chosen.filter((file) => !index.includes(file)), ...shards, ...index];
  await fetcher.bringAll(wanted);
  await store.point(revision);
  const names = wanted.map(({ path }) => path);
  const { snapshot: folder } = store;
  const fetched = fetcher.fetched();
  return { id, revision, kind: choice.kind, commit, folder, files: names, fetched, unasked: undefined };
}

/** The shards that an index names. @throws UserError `model-index`, `hub-answer` for one that is too long to be read */
async function shardsOf(index: RemoteFile, { bring }: Fetcher): Promise<string[]> {
  if (index.size > longestIndex) throw userError('hub-answer', { reason: `${index.path} is too long` });
  const names = await shardNames(await bring(index));
  const strange = names.find((name) => !isPlainName(name));
  if (strange !== undefined)
    throw userError('hub-answer', { reason: `${index.path} names a file in a strange way` });
  return names;
}

const longestIndex = 64 * 2 ** 20;

/** Brings contents into a store, and counts. */
interface Fetcher {
  /** Gives where the content lies, without showing it in the snapshot. */
  readonly bring: (file: RemoteFile) => Promise<string>;
  readonly bringAll: (files: readonly RemoteFile[]) => Promise<void>;
  /** Bytes that came over the network. */
  readonly fetched: () => number;
}

function newFetcher(
  connection: HubConnection,
  store: HubStore,
  reference: HubReference,
  url: (name: string) => string,
  onProgress: PullOptions['onProgress'],
): Fetcher {
  const brought = new Set<RemoteFile>();
  let fetched = 0;
  const bring = async (file: RemoteFile, onBytes?: (have: number) => void): Promise<string> => {
    const there = await store.find(file);
    if (there !== undefined) return there;
    await downloadFile(connection, url(file.path), file, store.partial(file), reference, (have, came) => {
      fetched += came;
      onBytes?.(have);
    });
    brought.add(file);
    return store.keep(file);
  };
  return {
    fetched: () => fetched,
    bring,
    async bringAll(files) {
      const missing = await Promise.all(files.map(async (file) => store.missing(file)));
      const total = sum(files.map(({ size }) => size));
      await checkRoom(store.snapshot, sum(missing));
      let before = 0;
      for (const file of files) {
        await bring(file, (have) => onProgress?.({ file: file.path, done: before + have, total }));
        await store.show(file, brought.has(file));
        before += file.size;
        onProgress?.({ file: file.path, done: before, total });
      }
    },
  };
}

/** Does the work while no other process of ours does the same for this model. */
async function alone<T>(folder: string, { signal, onWait }: PullOptions, work: () => Promise<T>): Promise<T> {
  await makeFolder(folder).catch((error: unknown) => {
    throw writeError(error, folder);
  });
  let claim = await tryClaim(folder);
  if (claim === undefined) onWait?.();
  while (claim === undefined) {
    await sleep(lookMilliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    claim = await tryClaim(folder);
  }
  try {
    return await work();
  } finally {
    await claim.release();
  }
}

const lookMilliseconds = 250;

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
