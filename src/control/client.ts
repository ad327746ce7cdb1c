import { connect, type Socket } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import {
  type LiveState,
  type RunProgress,
  type RunUpdate,
  updateMethod,
  type RunRequests,
} from '../protocol/liveRun.ts';
import type { RunView } from '../protocol/runView.ts';
import { greeting } from './handshake.ts';

/** What can be asked of a live run. */
export type Steering = 'pause' | 'resume' | 'stop' | 'cancel' | 'selectNow';

/** A connection to a live run. */
export interface RunClient {
  /** The version of what the run understands. */
  readonly version: number;
  readonly state: () => Promise<LiveState>;
  readonly progress: () => Promise<RunProgress>;
  /** Asks; the answer comes before it is done, which is after the step under way. */
  steer(how: Steering): Promise<void>;
  /** Asks for a mask of so many entries. @throws an error with the reason where that cannot be */
  choose(k: number): Promise<void>;
  /** What there is; `told` gets what comes after it. */
  watch(told: (update: RunUpdate) => void): Promise<{ readonly view: RunView; readonly live: LiveState }>;
  /** Resolves when the connection ends, from either side. */
  readonly closed: Promise<void>;
  readonly close: () => void;
}

/** A run does not answer while it computes a step, or loads a large model. */
const defaultPatience = 60_000;

/**
 * Connects to a run, which has `patience` milliseconds to answer.
 * @throws the system's error where nobody listens; an error where the run hangs up, since the token is wrong, or is silent
 */
export async function connectRun(
  { address, token }: { readonly address: string; readonly token: string },
  patience = defaultPatience,
): Promise<RunClient> {
  const socket = connect(address);
  const late = setTimeout(() => socket.destroy(), patience);
  try {
    await opened(socket);
    return await greet(socket, token);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function greet(socket: Socket, token: string): Promise<RunClient> {
  socket.write(greeting(token));
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  connection.onError(() => socket.destroy());
  connection.listen();
  const ask = <M extends keyof RunRequests>(method: M): Promise<RunRequests[M]['result']> =>
    orClosed(connection.sendRequest(method), closed);
  const { version } = await ask('hello');
  return {
    version,
    state: () => ask('state'),
    progress: () => ask('progress'),
    async steer(how) {
      await ask(how);
    },
    async choose(k) {
      await orClosed(connection.sendRequest('choose', { k }), closed);
    },
    async watch(told) {
      connection.onNotification(updateMethod, told);
      return ask('watch');
    },
    closed,
    close: () => socket.destroy(),
  };
}

function opened(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error('Nothing was answered in time.'));
    socket
      .once('error', reject)
      .once('close', giveUp)
      .once('connect', () => {
        socket.off('error', reject).off('close', giveUp);
        socket.on('error', () => socket.destroy());
        resolve();
      });
  });
}

/** A request to a process that may end at any moment. */
async function orClosed<T>(request: Promise<T>, closed: Promise<void>): Promise<T> {
  const ended = closed.then((): never => {
    throw new Error('The run has hung up.');
  });
  return Promise.race([request, ended]);
}
