import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { homePaths } from '../../home/home.ts';
import type { SftListing } from '../../protocol/session.ts';
import type { Services } from '../services.ts';
import { withFolders } from './gone.ts';
import type { TreeNode } from './nodes.ts';

type Kind = 'create' | 'change' | 'delete';
type Told = (uri: { readonly fsPath: string }) => unknown;

/** As much of an editor as lists ask for, and files that it finds. */
const editor = vi.hoisted(() => {
  const listeners: { pattern: unknown; kind: string; told: (uri: never) => unknown }[] = [];
  const nothing = { dispose: () => undefined };
  const hear = (pattern: unknown, kind: string, ignored: boolean) => (told: (uri: never) => unknown) => {
    if (!ignored) listeners.push({ pattern, kind, told });
    return nothing;
  };
  const api = {
    workspace: {
      workspaceFolders: [],
      createFileSystemWatcher: (pattern: unknown, ...ignored: readonly boolean[]) => ({
        ...nothing,
        onDidCreate: hear(pattern, 'create', ignored[0]),
        onDidChange: hear(pattern, 'change', ignored[1]),
        onDidDelete: hear(pattern, 'delete', ignored[2]),
      }),
      findFiles: async () => [],
      onDidChangeConfiguration: () => nothing,
      onDidChangeWorkspaceFolders: () => nothing,
    },
    RelativePattern: class {
      readonly base: string;
      readonly pattern: string;
      constructor(base: string, pattern: string) {
        this.base = base;
        this.pattern = pattern;
      }
    },
    Uri: { file: (path: string) => path },
    Disposable: {
      from: (...all: readonly { dispose(): void }[]) => ({
        dispose: () => all.forEach((one) => one.dispose()),
      }),
    },
    commands: { executeCommand: async () => undefined },
    l10n: { t: (text: string) => text },
    env: { language: 'en' },
  };
  return { api, listeners };
});
vi.mock('vscode', () => editor.api);

beforeEach(() => {
  editor.listeners.length = 0;
});

/** Tells of a file as the watchers of a pattern would. */
function tell(pattern: string, kind: Kind, fsPath: string): void {
  for (const one of editor.listeners) {
    const glob = typeof one.pattern === 'string' ? one.pattern : (one.pattern as { pattern: string }).pattern;
    if (glob === pattern && one.kind === kind) (one.told as Told)({ fsPath });
  }
}

const event = () => ({ dispose: () => undefined });

/** Whether there are watchers of a pattern outside the workspace. */
function isHeard(wanted: string): boolean {
  return editor.listeners.some(({ pattern }) => (pattern as { pattern?: string }).pattern === wanted);
}

/** Lists of a window with one SFT, and what they did. */
async function listed() {
  const { newLists } = await import('./lists.ts');
  const home = homePaths({ SFT_HOME: temporaryFolder() });
  mkdirSync(home.home, { recursive: true });
  const asked: string[] = [];
  const shown: { view: string; changed: 'all' | readonly TreeNode[] }[] = [];
  const file = join('/w', 'runs', 'a-1', 'a.sft.safetensors');
  const found = { file, name: 'a', kind: 'task', base: 'b', baseFingerprint: 'f', metrics: {}, density: 0.1 };
  const services = {
    home,
    log: { error: (text: string) => expect.fail(text) },
    live: { onDidChange: event, onDidEnd: event, all: () => [], look: async () => undefined },
    session: async () => ({
      async ask(method: string) {
        asked.push(method);
        if (method === 'listSfts') return [{ path: file, found: found as unknown as SftListing }];
        return method === 'recentRuns' ? { runs: [], left: 0 } : [];
      },
    }),
  } as unknown as Services;
  const lists = newLists(services, (view, changed) => shown.push({ view, changed }));
  await lists.roots('sft.sfts');
  await vi.waitFor(() => expect(isHeard('evaluations.jsonl')).toBe(true));
  shown.length = 0;
  return { lists, asked, shown, file };
}

it('an SFT is looked for where a run folder is moved away, and where one comes back', async () => {
  const { lists, asked } = await listed();
  const times = () => asked.filter((method) => method === 'listSfts').length;
  tell('**', 'delete', join('/w', 'runs', 'a-1'));
  await vi.waitFor(() => expect(times()).toBe(2));
  tell('**/runs/*', 'create', join('/w', 'runs', 'a-1'));
  await vi.waitFor(() => expect(times()).toBe(3));
  lists.dispose();
});

it('many deleted files are looked up at once, and those that are in no list are none of its matter', async () => {
  const { watchFiles } = await import('./watch.ts');
  const paths = [join('/w', 'runs', 'a-1'), join('/w', 'runs', 'b-1')];
  let looks = 0;
  const changed: string[] = [];
  const watching = watchFiles(homePaths({ SFT_HOME: temporaryFolder() }), {
    changed: (view) => changed.push(view),
    shown(view) {
      looks++;
      return view === 'sft.runs' ? paths : [];
    },
    evaluated: () => undefined,
  });
  for (let i = 0; i < 10_000; i++) tell('**', 'delete', join('/w', 'node_modules', String(i)));
  expect(looks).toBe(0);
  await vi.waitFor(() => expect(looks).toBe(3));
  expect(changed).toEqual([]);
  tell('**', 'delete', join('/w', 'runs'));
  tell('**', 'delete', join('/w', 'other'));
  await vi.waitFor(() => expect(changed).toEqual(['sft.runs']));
  expect(looks).toBe(6);
  watching.dispose();
});

it('an evaluation has the cards of SFTs asked for anew, and so has a refresh', async () => {
  const { lists, shown, file } = await listed();
  tell('evaluations.jsonl', 'change', '');
  await vi.waitFor(() => expect(shown).toHaveLength(1));
  expect(shown[0]).toMatchObject({ view: 'sft.sfts', changed: [{ kind: 'sft', file }] });
  await lists.refresh();
  expect(shown[1]).toMatchObject({ view: 'sft.sfts', changed: [{ kind: 'sft', file }] });
  lists.dispose();
});

it('what lies in a deleted folder is gone with it, and its namesakes are not', () => {
  const known = withFolders([join('/w', 'runs', 'a-1'), join('/w', 'runs', 'b-1')]);
  expect([join('/w', 'runs', 'a-1'), join('/w', 'runs'), '/w'].every((path) => known.has(path))).toBe(true);
  expect(
    [join('/w', 'runs', 'a'), join('/w', 'run'), join('/w', 'runs', 'a-1', 'x')].some((path) =>
      known.has(path),
    ),
  ).toBe(false);
});
