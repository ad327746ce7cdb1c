import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  createMessageConnection,
  type Disposable,
  type MessageConnection,
  ProgressType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { SessionProblem, SessionProgress, SessionRequests } from '../../protocol/session.ts';
import { childEnvironment, SftProblem } from './programs.ts';

type Method = keyof SessionRequests;
type Params<M extends Method> = SessionRequests[M]['params'];

/** The window's session process, started at the first question and again after it has died. */
export interface Session {
  /**
   * Asks; with a signal, until it is aborted: what moves files then answers what it has moved. `tell` is given the progress of requests
   * that tell it. @throws SftProblem with the sentence that it answers; an error where it dies over the question; the signal's reason
   */
  ask<M extends Method>(
    method: M,
    ...params: Params<M> extends undefined
      ? []
      : [Params<M>, AbortSignal?, ((progress: SessionProgress<M>) => void)?]
  ): Promise<SessionRequests[M]['result']>;
  dispose(): void;
}

/** Their answers are waited for even when they are cancelled: they say what had been done by then. */
const answersAlways: ReadonlySet<Method> = new Set<Method>(['trash', 'restore']);

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly ended: Promise<never>;
}

/** A Node in which programs of ours run. */
export interface SessionNode {
  readonly path: string;
  readonly electron: boolean;
}

/** The host's own: it is there at once. */
export const hostNode: SessionNode = {
  path: process.execPath,
  electron: process.versions.electron !== undefined,
};

/** `folder` is that of our bundles. It runs in the host's own Node unless told, and ends so many minutes after its last answer. */
export function newSession(
  folder: string,
  log: (line: string) => void,
  idleMinutes: () => number = () => 10,
  node: () => Promise<SessionNode> = async () => hostNode,
): Session {
  let running: Running | undefined;
  let asked = 0;
  let tokens = 0;
  let idle: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(idle);
    running?.child.stdin?.end();
    running?.child.kill();
    running = undefined;
  };
  const answered = (): void => {
    asked--;
    if (asked === 0) idle = setTimeout(end, idleMinutes() * 60_000).unref();
  };
  const start = ({ path, electron }: SessionNode): Running => {
    const child = spawn(path, [join(folder, 'session.js')], {
      env: childEnvironment(electron),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => log(text.trimEnd()));
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.onError(([error]) => log(error.message));
    const ended = new Promise<never>((_, reject) => {
      const end = (reason: string) => {
        if (running?.child === child) running = undefined;
        connection.dispose();
        reject(new Error(`The session process ended: ${reason}.`));
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code ?? ''}`));
    });
    ended.catch(() => undefined); // told to whoever asks
    connection.listen();
    return { child, connection, ended };
  };
  /** Those who ask while it is being started get the same one. */
  const connected = async (): Promise<Running> => {
    if (running !== undefined) return running;
    const found = await node();
    running ??= start(found);
    return running;
  };
  return {
    async ask(method, ...[params, signal, tell]) {
      signal?.throwIfAborted();
      clearTimeout(idle);
      asked++;
      const cancelling = new CancellationTokenSource();
      const done = new AbortController();
      let listening: Disposable | undefined;
      const cancelled = new Promise<never>((_, reject) => {
        const cancel = () => {
          cancelling.cancel();
          if (!answersAlways.has(method)) reject(signal?.reason);
        };
        signal?.addEventListener('abort', cancel, { signal: done.signal });
      });
      cancelled.catch(() => undefined); // told to whoever asks
      try {
        const { connection, ended } = await connected();
        const progressToken = tell === undefined ? undefined : ++tokens;
        if (tell !== undefined)
          listening = connection.onProgress(new ProgressType<SessionProgress<typeof method>>(), tokens, tell);
        const request = progressToken === undefined ? params : { ...params, progressToken };
        const answer = connection.sendRequest<never>(method, request, cancelling.token);
        return await Promise.race([answer, ended, cancelled]);
      } catch (error) {
        throw asProblem(error);
      } finally {
        done.abort();
        listening?.dispose();
        cancelling.dispose();
        answered();
      }
    },
    dispose: end,
  };
}

function asProblem(error: unknown): unknown {
  if (!(error instanceof ResponseError) || error.code !== 1) return error;
  const { code, what, advice } = error.data as SessionProblem;
  return new SftProblem({ code, what, advice, message: `${what} ${advice}` });
}
