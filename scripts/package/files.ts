import { globSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { engineBinaries, type Target } from './targets.ts';

/** A file of the package: where it lies here, and its path in the extension. */
export interface ShippedFile {
  readonly from: string;
  readonly to: string;
}

/** Each must exist; a `*` stands for at least one file. Nothing else goes in. */
const required = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'package.nls.json',
  'demo/base/*',
  'dist/extension.cjs',
  'dist/cli.js',
  'dist/hubClient.js',
  'dist/kernelWorker.js',
  'dist/probe.js',
  'dist/session.js',
  'dist/supervisor.js',
  'dist/demoWorkspace.js',
  'dist/webview/*.js',
  'dist/webview/*.css',
  'media/icon.png',
  'media/walkthrough/*.{md,svg}',
  'media/*.json',
];

const optional = [
  'dist/webview/*.{ttf,woff2,svg}',
  'l10n/*.json',
  'package.nls.*.json',
  'media/*.svg',
  'media/screenshots/*.png',
];

/** Lies beside what is shipped and stays at home: for building, measuring and testing alone. */
const atHome = [
  'dist/{bench,demo,losses,pretrain,realTasks,realTransfer}.js',
  'dist/inputs.json',
  'dist/test/**',
  'dist/**/*.{map,vsix}',
];

/** What the engine needs at run time of its npm packages, besides binaries and package.json. */
const engineScripts = {
  'onnxruntime-node': ['dist/*.js'],
  // Where native code is forbidden.
  'onnxruntime-web': ['dist/ort.node.min.mjs', 'dist/ort-wasm-simd-threaded.{mjs,wasm}'],
  // package.json of this folder says that it holds CommonJS.
  'onnxruntime-common': ['dist/{cjs,esm}/*.js', 'dist/{cjs,esm}/package.json'],
} as const;

/**
 * The engine lies where Node looks first from `dist/*.js`, and where vsce, which leaves the top `node_modules` to npm, takes it as
 * it is.
 */
export const engineFolder = 'dist/node_modules';

/** Everything that a target's package takes from the checkout at `root`, by path; throws a sentence if a file is missing or unknown. */
export function shippedFiles(root: string, target: Target): ShippedFile[] {
  for (const pattern of required) {
    if (find(root, pattern).length === 0)
      throw new Error(`${pattern} is missing, which every package has. Build first.`);
  }
  const own = find(root, [...required, ...optional]);
  const known = new Set([...own, ...find(root, atHome)]);
  const unknown = find(root, 'dist/**').filter((path) => !known.has(path));
  if (unknown.length > 0) {
    throw new Error(
      `${unknown.join(', ')}: neither shipped nor kept at home. Add to one of the lists in scripts/package/files.ts.`,
    );
  }
  const engine = Object.entries(engineScripts).flatMap(([name, patterns]) => {
    const folder = join(root, 'node_modules', name);
    const names = [...find(folder, patterns), ...(name === 'onnxruntime-node' ? engineBinaries(target) : [])];
    return names.map((path) => ({ from: join(folder, path), to: `${engineFolder}/${name}/${path}` }));
  });
  return [...own.map((path) => ({ from: join(root, path), to: path })), ...engine].sort((a, b) =>
    a.to < b.to ? -1 : 1,
  );
}

/** Paths of files under a folder, with `/`. */
function find(folder: string, patterns: string | readonly string[]): string[] {
  return globSync(patterns, { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
