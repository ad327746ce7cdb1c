import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import type { RunEvent } from '../protocol/events.ts';
import { progressOf } from '../protocol/runProgress.ts';
import { controlVersion, type LiveState, type RunUpdate, updateMethod } from '../protocol/liveRun.ts';
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
  readonly cancel: () => void;
}

/** A run's ear. */
export interface ControlServer {
  readonly address: () => string;
  readonly token: string;
  /** Tells watchers of an event; those of a tenth of a second go out together. Call it after the view has it. */
  readonly publish: (event: RunEvent) => void;
  /** Tells watchers that the state has changed. */
  readonly changed: () => void;
  /** Tells what is left to tell, and hangs up. */
  readonly close: () => Promise<void>;
}

const batchMilliseconds = 100;
/** Runtime folders go at logout and temporary ones are cleaned: then the run listens anew. */
const lookMilliseconds = 10_000;
/** A watcher that does not read loses the connection, not the run its memory. */
const mostUnread = 2 ** 25;

/**
 * Listens on a new address. `moved` is called with every further one.
 * @throws the system's error where nothing can be listened on
 */
export async function serveRun(handlers: RunHandlers, moved: () => void): Promise<ControlServer> {
  const token = randomBytes(32).toString('hex');
  const watchers = new Set<{ readonly socket: Socket; readonly connection: MessageConnection }>();
  const sockets = new Set<Socket>();
  let waiting: RunEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let address = newAddress();

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    const update: RunUpdate = {
      from: handlers.view().events - events.length,
      events,
      live: handlers.state(),
    };
    for (const { socket, connection } of watchers) {
      if (socket.writableLength > mostUnread) socket.destroy();
      else void connection.sendNotification(updateMethod, update).catch(() => undefined); // it has hung up
    }
  };
  const changed = (): void => {
    if (watchers.size > 0) timer ??= setTimeout(flush, batchMilliseconds);
  };
  const meet = async (socket: Socket): Promise<void> => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
    if (!(await isGreeted(socket, token))) return;
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    const watcher = { socket, connection };
    socket.once('close', () => watchers.delete(watcher));
    connection.onError(() => undefined); // what cannot be read is answered by hanging up
    connection.onRequest('hello', () => ({ version: controlVersion }));
    connection.onRequest('state', () => handlers.state());
    connection.onRequest('progress', () => progressOf(handlers.view().run, handlers.state()));
    connection.onRequest('watch', () => {
      flush(); // so that the view has exactly what this watcher will not be told
      watchers.add(watcher);
      return { view: handlers.view(), live: handlers.state() };
    });
    for (const method of ['pause', 'resume', 'stop', 'cancel'] as const) {
      connection.onRequest(method, () => {
        handlers[method]();
        changed();
        return null;
      });
    }
    connection.listen();
    socket.resume(); // the greeting left it paused
  };
  const listen = (): Promise<Server> => listenOn(address, (socket) => void meet(socket));
  let server = await listen();
  const look = setInterval(() => {
    if (process.platform === 'win32' || existsSync(address)) return;
    server.close();
    address = newAddress();
    void listen().then((fresh) => {
      server = fresh;
      return moved();
    }, retryLater);
  }, lookMilliseconds).unref();

  return {
    address: () => address,
    token,
    publish(event) {
      if (watchers.size === 0) return;
      waiting.push(event);
      changed();
    },
    changed,
    async close() {
      clearInterval(look);
      flush();
      server.close();
      await Promise.all([...sockets].map(finish));
      if (process.platform !== 'win32') rmSync(address, { force: true });
    },
  };
}

function listenOn(address: string, meet: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(meet);
    server.once('error', reject).listen(address, () => resolve(server.off('error', reject).unref()));
  });
}

/** Without an address a run can be watched no longer, but goes on; the next look tries again. */
function retryLater(): void {}

/** Lets what was written arrive, for a moment. */
function finish(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), 1000);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end();
  });
}
