import { beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../../test/support/files.ts';
import { hubEnvironment, hubToken, storeHubToken } from './hub.ts';
import type { Services } from './services.ts';

const vscode = vi.hoisted(() => ({
  workspace: { isTrusted: true, getConfiguration: () => ({ get: () => vscode.proxy }) },
  proxy: '',
}));
vi.mock('vscode', () => vscode);

const kept = new Map<string, string>();
const services = {
  context: {
    secrets: {
      get: async (key: string) => kept.get(key),
      store: async (key: string, value: string) => void kept.set(key, value),
      delete: async (key: string) => void kept.delete(key),
    },
  },
} as unknown as Services;

beforeEach(() => {
  kept.clear();
  Object.assign(vscode.workspace, { isTrusted: true });
});

test('a program gets the token of the secret storage in its environment, and none where there is none', async () => {
  expect(await hubEnvironment(services)).toEqual({ NODE_USE_ENV_PROXY: '1' });
  await storeHubToken(services, 'hf_x');
  expect(await hubEnvironment(services)).toEqual({ HF_TOKEN: 'hf_x', NODE_USE_ENV_PROXY: '1' });
  await storeHubToken(services, undefined);
  expect(await hubToken(services)).toBeUndefined();
});

test("the editor's proxy is the program's too", async () => {
  vscode.proxy = 'http://proxy:8080';
  expect(await hubEnvironment(services)).toMatchObject({ HTTPS_PROXY: 'http://proxy:8080' });
  vscode.proxy = '';
});

test('in a workspace that is not trusted the Hub is off, and the token is not read', async () => {
  await storeHubToken(services, 'hf_x');
  Object.assign(vscode.workspace, { isTrusted: false });
  await refused('hub-restricted', () => hubEnvironment(services));
});
