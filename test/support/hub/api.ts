import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveBytes } from './bytes.ts';
import { addCommit, bodyOf, type HubFile, type HubRepository, type HubState, sha256 } from './state.ts';

/** Answers a request to the hub itself. */
export async function serveApi(
  hub: HubState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', 'http://hub');
  const path = decodeURIComponent(url.pathname);
  const isKnown = request.headers.authorization === `Bearer ${hub.token}`;
  const given = request.headers.authorization;
  if (given !== undefined && !isKnown) return refuse(response, 401, '', 'Invalid credentials');
  if (request.method === 'POST') return serveChange(hub, request, response, path, isKnown);
  const info = /^\/api\/models\/(.+)\/revision\/(.+)$/.exec(path);
  if (info !== null) {
    const found = look(hub, response, info[1], info[2], isKnown);
    if (found === undefined) return;
    json(response, {
      _id: '1',
      id: info[1],
      sha: found.commit,
      private: found.repository.access === 'private',
    });
    return;
  }
  const tree = /^\/api\/models\/(.+)\/tree\/([^/]+)$/.exec(path);
  if (tree !== null) {
    const found = look(hub, response, tree[1], tree[2], isKnown);
    if (found !== undefined) serveTree(hub, request, response, found.files, url);
    return;
  }
  const file = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  if (file === null) return refuse(response, 404, '', 'no such page');
  const found = look(hub, response, file[1], file[2], isKnown);
  const one = found?.files.get(file[3]);
  if (found === undefined) return;
  if (one === undefined) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
  if (one.isLarge) {
    const hash = sha256(one.bytes);
    const location = `${hub.cdn}/blob/${hash}?signature=secret`;
    response.writeHead(302, { location, 'x-linked-etag': `"${hash}"`, 'x-repo-commit': found.commit }).end();
  } else serveBytes(request, response, one.bytes, { 'x-repo-commit': found.commit });
}

interface Found {
  readonly repository: HubRepository;
  readonly commit: string;
  readonly files: Map<string, HubFile>;
}

/** What is asked for, if there is such a thing and one may see it; else it is refused. */
function look(
  { repositories }: HubState,
  response: ServerResponse,
  id: string,
  revision: string,
  isKnown: boolean,
): Found | undefined {
  const repository = repositories.get(id);
  if (repository === undefined || (repository.access === 'private' && !isKnown)) {
    refuse(response, isKnown ? 404 : 401, 'RepoNotFound', 'Repository not found');
    return undefined;
  }
  const commit = repository.commits.get(revision);
  if (commit === undefined) {
    refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
    return undefined;
  }
  if (repository.access === 'gated') {
    refuse(response, 403, 'GatedRepo', `Access to model ${id} is restricted`);
    return undefined;
  }
  return { repository, commit, files: repository.trees.get(commit) ?? new Map<string, HubFile>() };
}

function serveTree(
  { pageSize }: HubState,
  request: IncomingMessage,
  response: ServerResponse,
  files: Map<string, HubFile>,
  url: URL,
): void {
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const all = [...files].filter(([path]) => !path.includes('/')).map(([path, file]) => entry(path, file));
  if (from + pageSize < all.length) {
    url.searchParams.set('cursor', String(from + pageSize));
    const next = `http://${request.headers.host}${url.pathname}${url.search}`;
    response.setHeader('link', `<${next}>; rel="next"`);
  }
  json(response, all.slice(from, from + pageSize));
}

function entry(path: string, { bytes, isLarge }: HubFile): object {
  const hash = sha256(bytes);
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize ${bytes.length}\n`,
  );
  const common = { type: 'file', path, size: bytes.length, oid: gitHash(isLarge ? pointer : bytes) };
  if (!isLarge) return common;
  return { ...common, lfs: { oid: hash, size: bytes.length, pointerSize: pointer.length } };
}

function gitHash(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

interface Change {
  readonly key: string;
  readonly value: {
    readonly path: string;
    readonly oid?: string;
    readonly content?: string;
    readonly summary?: string;
  };
}

/** Creates repositories and takes commits, from who has the token. */
async function serveChange(
  hub: HubState,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  isKnown: boolean,
): Promise<void> {
  const body = (await bodyOf(request)).toString();
  if (!isKnown) return refuse(response, 401, '', 'Invalid username or password.');
  if (path === '/api/repos/create') {
    const { name, organization, visibility } = JSON.parse(body) as Record<string, string>;
    const id = `${organization}/${name}`;
    if (hub.repositories.has(id)) return refuse(response, 409, '', 'You already created this model repo');
    addCommit(hub, id, new Map());
    const made = hub.repositories.get(id);
    if (made !== undefined && visibility === 'private') made.access = 'private';
    return json(response, { url: `http://hub/${id}`, id });
  }
  const preupload = /^\/api\/models\/(.+)\/preupload\/main$/.exec(path);
  if (preupload !== null) {
    const { files } = JSON.parse(body) as { files: { path: string; size: number }[] };
    const modes = files.map((file) => ({
      path: file.path,
      uploadMode: file.path.endsWith('.md') ? 'regular' : 'lfs',
    }));
    return json(response, { files: modes });
  }
  if (path.endsWith('.git/info/lfs/objects/batch')) {
    const { objects } = JSON.parse(body) as { objects: { oid: string; size: number }[] };
    const answers = objects.map(({ oid, size }) => ({
      oid,
      size,
      ...(hub.large.has(oid)
        ? {}
        : { actions: { upload: { href: `${hub.cdn}/upload/${oid}?signature=secret` } } }),
    }));
    return json(response, { transfer: 'basic', objects: answers });
  }
  const commit = /^\/api\/models\/(.+)\/commit\/main$/.exec(path);
  if (commit === null) return refuse(response, 404, '', 'no such page');
  const repository = hub.repositories.get(commit[1]);
  const head = repository?.commits.get('main') ?? '';
  const files = new Map(repository?.trees.get(head));
  for (const { key, value } of body.split('\n').map((line) => JSON.parse(line) as Change)) {
    if (key === 'file') {
      files.set(value.path, { bytes: Buffer.from(value.content ?? '', 'base64'), isLarge: false });
    }
    const bytes = hub.large.get(value.oid ?? '');
    if (key === 'lfsFile' && bytes !== undefined) files.set(value.path, { bytes, isLarge: true });
  }
  const commitOid = addCommit(hub, commit[1], files);
  json(response, { commitOid, commitUrl: `http://hub/${commit[1]}/commit/${commitOid}`, hookOutput: '' });
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string, said: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(code === '' ? {} : { 'x-error-code': code }),
    'x-error-message': said,
  });
  response.end(JSON.stringify({ error: said }));
}
