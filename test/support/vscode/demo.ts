import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '../../../demo/settings.ts';
import { makeWorkspace } from '../../../demo/workspace.ts';
import { repository } from './places.ts';

export interface DemoOptions {
  /** Steps of each phase of the language recipes; the demo's own by default. */
  readonly steps?: number;
  /** Sentences a batch of the language recipes: large ones train slowly. */
  readonly batchSize?: number;
  /** Whether the workspace is known as the demo, so that the walkthrough opens with it. */
  readonly isDemo?: boolean;
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
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
