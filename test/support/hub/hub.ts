import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveApi } from './api.ts';
import { serveBytes } from './bytes.ts';
import { addCommit, bodyOf, type HubFile, type HubRepository, type HubState, sha256 } from './state.ts';

/** A request as it came, and whether to the hub or to the server of large files. */
export interface Seen {
  readonly at: 'hub' | 'cdn';
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** An answer of a test's own; undefined lets the hub answer. `n` counts requests of this path, from 1. */
type Trick = (seen: Seen, n: number) => ((response: ServerResponse) => void) | undefined;

/** A hub on loopback that speaks as much of the Hub's interface as is used here. */
export interface FakeHub extends HubState {
  readonly endpoint: string;
  readonly seen: Seen[];
  trick: Trick | undefined;
  /** Adds a repository; a file from 1,000 bytes on is large. Gives its commit. */
  add(id: string, files: Readonly<Record<string, Uint8Array | string>>, revision?: string): string;
  /** Requests for contents of files, so far. */
  contents(): readonly Seen[];
  close(): Promise<void>;
}

const largeFrom = 1000;

export async function startHub(): Promise<FakeHub> {
  const servers: Server[] = [];
  const counts = new Map<string, number>();
  const listen = async (at: Seen['at'], serve: Serve): Promise<string> => {
    const server = createServer((request, response) => {
      const seen = seenOf(at, request);
      hub.seen.push(seen);
      const n = (counts.get(`${at}${seen.path}`) ?? 0) + 1;
      counts.set(`${at}${seen.path}`, n);
      const trick = hub.trick?.(seen, n);
      if (trick === undefined) void serve(request, response);
      else trick(response);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const hub = {
    repositories: new Map<string, HubRepository>(),
    large: new Map<string, Uint8Array>(),
    seen: [] as Seen[],
    token: 'hf_theTokenOfTheTests0123456789',
    trick: undefined as Trick | undefined,
    pageSize: 1000,
    cdn: '',
    add(id: string, given: Readonly<Record<string, Uint8Array | string>>, revision = 'main') {
      const files = new Map<string, HubFile>();
      for (const [path, content] of Object.entries(given)) {
        const bytes = Buffer.from(content);
        files.set(path, { bytes, isLarge: bytes.length >= largeFrom });
        hub.large.set(sha256(bytes), bytes);
      }
      return addCommit(hub, id, files, revision);
    },
    contents: () => hub.seen.filter(({ at, path }) => at === 'cdn' || path.includes('/resolve/')),
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
  hub.cdn = await listen('cdn', async (request, response) => serveLarge(hub, request, response));
  const endpoint = await listen('hub', async (request, response) => serveApi(hub, request, response));
  return Object.assign(hub, { endpoint });
}

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function serveLarge(
  { large }: HubState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const hash = /^\/(?:blob|upload)\/([0-9a-f]{64})/.exec(request.url ?? '')?.[1] ?? '';
  if (request.method === 'PUT') {
    const bytes = await bodyOf(request);
    if (sha256(bytes) === hash) large.set(hash, bytes);
    response.writeHead(sha256(bytes) === hash ? 200 : 400).end();
    return;
  }
  const bytes = large.get(hash);
  // What a server of files like S3 does with credentials that are not its own.
  if (request.headers.authorization !== undefined) response.writeHead(400).end('two ways to authorize');
  else if (bytes === undefined) response.writeHead(404).end();
  else serveBytes(request, response, bytes, {});
}

function seenOf(at: Seen['at'], { method = '', url = '', headers }: IncomingMessage): Seen {
  const { range, authorization } = headers;
  return { at, method, path: url.replace(/\?.*/, ''), range, authorization };
}
