import { connect, type Socket } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { type LiveState, type RunProgress, type RunUpdate, updateMethod } from '../protocol/liveRun.ts';
import type { RunView } from '../protocol/runView.ts';
import { greeting } from './handshake.ts';

/** What can be asked of a live run. */
export type Steering = 'pause' | 'resume' | 'stop' | 'cancel';

/** A connection to a live run. */
export interface RunClient {
  /** The version of what the run understands. */
  readonly version: number;
  readonly state: () => Promise<LiveState>;
  readonly progress: () => Promise<RunProgress>;
  /** Asks; the answer comes before it is done, which is after the step under way. */
  steer(how: Steering): Promise<void>;
  /** What there is; `told` gets what comes after it. */
  watch(told: (update: RunUpdate) => void): Promise<{ readonly view: RunView; readonly live: LiveState }>;
  /** Resolves when the connection ends, from either side. */
  readonly closed: Promise<void>;
  readonly close: () => void;
}

/**
 * Connects to a run.
 * @throws the system's error where nobody listens; an error where the run hangs up, since the token is wrong
 */
export async function connectRun({
  address,
  token,
}: {
  readonly address: string;
  readonly token: string;
}): Promise<RunClient> {
  const socket = await open(address);
  socket.write(greeting(token));
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      connection.dispose();
      resolve();
    });
  });
  connection.onError(() => socket.destroy());
  const close = () => socket.destroy();
  connection.listen();
  try {
    const { version } = await orClosed(connection.sendRequest<{ version: number }>('hello'), closed);
    return {
      version,
      state: () => orClosed(connection.sendRequest<LiveState>('state'), closed),
      progress: () => orClosed(connection.sendRequest<RunProgress>('progress'), closed),
      async steer(how) {
        await orClosed(connection.sendRequest(how), closed);
      },
      watch(told) {
        connection.onNotification(updateMethod, told);
        return orClosed(connection.sendRequest<{ view: RunView; live: LiveState }>('watch'), closed);
      },
      closed,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function open(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject).on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

/** A request that a process answers which may end at any moment. */
async function orClosed<T>(request: Promise<T>, closed: Promise<void>): Promise<T> {
  const ended = closed.then((): never => {
    throw new Error('The run has hung up.');
  });
  return Promise.race([request, ended]);
}
