import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import type { RunEvent } from '../protocol/events.ts';
import { progressOf } from '../protocol/runProgress.ts';
import {
  controlVersion,
  type LiveState,
  type RunRequests,
  type RunUpdate,
  updateMethod,
} from '../protocol/liveRun.ts';
import type { RunView } from '../protocol/runView.ts';
import { newAddress } from './address.ts';
import { isGreeted } from './handshake.ts';

/** What a run does when it is asked. */
export interface RunHandlers {
  /** Of everything so far; the events that are told afterwards come on top of it. */
  readonly view: () => RunView;
  readonly state: () => LiveState;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
  /** @throws RangeError */
  readonly choose: (k: number) => void;
  readonly selectNow: () => void;
}

/** A run's ear. */
export interface ControlServer {
  readonly address: () => string;
  readonly token: string;
  /** Tells watchers of an event; those of an eighth of a second go out together. Call it after the view has it. */
  readonly publish: (event: RunEvent) => void;
  /** Tells watchers that the state has changed. */
  readonly changed: () => void;
  /** Listens anew where the address is gone, if it can; gives whether it did. */
  readonly renew: () => Promise<boolean>;
  /** Tells what is left to tell, and hangs up. */
  readonly close: () => Promise<void>;
}

export interface ServerLimits {
  /** Milliseconds that a client has for its token. */
  readonly patience?: number | undefined;
  /** Milliseconds in which events are put together. */
  readonly batch?: number | undefined;
}

/** A view gets at most ten messages a second: eight of events, and now and then one of the state. */
const batchMilliseconds = 125;
/** Watchers get so long to read the end of what they are told. */
const farewellMilliseconds = 1000;
/** Updates that wait for a watcher: one that does not read loses the connection, not the run its memory. */
const mostUnsent = 300;

interface Watcher {
  readonly socket: Socket;
  readonly connection: MessageConnection;
  /** Updates on their way to it. */
  unsent: number;
}

/**
 * Listens on a new address.
 * @throws the system's error where nothing can be listened on
 */
export async function serveRun(
  handlers: RunHandlers,
  { patience, batch = batchMilliseconds }: ServerLimits = {},
): Promise<ControlServer> {
  const token = randomBytes(32).toString('hex');
  const watchers = new Set<Watcher>();
  const sockets = new Set<Socket>();
  let waiting: RunEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    const from = handlers.view().events - events.length;
    const update = { from, events, live: handlers.state() };
    await Promise.all([...watchers].map((watcher) => send(watcher, update)));
  };
  const changed = (): void => {
    if (watchers.size > 0) timer ??= setTimeout(() => void flush(), batch);
  };
  /** What the run refuses is told to whoever has asked. */
  const obey = (request: () => void): null => {
    try {
      request();
    } catch (error) {
      if (error instanceof RangeError) throw new ResponseError(1, error.message);
      throw error;
    }
    changed();
    return null;
  };
  const meet = async (socket: Socket): Promise<void> => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
    if (!(await isGreeted(socket, token, patience))) return;
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    const watcher: Watcher = { socket, connection, unsent: 0 };
    socket.once('close', () => watchers.delete(watcher));
    connection.onError(() => socket.destroy()); // what cannot be read is answered by hanging up
    connection.onRequest('hello', () => ({ version: controlVersion }));
    connection.onRequest('state', () => handlers.state());
    connection.onRequest('progress', () => progressOf(handlers.view().run, handlers.state()));
    connection.onRequest('watch', () => {
      void flush(); // so that the view has exactly what this watcher will not be told
      watchers.add(watcher);
      // It is written later, and must not have what happens until then, which is told besides.
      return { view: structuredClone(handlers.view()), live: handlers.state() };
    });
    const requests = {
      pause: handlers.pause,
      resume: handlers.resume,
      stop: handlers.stop,
      selectNow: handlers.selectNow,
      // The same for the run: whoever cancels it deletes its folder.
      cancel: handlers.stop,
    };
    for (const [method, request] of Object.entries(requests))
      connection.onRequest(method, () => obey(request));
    connection.onRequest('choose', ({ k }: RunRequests['choose']['params']) =>
      obey(() => handlers.choose(k)),
    );
    connection.listen();
    socket.resume(); // the greeting left it paused
  };
  const listen = (at: string): Promise<Server> => listenOn(at, (socket) => void meet(socket));
  let address = newAddress();
  let server = await listen(address);
  return {
    address: () => address,
    token,
    publish(event) {
      if (watchers.size === 0) return;
      waiting.push(event);
      changed();
    },
    changed,
    async renew() {
      if (process.platform === 'win32' || existsSync(address)) return false;
      try {
        const fresh = newAddress();
        const listening = await listen(fresh);
        server.close();
        server = listening;
        address = fresh;
        return true;
      } catch {
        return false; // it can be watched no longer, but goes on
      }
    },
    async close() {
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, farewellMilliseconds);
      server.close();
      await flush();
      await Promise.all([...sockets].map(hangUp));
      clearTimeout(late);
    },
  };
}

async function send(watcher: Watcher, update: RunUpdate): Promise<void> {
  const { socket, connection } = watcher;
  if (watcher.unsent >= mostUnsent) {
    socket.destroy();
    return;
  }
  watcher.unsent++;
  try {
    await connection.sendNotification(updateMethod, update);
  } catch {
    // It has hung up.
  } finally {
    watcher.unsent--;
  }
}

function listenOn(address: string, meet: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(meet);
    server.once('error', reject).listen(address, () => {
      resolve(server.off('error', reject).unref());
    });
  });
}

function hangUp(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.once('close', () => resolve()).end();
  });
}
