import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shippedFiles } from '../../scripts/package/files.ts';
import { pack } from '../../scripts/package/pack.ts';
import { engineBinaries, parseTarget, targets, type Target } from '../../scripts/package/targets.ts';
import { temporaryFolder } from '../support/files.ts';
import { tinyWorkspace } from '../support/tinyWorkspace.ts';
import { readZip, unzip, type ZipEntry } from '../support/unzip.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const engine = 'extension/dist/node_modules';

/** Everything that a package may hold, whatever its target. */
const allowed = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package\.json|package\.nls(\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/demo\/base\/(config\.json|model\.safetensors|tokenizer_config\.json|vocab\.txt)$/,
  /^extension\/dist\/[a-zA-Z]+\.c?js$/,
  /^extension\/dist\/THIRD-PARTY\.txt$/,
  /^extension\/dist\/webview\/[\w-]+\.(js|css|ttf|woff2|svg)$/,
  /^extension\/media\/(icon\.(png|svg)|activity\.svg|run-(dark|light)\.svg|sft-\w+\.[\w-]+\.json)$/,
  /^extension\/media\/(screenshots|walkthrough)\/[\w-]+\.(md|png|svg)$/,
  new RegExp(`^${engine}/onnxruntime-node/(package\\.json|dist/\\w+\\.js)$`),
  new RegExp(
    `^${engine}/onnxruntime-web/(package\\.json|dist/(ort\\.node\\.min\\.mjs|ort-wasm-simd-threaded\\.(mjs|wasm)))$`,
  ),
  new RegExp(
    `^${engine}/onnxruntime-common/(package\\.json|dist/(cjs|esm)/[\\w-]+\\.js|dist/(cjs|esm)/package\\.json)$`,
  ),
];

/** Without these nothing works. */
const needed = [
  'extension/package.json',
  'extension/dist/extension.cjs',
  'extension/dist/cli.js',
  'extension/dist/hubClient.js',
  'extension/dist/kernelWorker.js',
  'extension/dist/probe.js',
  'extension/dist/session.js',
  'extension/dist/supervisor.js',
  'extension/dist/demoWorkspace.js',
  'extension/demo/base/model.safetensors',
  `${engine}/onnxruntime-node/dist/index.js`,
  `${engine}/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm`,
  `${engine}/onnxruntime-common/dist/cjs/index.js`,
  `${engine}/onnxruntime-common/dist/cjs/package.json`,
];

const folder = mkdtempSync(join(tmpdir(), 'sft-vsix-'));
const vsix = new Map<Target, { readonly file: string; readonly entries: readonly ZipEntry[] }>();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function packed(target: Target) {
  const known = vsix.get(target);
  if (known !== undefined) return known;
  // vsce tells what it does.
  const quiet = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const file = await pack(root, target, folder);
  quiet.mockRestore();
  const one = { file, entries: readZip(file) };
  vsix.set(target, one);
  return one;
}

describe.each(targets)('the package for %s', (target) => {
  test('holds what is listed, with the binaries of this target alone', async () => {
    const paths = (await packed(target)).entries.map(({ path }) => path);
    const binaries = paths.filter((path) => path.includes('/bin/'));
    const rest = paths.filter((path) => !path.includes('/bin/'));
    expect(binaries.sort()).toEqual(
      engineBinaries(target)
        .map((path) => `${engine}/onnxruntime-node/${path}`)
        .sort(),
    );
    expect(rest.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(needed));
    expect(paths.filter((path) => /\/(bench|demo|losses|pretrain)\.js$/.test(path))).toEqual([]);
  });

  test('is small enough to be downloaded', async () => {
    const { size } = statSync((await packed(target)).file);
    expect(size).toBeGreaterThan(8e6);
    expect(size).toBeLessThan((target.startsWith('win32') ? 35 : 25) * 1e6);
  });

  test('says for which platform it is, and asks for nothing to be run or installed', async () => {
    const { entries } = await packed(target);
    const text = (path: string) =>
      entries
        .find((one) => one.path === path)!
        .bytes()
        .toString('utf8');
    expect(text('extension.vsixmanifest')).toContain(`TargetPlatform="${target}"`);
    const manifest = JSON.parse(text('extension/package.json')) as Record<string, string>;
    expect(Object.keys(manifest)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(scripts|dependencies|devDependencies|private)$/)]),
    );
    expect(manifest.type).toBe('module');
    const paths = entries.map(({ path }) => path);
    for (const field of ['main', 'icon']) expect(paths).toContain(posix.join('extension', manifest[field]));
    // A PNG's header has its width and height; the gallery wants at least 128.
    const icon = entries.find((one) => one.path === 'extension/media/icon.png')!.bytes();
    expect(icon.readUInt32BE(16)).toBeGreaterThanOrEqual(128);
    expect(icon.readUInt32BE(20)).toBe(icon.readUInt32BE(16));
    for (const name of ['onnxruntime-node', 'onnxruntime-common'])
      expect(JSON.parse(text(`${engine}/${name}/package.json`))).not.toHaveProperty('scripts');
  });
});

