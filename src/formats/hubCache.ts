import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { systemCode } from './fileErrors.ts';
import { chooseHubFiles, type HubChoice } from './hubFiles.ts';

/** A model on the Hugging Face Hub at a branch, tag or commit. */
export interface HubReference {
  /** `name` or `org/name`. */
  readonly id: string;
  readonly revision: string;
}

const prefix = 'hf:';
const part = String.raw`[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?`;
const idPattern = new RegExp(`^(?:${part}/)?${part}$`);
const revisionPattern = /^\w[\w.+-]*(?:\/\w[\w.+-]*)*$/;
const commitPattern = /^[0-9a-f]{40}$/;

/** Whether a path that somebody writes stands for a model of the Hub: `hf:ORG/NAME`. */
export function isHubName(named: string): boolean {
  return named.startsWith(prefix);
}

/**
 * Reads `ID` or `ID@REVISION`, with or without `hf:` before it, by the rules of Python's huggingface_hub.
 * @throws UserError `hub-reference`
 */
export function parseHubReference(text: string): HubReference {
  const named = isHubName(text) ? text.slice(prefix.length) : text;
  const at = named.indexOf('@');
  const id = at < 0 ? named : named.slice(0, at);
  const revision = at < 0 ? 'main' : named.slice(at + 1);
  const sound =
    idPattern.test(id) &&
    !/--|\.\.|\.git$/.test(id) &&
    revision.length <= 200 &&
    revisionPattern.test(revision) &&
    !/\.\.|\.lock$/.test(revision);
  if (!sound) throw userError('hub-reference', { text });
  return { id, revision };
}

/** Whether a revision is a whole commit, which never changes. */
export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/** Where the Hugging Face libraries keep what belongs to them: the cache, the token. */
export function hubHome(env: NodeJS.ProcessEnv = process.env): string {
  const cache = given(env.XDG_CACHE_HOME) ?? join(homedir(), '.cache');
  return expanded(given(env.HF_HOME) ?? join(cache, 'huggingface'), env);
}

/** Where the Hugging Face libraries keep what they fetched. */
export function hubCache(env: NodeJS.ProcessEnv = process.env): string {
  const named = given(env.HF_HUB_CACHE) ?? given(env.HUGGINGFACE_HUB_CACHE);
  return named === undefined ? join(hubHome(env), 'hub') : expanded(named, env);
}

/** A model's places in a cache. */
export interface HubFolders {
  readonly repository: string;
  /** Contents, by their checksum. */
  readonly blobs: string;
  /** A folder a commit, of links to blobs. */
  readonly snapshots: string;
  /** A file a branch or tag, which holds the commit. */
  readonly refs: string;
}

export function hubFolders(cache: string, id: string): HubFolders {
  const repository = join(cache, folderName(id));
  return {
    repository,
    blobs: join(repository, 'blobs'),
    snapshots: join(repository, 'snapshots'),
    refs: join(repository, 'refs'),
  };
}

/** What a cache's folder of a model is called. */
export function folderName(id: string): string {
  return `models--${id.replaceAll('/', '--')}`;
}

/** The id of the model that a snapshot's folder in a cache belongs to. */
export function hubName(snapshot: string): string | undefined {
  const folder = resolve(snapshot);
  const parts = basename(dirname(dirname(folder))).split('--');
  const isSnapshot = parts[0] === 'models' && basename(dirname(folder)) === 'snapshots';
  return isSnapshot ? parts.slice(1).join('/') : undefined;
}

/** What people call a model by its folder: its id on the Hub, or the folder's name. */
export function modelName(folder: string): string {
  return hubName(folder) ?? basename(resolve(folder));
}

/** A model as a cache holds it. */
export interface CachedModel {
  readonly folder: string;
  readonly commit: string;
  readonly choice: HubChoice;
}

/** The snapshot of a reference, if the cache has one with all that is read here. */
export function cachedModel({ id, revision }: HubReference, cache: string): CachedModel | undefined {
  const { refs, snapshots } = hubFolders(cache, id);
  const commit = isCommit(revision) ? revision : shortText(join(refs, ...revision.split('/')));
  if (commit === undefined || !isCommit(commit)) return undefined;
  const folder = join(snapshots, commit);
  const choice = chooseHubFiles(filesIn(folder));
  return choice === undefined ? undefined : { folder, commit, choice };
}

/**
 * The path that a recipe or a command names: relative ones start at `folder`; `hf:ID[@REVISION]` is the model's snapshot in the
 * Hugging Face cache, or the SFT file in it.
 * @throws UserError `hub-reference`, `hub-not-cached`, `hub-several`
 */
export function namedPath(
  folder: string,
  named: string,
  wanted: HubChoice['kind'],
  cache: string = hubCache(),
): string {
  if (!isHubName(named)) return resolve(folder, named);
  const reference = parseHubReference(named);
  const found = cachedModel(reference, cache);
  if (found === undefined || found.choice.kind !== wanted)
    throw userError('hub-not-cached', { ...reference, wanted });
  if (wanted === 'base') return found.folder;
  const { files } = found.choice;
  if (files.length > 1) throw userError('hub-several', { id: reference.id, files });
  return join(found.folder, files[0]);
}

/** Names of files, and of links to files that are there. */
function filesIn(folder: string): string[] {
  return namesIn(folder).filter(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}

/** A file's text without space around it; undefined where there is none, or more than a name. */
function shortText(file: string): string | undefined {
  try {
    return statSync(file).size > 100 ? undefined : readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** `~` and variables, as Python's libraries take them. */
function expanded(path: string, env: NodeJS.ProcessEnv): string {
  return path
    .replace(/^~(?=$|[/\\])/, homedir())
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (text, plain?: string, braced?: string) => {
      return env[plain ?? braced ?? ''] ?? text;
    });
}
