import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineName } from '../../core/engineNames.ts';
import type { Engine } from '../../engine/engine.ts';
import { loadBase } from '../base.ts';
import { newEvaluator, type Evaluator } from './evaluator.ts';
import type { PredictionCache } from './predictionCache.ts';

/** One base in memory at a time, with its evaluator. */
export interface WarmBase {
  /**
   * The evaluator of a base as its folder holds it now, on the engine of that name where one is asked for; what else is in memory goes first.
   * @throws UserError as `loadBase`, and of opening the engine
   */
  evaluatorOf(folder: string, engine?: EngineName): Promise<Evaluator>;
  /** Folder of the base that is in memory. */
  folder(): string | undefined;
  /** Frees the base and its engine. */
  drop(): Promise<void>;
}

/** `newEngine` is called when a base is first wanted. */
export function newWarmBase({
  newEngine,
  cache,
}: {
  readonly newEngine: (name: EngineName | undefined) => Engine | Promise<Engine>;
  readonly cache: PredictionCache | undefined;
}): WarmBase {
  let warm:
    | {
        readonly folder: string;
        readonly version: string;
        readonly engine: EngineName | undefined;
        readonly evaluator: Promise<Evaluator>;
      }
    | undefined;

  async function drop(): Promise<void> {
    const dropped = warm;
    warm = undefined;
    // A base that could not be loaded has nothing to release.
    const evaluator = await dropped?.evaluator.catch(() => undefined);
    await evaluator?.release();
  }

  return {
    async evaluatorOf(folder, engine) {
      const version = await versionOf(folder);
      if (warm?.folder !== folder || warm.version !== version || warm.engine !== engine) {
        await drop();
        const evaluator = (async () =>
          newEvaluator(await loadBase(folder), { engine: await newEngine(engine), cache }))();
        warm = { folder, version, engine, evaluator };
      }
      const { evaluator } = warm;
      try {
        return await evaluator;
      } catch (error) {
        if (warm?.evaluator === evaluator) warm = undefined;
        throw error;
      }
    },
    folder: () => warm?.folder,
    drop,
  };
}

/** Changes when a file of the folder does; '' for one that cannot be looked into, which loading it says. */
async function versionOf(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).sort();
    const files = await Promise.all(names.map((name) => stat(join(folder, name))));
    return files.map(({ size, mtimeMs }, i) => `${names[i]} ${size} ${mtimeMs}`).join('\n');
  } catch {
    return '';
  }
}
