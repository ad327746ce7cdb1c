import { setTimeout as sleep } from 'node:timers/promises';
import { userError, UserError } from '../../core/errors/userError.ts';
import { type Asked, isHopeless, networkError, refusalError, refusalOf } from './answers.ts';
import type { HubToken } from './environment.ts';

/** What a connection needs of the world, so that a test can stand in for it. */
export interface HubTools {
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** After so long without a byte, a server counts as gone. */
  readonly silence: number;
}

const system: HubTools = {
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  silence: 60_000,
};

/** A way to ask one hub. */
export interface HubConnection {
  readonly endpoint: string;
  readonly hasToken: boolean;
  readonly signal: AbortSignal;
  /**
   * A `fetch` for the Hub's interface, for one matter. Its answers are whole and of bounded length; a refusal is thrown as an error for
   * the user, since the client library forgets what the Hub says in the head.
   */
  api(asked: Asked): typeof fetch;
  /**
   * An answer whose body is still to come, each part of it within the time that a server may be silent. Whoever reads it decides about
   * connections that fail, which are not tried again here.
   */
  open(url: string, headers: Readonly<Record<string, string>>): Promise<OpenAnswer>;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface OpenAnswer {
  readonly response: Response;
  /** The parts of its body. @throws UserError `hub-network` where it breaks off */
  readonly parts: () => AsyncGenerator<Uint8Array>;
  /** Ends it; what is still to come is not wanted. */
  readonly end: () => void;
}

/** An answer of the Hub's interface is never longer. */
export const longestAnswer = 32 * 2 ** 20;
const tries = 5;
/** No matter needs more: pages of a list, parts of a commit. */
const mostRequests = 500;
/** Longer is for people to wait. */
const longestWait = 120_000;
/** Busy, or ill for a moment. */
const passing = new Set([429, 500, 502, 503, 504]);
/** What is done twice is done once. */
const repeatable = new Set(['GET', 'HEAD', 'PUT']);

/**
 * Connects to a hub. The token goes to the hub's own origin alone, and not through the client library: that takes only
 * tokens that begin with `hf_`, and sends them to whatever address a server calls the next page. `fetch` drops it
 * where an answer leads to another origin. What fails for a moment is tried again, as late as the server asks.
 */
export function connectHub(
  endpoint: string,
  token: HubToken | undefined,
  signal: AbortSignal,
  tools: HubTools = system,
): HubConnection {
  const origin = new URL(endpoint).origin;
  const ask = async (input: string, init: RequestInit): Promise<OpenAnswer> => {
    const headers = new Headers(init.headers);
    headers.delete('authorization');
    if (token !== undefined && new URL(input).origin === origin)
      headers.set('authorization', `Bearer ${token.read()}`);
    return openAnswer(input, { ...init, headers }, signal, tools.silence);
  };
  let requests = 0;
  const patiently = async (input: string, init: RequestInit, networkTries: number): Promise<OpenAnswer> => {
    const mayRepeat = repeatable.has(init.method ?? 'GET');
    for (let n = 1; ; n++) {
      signal.throwIfAborted();
      let pause: number;
      try {
        const answer = await ask(input, init);
        const { status, headers } = answer.response;
        const isBusy = status === 429;
        if (!passing.has(status) || (!isBusy && !mayRepeat)) return answer;
        const asked = secondsAsked(headers);
        pause = asked === undefined ? 1000 * 2 ** (n - 1) : 1000 * asked;
        if (isBusy && (pause > longestWait || n === tries)) {
          answer.end();
          throw userError('hub-busy', { seconds: asked });
        }
        if (n === tries || pause > longestWait) return answer;
        answer.end();
      } catch (error) {
        const isNetwork = error instanceof UserError && error.code === 'hub-network';
        if (!isNetwork || !mayRepeat || n >= networkTries || isHopeless(error.cause)) throw error;
        pause = 1000 * 2 ** (n - 1);
      }
      await tools.wait(pause, signal);
    }
  };
  return {
    endpoint,
    hasToken: token !== undefined,
    signal,
    wait: (milliseconds) => tools.wait(milliseconds, signal),
    open: (url, headers) => patiently(url, { headers }, 1),
    api: (asked) => async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (++requests > mostRequests) throw userError('hub-answer', { reason: 'it goes on without an end' });
      if ((init?.method ?? 'GET') === 'GET' && new URL(url).origin !== origin) {
        throw userError('hub-answer', { reason: 'it leads to another server' });
      }
      const answer = await patiently(url, init ?? {}, tries);
      const bytes = await wholeBody(answer);
      const { response } = answer;
      if (!response.ok) {
        const text = new TextDecoder().decode(bytes);
        throw refusalError(refusalOf(response, text), asked, { endpoint, hasToken: token !== undefined });
      }
      const { status, headers } = response;
      return new Response(status === 204 ? null : bytes, { status, headers });
    },
  };
}

/** @throws UserError `hub-network`, and the reason of the signal */
async function openAnswer(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  silence: number,
): Promise<OpenAnswer> {
  const quiet = new AbortController();
  const timer = setTimeout(() => quiet.abort(), silence);
  const ends = [signal, quiet.signal, init.signal].filter((one) => one instanceof AbortSignal);
  const failed = (error: unknown): unknown => {
    clearTimeout(timer);
    if (signal.aborted) return signal.reason;
    if (quiet.signal.aborted) {
      return userError('hub-network', { host: new URL(url).host, reason: 'it has fallen silent' });
    }
    return networkError(error, url) ?? error;
  };
  const end = (): void => {
    clearTimeout(timer);
    quiet.abort();
  };
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any(ends) });
    return { response, end, parts: () => parts(response, timer, signal, failed) };
  } catch (error) {
    throw failed(error);
  }
}

async function* parts(
  { body }: Response,
  timer: NodeJS.Timeout,
  signal: AbortSignal,
  failed: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  if (body === null) {
    clearTimeout(timer);
    return;
  }
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      timer.refresh();
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw failed(error);
  } finally {
    clearTimeout(timer);
    // An answer that is left before its end must not hold its connection.
    await reader.cancel().catch(() => undefined);
  }
}

/** @throws UserError `hub-answer` where it is longer than any that makes sense */
async function wholeBody({ parts }: OpenAnswer): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const part of parts()) {
    length += part.length;
    if (length > longestAnswer) {
      throw userError('hub-answer', { reason: `it is longer than ${longestAnswer / 2 ** 20} MB` });
    }
    all.push(part);
  }
  return new Uint8Array(Buffer.concat(all));
}

/** Seconds that a server asks to wait: `Retry-After`, as a number or a date. */
function secondsAsked(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
