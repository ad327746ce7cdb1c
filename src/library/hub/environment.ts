import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userError } from '../../core/errors/userError.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import { hubCache, hubHome } from '../../formats/hubCache.ts';

/** How to reach the Hub, from the environment, as Python's huggingface_hub reads it. */
export interface HubEnvironment {
  /** Address without a slash at its end. */
  readonly endpoint: string;
  /** Where files are kept. */
  readonly cache: string;
  /** Whether nothing may be asked for. */
  readonly isOffline: boolean;
  readonly token: HubToken | undefined;
}

/**
 * A token, out of sight: neither `JSON.stringify` nor a log of an object that holds it shows it. It is read at the one place that
 * sends it.
 */
export interface HubToken {
  readonly read: () => string;
}

/** @throws UserError `hub-endpoint`, `hub-token-form` */
export async function hubEnvironment(env: NodeJS.ProcessEnv = process.env): Promise<HubEnvironment> {
  return {
    endpoint: endpointOf(env.HF_ENDPOINT),
    cache: hubCache(env),
    isOffline: isTrue(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE),
    token: await findToken(env),
  };
}

function endpointOf(given: string | undefined): string {
  if (given === undefined || given === '') return 'https://huggingface.co';
  if (!URL.canParse(given)) throw userError('hub-endpoint', undefined);
  const url = new URL(given);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw userError('hub-endpoint', undefined);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** The variable, or else the file that `hf auth login` writes. */
async function findToken(env: NodeJS.ProcessEnv): Promise<HubToken | undefined> {
  const text = env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN || (await tokenFile(env));
  const token = text.replaceAll(/[\r\n]/g, '').trim();
  if (token === '') return undefined;
  // What cannot stand in a header would otherwise be told in full by the error of whoever makes the header.
  if (!/^[\u0021-\u007e]{1,500}$/.test(token)) throw userError('hub-token-form', undefined);
  return { read: () => token };
}

async function tokenFile(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return await readFile(env.HF_TOKEN_PATH || join(hubHome(env), 'token'), 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}

function isTrue(value: string | undefined): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes((value ?? '').toUpperCase());
}
