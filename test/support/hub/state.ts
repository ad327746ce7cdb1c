import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A file of a repository, stored as the Hub stores it: large ones apart, behind a pointer. */
export interface HubFile {
  readonly bytes: Uint8Array;
  readonly isLarge: boolean;
}

export interface HubRepository {
  /** By revision: branches, tags, commits. */
  readonly commits: Map<string, string>;
  /** By commit and path. */
  readonly trees: Map<string, Map<string, HubFile>>;
  /** Who may see it. */
  access: 'everyone' | 'private' | 'gated';
}

/** What the parts of a hub share. */
export interface HubState {
  readonly repositories: Map<string, HubRepository>;
  /** Contents of the server of large files, by SHA-256. */
  readonly large: Map<string, Uint8Array>;
  /** Opens what is not for everyone. */
  readonly token: string;
  /** Entries on a page of a list of files. */
  pageSize: number;
  /** Address of the server of large files. */
  cdn: string;
}

/** Makes a commit of these files the head of a branch. */
export function addCommit(
  { repositories }: HubState,
  id: string,
  files: Map<string, HubFile>,
  branch = 'main',
): string {
  const repository: HubRepository = repositories.get(id) ?? {
    commits: new Map(),
    trees: new Map(),
    access: 'everyone',
  };
  const commit = createHash('sha1').update(`${id}${repository.trees.size}`).digest('hex');
  repositories.set(id, repository);
  repository.commits.set(branch, commit).set(commit, commit);
  repository.trees.set(commit, files);
  return commit;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
