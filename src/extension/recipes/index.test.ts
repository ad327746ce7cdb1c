import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeVscode, type FakeDocument } from '../../../test/support/fakeVscode.ts';
import type * as Index from './index.ts';

let code = '';
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft-recipes-'));
  // As the extension is bundled, and every module says when it is evaluated.
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'index.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    plugins: [
      {
        name: 'tell',
        setup: (bundler) => {
          bundler.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
            const { readFile } = await import('node:fs/promises');
            const text = await readFile(path, 'utf8');
            return {
              contents: `${text}\n;globalThis.__evaluated?.push(${JSON.stringify(path)});`,
              loader: path.endsWith('ts') ? 'ts' : 'js',
            };
          });
        },
      },
    ],
  });
  code = outputFiles[0].text;
});

afterAll(() => rmSync(folder, { recursive: true }));

let evaluated: string[] = [];
let vscode: ReturnType<typeof fakeVscode>;
let index: typeof Index;

beforeEach(() => {
  evaluated = [];
  Object.assign(globalThis, { __evaluated: evaluated });
  vscode = fakeVscode();
  const require = createRequire(import.meta.url);
  const module = { exports: {} };
  // oxlint-disable-next-line typescript/no-implied-eval -- the bundle, with an editor of our own
  const load = new Function('require', 'module', 'exports', code) as (...args: unknown[]) => void;
  load((name: string) => (name === 'vscode' ? vscode.api : require(name)), module, module.exports);
  index = module.exports as typeof Index;
});

function start(services: Partial<Index.RecipeServices> = {}): { dispose(): unknown } {
  return index.registerRecipeLanguage({ log: { error: (text: string) => expect.fail(text) }, ...services });
}

function open(text: string, name = 'r.sft.yaml'): FakeDocument {
  return vscode.open(join(folder, name), text);
}

const good = 'kind: task\nbase: .\ndata: { train: t.conllu }\n';

describe('registration', () => {
  it('evaluates nothing of recipes until one is shown', async () => {
    start();
    expect(evaluated.map((path) => path.split(/[/\\]/).at(-1))).toEqual(['namedFiles.ts', 'index.ts']);
    open('kind: task');
    await vi.waitFor(() => expect(evaluated.join()).toContain('zod'));
  });

  it('checks recipes that are open already, and no other YAML', async () => {
    vscode.open(join(folder, 'other.yaml'), 'x: 1', 'yaml');
    const document = open('knd: task');
    start();
    await vi.waitFor(() => expect(vscode.problems(document)).not.toEqual([]));
    expect(vscode.documentsWithProblems()).toEqual([document.uri.toString()]);
  });

  it('is undone by its disposable', () => {
    start().dispose();
    expect(vscode.registered()).toBe(0);
  });
});

