import * as z from 'zod';
import { userError, UserError } from '../../core/errors/userError.ts';
import { type HubReference, isCommit } from '../../formats/hubCache.ts';
import type { HubConnection } from './connection.ts';

/** A file of a repository as the Hub describes it. */
export interface RemoteFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Of its content; large files have a SHA-256, the others git's checksum. */
  readonly hash: { readonly kind: 'sha256' | 'git'; readonly value: string };
}

/** A repository at one commit: the files of its top folder. */
export interface RemoteModel {
  readonly commit: string;
  readonly files: ReadonlyMap<string, RemoteFile>;
}

const size = z.int().nonnegative();
const entrySchema = z.union([
  z.object({
    type: z.literal('file'),
    path: z.string(),
    size,
    oid: z.string().regex(/^[0-9a-f]{40}$/),
    lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size }).nullish(),
  }),
  z.object({ type: z.enum(['directory', 'unknown']), path: z.string() }),
]);
const mostFiles = 20_000;

/**
 * Which commit a reference stands for now, and what it holds.
 * @throws UserError of the connection; `hub-answer` where the answer has another form than the Hub's
 */
export async function listRemote(connection: HubConnection, reference: HubReference): Promise<RemoteModel> {
  const { listFiles } = await import('./client.ts');
  const commit = await remoteCommit(connection, reference);
  const files = new Map<string, RemoteFile>();
  await understood(async () => {
    const listing = listFiles({
      repo: { type: 'model', name: reference.id },
      revision: commit,
      hubUrl: connection.endpoint,
      fetch: connection.api(reference),
    });
    let count = 0;
    for await (const entry of listing) {
      if (++count > mostFiles) throw userError('hub-answer', { reason: `it lists over ${mostFiles} files` });
      const found = entrySchema.safeParse(entry);
      if (!found.success) throw userError('hub-answer', { reason: 'its list of files is not one' });
      if (found.data.type === 'file') files.set(found.data.path, remoteFile(found.data));
    }
  });
  return { commit, files };
}

/** The commit that a branch or tag stands for now. @throws UserError as `listRemote` */
export async function remoteCommit(connection: HubConnection, reference: HubReference): Promise<string> {
  const { modelInfo } = await import('./client.ts');
  const { id: name, revision } = reference;
  const info: unknown = await understood(() =>
    modelInfo({
      name,
      revision,
      additionalFields: ['sha'],
      hubUrl: connection.endpoint,
      fetch: connection.api(reference),
    }),
  );
  const sha = typeof info === 'object' && info !== null && 'sha' in info ? info.sha : undefined;
  if (typeof sha !== 'string' || !isCommit(sha)) {
    throw userError('hub-answer', { reason: `it names no commit for ${revision}` });
  }
  if (isCommit(revision) && sha !== revision) {
    throw userError('hub-answer', { reason: 'it names another commit than the one asked for' });
  }
  return sha;
}

/** The client library takes an answer for what it should be; where it is not, it fails in some way of its own. */
export async function understood<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isForm = error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError;
    if (error instanceof UserError || !isForm) throw error;
    throw userError('hub-answer', { reason: 'it does not have the form of such an answer' });
  }
}

function remoteFile({
  path,
  size,
  oid,
  lfs,
}: Extract<z.infer<typeof entrySchema>, { type: 'file' }>): RemoteFile {
  if (lfs === null || lfs === undefined) return { path, size, hash: { kind: 'git', value: oid } };
  return { path, size: lfs.size, hash: { kind: 'sha256', value: lfs.oid } };
}