test('every shipped source of others is listed with its licence and its text', async () => {
  const { entries } = await packed('linux-x64');
  const text = entries
    .find(({ path }) => path.endsWith('THIRD-PARTY.txt'))!
    .bytes()
    .toString('utf8');
  const list = text.slice(0, text.indexOf('='.repeat(80)));
  const listed = [...list.matchAll(/^ {2}(\S+) \S+: (.+)$/gm)].map(([, name, license]) => ({
    name,
    license,
  }));
  const names = listed.map(({ name }) => name);
  for (const name of [
    'onnxruntime-node',
    '@tensorflow/tfjs-core',
    '@huggingface/tokenizers',
    'yaml',
    'zod',
    'commander',
  ])
    expect(names).toContain(name);
  for (const name of ['vitest', 'esbuild', '@tensorflow/tfjs-backend-cpu']) expect(names).not.toContain(name);
  for (const { license } of listed)
    expect(license).toMatch(/^(MIT|ISC|Apache-2\.0|0BSD|BSD-[23]-Clause|CC-BY-4\.0)$/);
  const sections = text.split('='.repeat(80)).slice(1);
  expect(sections).toHaveLength(listed.length);
  for (const section of sections) expect(section).toMatch(/permission|redistribut|licen[cs]ed? under/i);
  // Where a package has no text of its own, the holder is named all the same.
  expect(sections.find((one) => one.includes('onnxruntime-node'))).toContain(
    'Copyright (c) Microsoft Corporation',
  );
});

test('the same checkout gives the same bytes', async () => {
  const { file } = await packed('linux-arm64');
  const first = readFileSync(file);
  vsix.delete('linux-arm64');
  expect(first.equals(readFileSync((await packed('linux-arm64')).file))).toBe(true);
});

test('a platform without an engine is refused in a sentence', () => {
  expect(() => parseTarget('darwin-x64')).toThrow(/^There is no engine for darwin-x64: .+ --target\.$/);
  expect(() => parseTarget('alpine-x64')).toThrow('alpine-x64');
});

/** A checkout with empty files. */
function checkout(): string {
  const copy = temporaryFolder();
  for (const { from, to } of shippedFiles(root, 'linux-x64')) {
    const path = from.startsWith(join(root, 'node_modules')) ? from.slice(root.length + 1) : to;
    mkdirSync(join(copy, path, '..'), { recursive: true });
    writeFileSync(join(copy, path), '');
  }
  return copy;
}

describe('the checkout from which a package is made', () => {
  test('a bundle that is not built is missed', () => {
    const copy = checkout();
    rmSync(join(copy, 'dist/kernelWorker.js'));
    expect(() => shippedFiles(copy, 'linux-x64')).toThrow(/^dist\/kernelWorker\.js is missing/);
  });

  test('a bundle of which nobody has said whether it is shipped is refused', () => {
    const copy = checkout();
    writeFileSync(join(copy, 'dist/new.js'), '');
    expect(() => shippedFiles(copy, 'linux-x64')).toThrow(/^dist\/new\.js: neither shipped nor kept at home/);
  });

  test('other files that lie about stay where they are', () => {
    const copy = checkout();
    const before = shippedFiles(copy, 'linux-x64');
    for (const path of [
      '.env',
      'notes.md',
      'dist/cli.js.map',
      'dist/bench.js',
      'demo/base/.cache',
      'media/draft.ts',
    ])
      writeFileSync(join(copy, path), '');
    expect(shippedFiles(copy, 'linux-x64')).toEqual(before);
  });
});

