import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { SessionProblem, SessionRequests } from '../../protocol/session.ts';
import { childEnvironment, SftProblem } from './programs.ts';

type Method = keyof SessionRequests;
type Params<M extends Method> = SessionRequests[M]['params'];

/** The window's session process, started at the first question and again after it has died. */
export interface Session {
  /** Asks. @throws SftProblem with the sentence that it answers; an error where it dies over the question */
  ask<M extends Method>(
    method: M,
    ...params: Params<M> extends undefined ? [] : [Params<M>]
  ): Promise<SessionRequests[M]['result']>;
  dispose(): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly ended: Promise<never>;
}

/**
 * `folder` is that of our bundles. It runs in the host's own Node, which needs no engine for that, and ends so many
 * minutes after its last answer.
 */
export function newSession(
  folder: string,
  log: (line: string) => void,
  idleMinutes: () => number = () => 10,
): Session {
  let running: Running | undefined;
  let asked = 0;
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
  const start = (): Running => {
    const child = spawn(process.execPath, [join(folder, 'session.js')], {
      env: childEnvironment(process.versions.electron !== undefined),
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
  return {
    async ask(method, ...params) {
      clearTimeout(idle);
      asked++;
      running ??= start();
      const { connection, ended } = running;
      try {
        return await Promise.race([connection.sendRequest<never>(method, ...params), ended]);
      } catch (error) {
        throw asProblem(error);
      } finally {
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