describe('problems', () => {
  it('are shown with place, code and source; files that are missing too', async () => {
    start();
    const document = open(`${good}optimiser: {}\n`);
    await vi.waitFor(() => expect(vscode.problems(document)).toHaveLength(2));
    const shown = vscode
      .problems(document)
      .map(({ code, range, source }) => [code, range.start.line, source]);
    expect(shown).toEqual([
      ['recipe-unknown-key', 3, 'SFT'],
      ['recipe-path-missing', 2, 'SFT'],
    ]);
  });

  it('go when the text is put right, the file appears, the document closes', async () => {
    start();
    const document = open(good.replace('t.conllu', 'late.conllu'));
    await vi.waitFor(() => expect(vscode.problems(document)).toHaveLength(1));
    writeFileSync(join(folder, 'late.conllu'), '');
    vscode.focus();
    await vi.waitFor(() => expect(vscode.problems(document)).toEqual([]));
    vscode.type(document, 'kind: x');
    await vi.waitFor(() => expect(vscode.problems(document)).not.toEqual([]));
    vscode.close(document);
    expect(vscode.documentsWithProblems()).toEqual([]);
  });

  it.each(['a file that is watched', 'a run', 'another editor'])(
    'of files are looked for anew after %s, also behind other tabs',
    async (what) => {
      const ended = new Set<() => void>();
      start({
        onDidEndRun: (listener) => {
          const one = (): void => void listener(undefined);
          ended.add(one);
          return { dispose: () => ended.delete(one) };
        },
      });
      Object.defineProperty(vscode.api.window, 'visibleTextEditors', { value: [] });
      const name = `${what.replaceAll(' ', '-')}.conllu`;
      const document = open(good.replace('t.conllu', name));
      await vi.waitFor(() => expect(vscode.problems(document)).toHaveLength(1));
      const happens = (): void => {
        if (what === 'a run') ended.forEach((one) => one());
        else if (what === 'another editor') vscode.showOther();
        else vscode.fileChanged();
      };
      writeFileSync(join(folder, name), '');
      happens();
      await vi.waitFor(() => expect(vscode.problems(document)).toEqual([]));
      rmSync(join(folder, name));
      happens();
      await vi.waitFor(() => expect(vscode.problems(document)).toHaveLength(1));
    },
  );

  it('are those of the last text, however fast one types', async () => {
    start();
    const document = open(good);
    for (let i = 0; i < 20; i++) vscode.type(document, `${good}x${i}: 1\n`);
    await vi.waitFor(() =>
      expect(
        vscode
          .problems(document)
          .map(({ message }) => message)
          .join(),
      ).toContain('x19'),
    );
    expect(vscode.shownMessages(document).join()).not.toContain('x7');
  });

  it('of a document without a file name no missing files', async () => {
    start();
    const document = vscode.open('Untitled-1', `${good}seed: x`, 'sft-recipe', 'untitled');
    await vi.waitFor(() => expect(vscode.problems(document)).toHaveLength(1));
    expect(vscode.problems(document)[0].code).toBe('recipe-type');
  });
});

describe('an answer to the editor', () => {
  it('completes, explains, links, outlines and mends', async () => {
    start();
    const document = open('kind: task\nmethod: ltstf\nbase: .\nopt');
    const items = await vscode.ask('completion', document, [3, 3]);
    expect(JSON.stringify(items)).toContain('optimizer');
    expect(JSON.stringify(await vscode.ask('hover', document, [1, 2]))).toContain('Baselines');
    expect(JSON.stringify(await vscode.ask('symbols', document))).toContain('ltstf');
    expect(JSON.stringify(await vscode.ask('links', document))).toContain(
      JSON.stringify(folder).slice(1, -1),
    );
    vscode.type(document, 'kind: task\nmethod: ltstf\nbase: .\n');
    const fixes = await vscode.ask('actions', document, [1, 9]);
    expect(JSON.stringify(fixes)).toContain('Change to ltsft');
  });

  it('offers Train and Estimate, and the problems first while there are any', async () => {
    const run = '/runs/r-1';
    start({ lastRun: () => Promise.resolve(run) });
    const document = open('kind: tusk\nbase: .\ndata: { train: "." }');
    await vi.waitFor(() => expect(vscode.problems(document)).toHaveLength(2));
    const lenses = (await vscode.ask('lenses', document)) as {
      command: { title: string; command: string; arguments?: unknown[] };
    }[];
    expect(lenses.map(({ command }) => `${command.title} ${command.command}`)).toEqual([
      '$(warning) 2 problems vscode.open',
      '$(play) Train sft.train',
      '$(dashboard) Estimate sft.estimate',
      '$(eye) Open last run sft.openRun',
    ]);
    expect(lenses[3].command.arguments).toEqual([{ kind: 'run', folder: run }]);
    vscode.restrict();
    const restricted = (await vscode.ask('lenses', document)) as typeof lenses;
    expect(restricted.map(({ command }) => command.command)).toEqual([
      'vscode.open',
      'workbench.trust.manage',
      'sft.openRun',
    ]);
  });
});
