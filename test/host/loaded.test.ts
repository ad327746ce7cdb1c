import { build, type Metafile } from 'esbuild';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../support/vscode/places.ts';

/** Packages that activation may load. */
const packages = ['vscode-jsonrpc', 'env-paths', 'is-safe-filename'];
/** Folders of `src` that activation must not load: they read models, data or recipes, or bring zod and yaml. */
const heavy = ['formats', 'data', 'engine', 'model', 'recipe', 'training', 'library', 'trainer', 'cli'];

it('activation loads no engine, no reader of models or recipes, and no package that it can do without', async () => {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ['src/extension/activate.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    outdir: join(repository, 'dist'),
  });
  const loaded = loadedAtOnce(metafile, 'src/extension/activate.ts');
  expect(loaded).toContain('src/extension/activate.ts');
  expect(loaded.filter(isHeavy)).toEqual([]);
});

/** All files that are evaluated when this one is: `import()` inside a function comes later. */
function loadedAtOnce({ inputs }: Metafile, entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found)
    for (const { path, kind, external } of inputs[file]?.imports ?? [])
      if (external !== true && kind !== 'dynamic-import') found.add(path);
  return [...found];
}

function isHeavy(file: string): boolean {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (name !== undefined) return !packages.includes(name);
  return heavy.some((folder) => file.startsWith(`src/${folder}/`));
}
