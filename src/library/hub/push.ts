import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { userError, UserError } from '../../core/errors/userError.ts';
import { readError } from '../../formats/fileErrors.ts';
import { isPlainName } from '../../formats/hubFiles.ts';
import { parseHubReference } from '../../formats/hubCache.ts';
import { readSftHeader, type SftHeader } from '../../formats/sftFile.ts';
import { locateSft, sftBinName } from '../../formats/sftLocation.ts';
import { taskName, trainedFor } from '../../recipe/taskNames.ts';
import { convertSft } from '../convert.ts';
import { listSft } from '../listSfts.ts';
import { type CardResult, cardResult, modelCard } from './card.ts';
import { connectHub, type HubConnection, type HubTools } from './connection.ts';
import type { HubEnvironment } from './environment.ts';
import { remoteCommit, understood } from './listing.ts';

export interface PushRequest {
  /** An SFT: its file, or the folder of the reference's. */
  readonly sft: string;
  /** The repository, `ORG/NAME`. */
  readonly to: string;
  /** The base model's name on the Hub; without it, that of the metadata if it is one. */
  readonly base?: string | undefined;
  /** Files with what `sft evaluate --json` printed. */
  readonly results?: readonly string[] | undefined;
  /** Results of the record, and the base with which they were found: it counts where nothing else says the base's name. */
  readonly recorded?: Recorded | undefined;
  /** A text to be used for the card, instead of the one that is written. */
  readonly card?: string | undefined;
}

/** What the record of results knows of an SFT. */
export interface Recorded {
  readonly results: readonly CardResult[];
  readonly base: string | undefined;
}

/** What a push would send: for people to look at before it is sent. */
export interface PushPlan {
  readonly id: string;
  readonly file: string;
  readonly isBin: boolean;
  /** Whether the reference's file is made and sent too. */
  readonly withReference: boolean;
  /** What it is called there, and its size in bytes; what is made on the way has none yet. */
  readonly files: readonly { readonly path: string; readonly bytes: number | undefined }[];
  readonly card: string;
  /** What one might not expect. */
  readonly notes: readonly string[];
}

/** Plans a push; asks and sends nothing. @throws UserError of reading; `hub-reference`, `hub-card` */
export async function planPush(request: PushRequest): Promise<PushPlan> {
  const { id } = parseHubReference(request.to);
  if (!id.includes('/') || request.to.includes('@')) throw userError('hub-reference', { text: request.to });
  const { file, isBin } = await locateSft(request.sft);
  const header = await readSftHeader(file);
  const name = isBin ? sftBinName : remoteName(file);
  const withReference = !isBin && hasAllShapes(header);
  const { entries, kind, task, base } = await listSft(file);
  const named = taskName(task ?? undefined);
  const facts = {
    id,
    base:
      request.base === undefined
        ? (baseId(base ?? undefined) ?? baseId(request.recorded?.base))
        : baseId(request.base),
    kind,
    file: name,
    entries,
    hasReference: isBin || withReference,
    results: [...(await readResults(request.results ?? [])), ...(request.recorded?.results ?? [])],
  };
  const metadata = named === undefined ? header.metadata : { ...header.metadata, task: trainedFor(named) };
  const card = request.card ?? modelCard(metadata, facts);
  const { size } = await stat(file);
  return {
    id,
    file,
    isBin,
    withReference,
    card,
    files: [
      { path: 'README.md', bytes: Buffer.byteLength(card) },
      { path: name, bytes: size },
      ...(withReference ? [{ path: sftBinName, bytes: undefined }] : []),
    ],
    notes: [
      ...(facts.base === undefined
        ? [
            'The card does not name the base model, since its name on the Hub is not known; --base ID gives it.',
          ]
        : []),
      ...pathNotes(header.metadata.recipe),
    ],
  };
}

export interface PushOptions {
  readonly signal: AbortSignal;
  readonly isPrivate: boolean;
  readonly onStep?: ((text: string) => void) | undefined;
  readonly tools?: HubTools | undefined;
}

export interface Pushed {
  readonly id: string;
  readonly commit: string;
  readonly url: string;
}

/** Whether there is a repository to push to. @throws UserError `hub-token-missing`, `hub-offline-push`, of the Hub */
export async function hasRepository(
  id: string,
  environment: HubEnvironment,
  { signal, tools }: Pick<PushOptions, 'signal' | 'tools'>,
): Promise<boolean> {
  return (await headOf(pushConnection(environment, signal, tools), id)) !== undefined;
}

/**
 * Sends what was planned as one commit, into a repository that is made where there is none.
 * @throws UserError as `hasRepository`, of converting; the reason of the signal
 */
