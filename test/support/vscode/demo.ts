import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { settings } from '../../../demo/settings.ts';
import { makeWorkspace } from '../../../demo/workspace.ts';
import { sft } from '../cli.ts';
import { repository } from './places.ts';

export interface DemoOptions {
  /** Steps of each phase of the language recipes; the demo's own by default. */
  readonly steps?: number;
  /** Sentences a batch of the language recipes: large ones train slowly. */
  readonly batchSize?: number;
  /** Whether the workspace is known as the demo, so that the walkthrough opens with it. */
  readonly isDemo?: boolean;
  /** Recipes that have been trained already, one after the other: each has a finished run and its SFT. */
  readonly trained?: readonly string[];
  /** More files, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A recipe on files of the demo that trains in a moment. `demo` is the way to them from the recipe's folder. */
export function tinyRecipe(name: string, { steps = 10, base = 'base', demo = '.' } = {}): string {
  return `kind: language
name: ${name}
base: ${demo}/${base}
data: { text: ${demo}/data/qha.txt, validationShare: 0 }
mlm: { lines: true, blockSize: 64 }
select: { density: 0.1 }
full: { steps: ${steps} }
sparse: { steps: ${steps} }
optimizer: { batchSize: 8, accumulate: 1 }
`;
}

/** Hands the demo workspace, in a folder that is removed afterwards, to something that copies it. */
export async function withDemo<T>(options: DemoOptions, use: (files: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-demo-'));
  try {
    const { targets, source } = makeWorkspace(settings.world, join(repository, 'demo/base'), folder);
    if (options.isDemo !== true) rmSync(join(folder, '.sft-demo'));
    for (const code of [source, ...targets]) {
      const file = join(folder, `${code}.sft.yaml`);
      let recipe = readFileSync(file, 'utf8');
      const { steps, batchSize } = options;
      if (steps !== undefined) recipe = recipe.replaceAll(/steps: \d+/g, `steps: ${steps}`);
      if (batchSize !== undefined) recipe = recipe.replace(/batchSize: \d+/, `batchSize: ${batchSize}`);
      writeFileSync(file, recipe);
    }
    for (const name of options.trained ?? []) await train(folder, name);
    for (const [name, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function train(folder: string, name: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'sft-home-'));
  try {
    const { code, stderr } = await sft(['train', `${name}.sft.yaml`, '--json'], {
      cwd: folder,
      env: { SFT_HOME: home },
    });
    if (code !== 0) throw new Error(`${name} could not be trained:\n${stderr}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
