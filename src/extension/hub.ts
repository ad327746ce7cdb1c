import * as vscode from 'vscode';
import { userError } from '../core/errors/userError.ts';
import type { Services } from './services.ts';

const key = 'sft.hubToken';

/** The token that the editor keeps for the Hub; undefined where it has none. */
export async function hubToken({ context }: Services): Promise<string | undefined> {
  return context.secrets.get(key);
}

export async function storeHubToken({ context }: Services, token: string | undefined): Promise<void> {
  if (token === undefined) await context.secrets.delete(key);
  else await context.secrets.store(key, token);
}

/**
 * Variables of a program that asks the Hub: the editor's token, which goes no other way than this, and its proxy.
 * @throws UserError `hub-restricted` in a workspace that is not trusted
 */
export async function hubEnvironment(services: Services): Promise<NodeJS.ProcessEnv> {
  if (!vscode.workspace.isTrusted) throw userError('hub-restricted', undefined);
  const token = await hubToken(services);
  const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy', '');
  return {
    ...(token === undefined ? {} : { HF_TOKEN: token }),
    // Newer versions of Node go through the proxy that the environment names, if they are told to.
    NODE_USE_ENV_PROXY: '1',
    ...(proxy === '' ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }),
  };
}