export async function pushSft(
  plan: PushPlan,
  environment: HubEnvironment,
  { signal, isPrivate, onStep, tools }: PushOptions,
): Promise<Pushed> {
  const connection = pushConnection(environment, signal, tools);
  const temporary = await mkdtemp(join(tmpdir(), 'sft-push-'));
  try {
    if (plan.withReference)
      await convertSft(plan.file, join(temporary, sftBinName), onStep === undefined ? {} : { onStep });
    signal.throwIfAborted();
    let head = await headOf(connection, plan.id);
    if (head === undefined) {
      onStep?.(`making ${plan.id}`);
      await makeRepository(connection, plan.id, isPrivate);
      head = await headOf(connection, plan.id);
    }
    return await commitFiles(connection, plan, temporary, head, onStep);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function makeRepository(connection: HubConnection, id: string, isPrivate: boolean): Promise<void> {
  const { createRepo } = await import('./client.ts');
  await understood(() =>
    createRepo({
      repo: { type: 'model', name: id },
      visibility: isPrivate ? 'private' : 'public',
      hubUrl: connection.endpoint,
      fetch: connection.api({ id, revision: 'main' }),
      // It insists on a token. The connection puts the real one in this one's place.
      accessToken: 'hf_',
    }),
  );
}

function add(path: string, content: Blob | URL) {
  return { operation: 'addOrUpdate' as const, path, content };
}

async function commitFiles(
  connection: HubConnection,
  { id, file, isBin, withReference, card }: PushPlan,
  temporary: string,
  parentCommit: string | undefined,
  onStep: PushOptions['onStep'],
): Promise<Pushed> {
  const { commitIter } = await import('./client.ts');
  const name = isBin ? sftBinName : remoteName(file);
  const commit = commitIter({
    repo: { type: 'model', name: id },
    title: `Upload ${name}`,
    operations: [
      add('README.md', new Blob([card])),
      add(name, pathToFileURL(file)),
      ...(withReference ? [add(sftBinName, pathToFileURL(join(temporary, sftBinName)))] : []),
    ],
    hubUrl: connection.endpoint,
    fetch: connection.api({ id, revision: 'main' }),
    abortSignal: connection.signal,
    // Large files as parts of plain HTTP, which every hub takes: Xet saves nothing where nothing like it was sent before.
    useXet: false,
    ...(parentCommit === undefined ? {} : { parentCommit }),
  });
  return understood(async () => {
    for (;;) {
      const { done, value } = await commit.next();
      if (done === true) {
        if (typeof value?.commit.oid !== 'string')
          throw userError('hub-answer', { reason: 'it names no commit' });
        return { id, commit: value.commit.oid, url: `${connection.endpoint}/${id}` };
      }
      if (value.event === 'fileProgress') {
        onStep?.(`${value.state} ${value.path} ${Math.floor(100 * value.progress)} %`);
      }
    }
  });
}

function pushConnection(
  { endpoint, token, isOffline }: HubEnvironment,
  signal: AbortSignal,
  tools: HubTools | undefined,
): HubConnection {
  if (isOffline) throw userError('hub-offline-push', undefined);
  if (token === undefined) throw userError('hub-token-missing', undefined);
  return connectHub(endpoint, token, signal, tools);
}

/** The newest commit of a repository; undefined where there is none. */
async function headOf(connection: HubConnection, id: string): Promise<string | undefined> {
  try {
    return await remoteCommit(connection, { id, revision: 'main' });
  } catch (error) {
    if (error instanceof UserError && error.code === 'hub-not-found') return undefined;
    throw error;
  }
}

/** A name that `sft pull` knows again. */
function remoteName(file: string): string {
  const name = basename(file).replace(/(\.sft)?\.safetensors$/i, '');
  return `${isPlainName(name) ? name : 'model'}.sft.safetensors`;
}

function hasAllShapes({ counts, shapes }: SftHeader): boolean {
  return [...counts.keys()].every((parameter) => shapes.has(parameter));
}

/** The name of a base model, if the Hub could have one of this name: not a mere folder's. */
function baseId(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    const { id, revision } = parseHubReference(name);
    return revision === 'main' && (id.includes('/') || known.has(id)) ? id : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Names of before the Hub had owners, under which these are still found. */
const known = new Set([
  'bert-base-multilingual-cased',
  'bert-base-multilingual-uncased',
  'bert-base-cased',
  'bert-base-uncased',
  'xlm-roberta-base',
  'xlm-roberta-large',
]);

async function readResults(files: readonly string[]): Promise<CardResult[]> {
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        throw readError(error, file);
      });
      return cardResult(text, basename(file).replace(/\.json$/, ''), file);
    }),
  );
}

/** A recipe in the metadata names files by where they lay. */
function pathNotes(recipe: string | undefined): string[] {
  const path = /(?:^|[\s"'[])((?:\/|[A-Za-z]:\\)[^\s"',\]]{2,80})/m.exec(recipe ?? '')?.[1];
  if (path === undefined) return [];
  return [`The SFT's metadata holds its recipe, with paths of this computer, such as ${path}.`];
}
