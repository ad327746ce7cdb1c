import { userError, type UserError } from '../../core/errors/userError.ts';
import type { HubReference } from '../../formats/hubCache.ts';

/** What was asked for, to say it in an error. */
export interface Asked extends HubReference {
  readonly file?: string | undefined;
}

/** What an answer that is not the one hoped for tells. */
export interface Refusal {
  readonly status: number;
  /** The Hub's own name for what is wrong (`X-Error-Code`). */
  readonly code: string;
  /** Its sentence. */
  readonly said: string;
}

/** Reads a refusal from an answer's head and its text. */
export function refusalOf({ status, headers }: Response, text: string): Refusal {
  return {
    status,
    code: headers.get('x-error-code') ?? '',
    said: headers.get('x-error-message') ?? errorText(text),
  };
}

function errorText(text: string): string {
  try {
    const json: unknown = JSON.parse(text);
    const found = typeof json === 'object' && json !== null && 'error' in json ? json.error : undefined;
    return typeof found === 'string' ? found : '';
  } catch {
    return ''; // A page for people, which says nothing in one line.
  }
}

/** A refusal by the Hub as an error for the user. */
export function refusalError(
  { status, code, said }: Refusal,
  { id, revision, file }: Asked,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): UserError {
  if (code === 'GatedRepo') return userError('hub-gated', { id, url: `${endpoint}/${id}` });
  if (status === 404 && code === 'RevisionNotFound') {
    return userError('hub-revision-not-found', { id, revision });
  }
  if (status === 404 && file !== undefined) return userError('hub-file-not-found', { id, file });
  switch (status) {
    case 401:
      if (code === 'RepoNotFound' && hasToken) return userError('hub-not-found', { id });
      return userError('hub-unauthorized', { id, hasToken });
    case 403:
      return userError('hub-forbidden', { id, said: plain(said) });
    case 404:
      return userError('hub-not-found', { id });
    case 409:
    case 412:
      return userError('hub-changed', { id });
    case 429:
      return userError('hub-busy', { seconds: undefined });
    default:
      return userError('hub-server', { status, said: plain(said) });
  }
}

/** A sentence of a server, fit to be printed: one short line of text. */
function plain(text: string): string {
  const line = text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name cannot be looked up',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  EPIPE: 'the connection broke',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it has fallen silent',
  ENETUNREACH: 'there is no network',
  EHOSTUNREACH: 'there is no way to it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names further ones)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names further ones)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names further ones)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is not trusted (NODE_EXTRA_CA_CERTS names further ones)',
};

/**
 * A connection that failed, as an error for the user; undefined for any other error. Only the host is named: an address may have
 * a signature in it that lets others in.
 */
export function networkError(error: unknown, url: string): UserError | undefined {
  const code = networkCode(error);
  if (code === undefined) return undefined;
  const told = userError('hub-network', { host: new URL(url).host, reason: reasons[code] ?? code });
  told.cause = error;
  return told;
}

/** Whether there is no way to a server at all, so that it is of no use to try again at once. */
export function isHopeless(error: unknown): boolean {
  return hopeless.has(networkCode(error) ?? '');
}

const hopeless = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH']);

/** What Node says of a connection that failed: `fetch` hides it in the cause. */
function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string' && at.code in reasons) return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return networkCode(at.errors[0]);
  }
  // undici: an answer that ends before it is whole, one that is no HTTP, too many redirects.
  const isFetchs = error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message);
  return isFetchs ? causeText(error.cause) : undefined;
}

function causeText(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? plain(cause.message) : 'the connection broke';
}