const here = targets.find((one) => one === `${process.platform}-${process.arch}`);

describe.runIf(here !== undefined)('the package for this platform, unpacked', () => {
  const installed = join(folder, 'installed');
  const program = (name: string) => join(installed, 'extension/dist', name);
  const { NODE_OPTIONS: _, NODE_PATH: __, ...inherited } = process.env;
  const env = { ...inherited, SFT_HOME: join(folder, 'home') };
  const node = (cwd: string, args: readonly string[]) =>
    run(process.execPath, args, { cwd, env, timeout: 60_000 });
  beforeAll(async () => unzip((await packed(here!)).file, installed));

  test('trains a recipe to its end', async () => {
    const workspace = await tinyWorkspace(join(temporaryFolder(), 'with space'));
    const { stdout } = await node(workspace.folder, [
      program('cli.js'),
      'train',
      workspace.task('pos'),
      '--json',
    ]);
    expect(stdout).toContain('pos.sft.safetensors');
    expect(existsSync(workspace.path('runs/pos-1/pos.sft.safetensors'))).toBe(true);
  });

  test('trains in a process of its own to its end', async () => {
    const workspace = await tinyWorkspace(temporaryFolder());
    await node(workspace.folder, [program('cli.js'), 'train', workspace.task('pos'), '--detach']);
    const end = await vi.waitFor(() => readFileSync(workspace.path('runs/pos-1/exit.json'), 'utf8'), {
      timeout: 50_000,
      interval: 100,
    });
    expect(JSON.parse(end)).toMatchObject({ code: 0, signal: null });
    expect(existsSync(workspace.path('runs/pos-1/pos.sft.safetensors'))).toBe(true);
  });

  test('says in a sentence that it was packed for another platform, if it was', async () => {
    const bare = join(temporaryFolder(), 'bare');
    cpSync(join(installed, 'extension'), bare, { recursive: true });
    rmSync(join(bare, 'dist/node_modules/onnxruntime-node/bin'), { recursive: true });
    const workspace = await tinyWorkspace(temporaryFolder());
    const training = node(workspace.folder, [
      join(bare, 'dist/cli.js'),
      'train',
      workspace.task('pos'),
      '--engine',
      'cpu',
    ]);
    await expect(training).rejects.toMatchObject({
      stderr: expect.stringContaining(`no engine for ${here!}: it was packed for another platform`) as string,
    });
  });

  test('trains without native code where that cannot be loaded, and says so', async () => {
    const bare = join(temporaryFolder(), 'bare');
    cpSync(join(installed, 'extension'), bare, { recursive: true });
    rmSync(join(bare, 'dist/node_modules/onnxruntime-node/bin'), { recursive: true });
    const workspace = await tinyWorkspace(temporaryFolder());
    const { stdout } = await node(workspace.folder, [
      join(bare, 'dist/cli.js'),
      'train',
      workspace.task('pos', { full: { steps: 2 }, sparse: { steps: 2 } }),
      '--json',
    ]);
    expect(stdout).toContain('"engine":"wasm"');
    expect(stdout).toContain('computes in WebAssembly');
    expect(existsSync(workspace.path('runs/pos-1/pos.sft.safetensors'))).toBe(true);
    const probe = await node(workspace.folder, [join(bare, 'dist/probe.js')]);
    expect(JSON.parse(probe.stdout)).toMatchObject({ wasm: true, engineError: expect.any(String) as string });
  });

  test('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect((await node(folder, [program('cli.js'), '--version'])).stdout.trim()).toBe(version);
  });

  test('makes the demo workspace, without an engine', async () => {
    const bare = join(temporaryFolder(), 'bare');
    cpSync(join(installed, 'extension'), bare, { recursive: true });
    rmSync(join(bare, 'dist/node_modules'), { recursive: true });
    const demo = join(temporaryFolder(), 'demo');
    await node(folder, [join(bare, 'dist/demoWorkspace.js'), demo]);
    for (const file of ['base/model.safetensors', 'data/qha-train.conllu', 'pos-qha.sft.yaml'])
      expect(existsSync(join(demo, file))).toBe(true);
  });
});
