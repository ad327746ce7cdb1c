import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import nodeUtil from 'node:util';
import { userError } from '../../core/errors/userError.ts';
import type { Engine } from '../engine.ts';
import { eagerEngine } from './eagerEngine.ts';

/** The backend that both packages register. */
const BACKEND = 'tensorflow';

export type TensorflowPackage = 'tfjs-node' | 'tfjs-node-gpu';

export interface TensorflowOptions {
  readonly package: TensorflowPackage;
  /** Folder whose `node_modules` has the package. */
  readonly folder: string;
  /** Of the package and of TensorFlow. */
  readonly version: string;
  readonly threads: number;
}

/** Native TensorFlow, op by op, from a package that the user has had fetched. */
export function tensorflowEngine(options: TensorflowOptions): Engine {
  return eagerEngine(BACKEND, {
    name: options.package,
    version: options.version,
    repeatable: options.package === 'tfjs-node',
    load: async () => loadTensorflow(options),
  });
}

/**
 * Loads the package; its backend registers itself with the TensorFlow.js that is here, whose registries are the process's own.
 * @throws UserError `engine-load`
 */
function loadTensorflow({ package: name, folder, threads }: TensorflowOptions): void {
  // It is read when the library starts.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Node has dropped it, and TensorFlow.js 4.22 calls it.
  const util = nodeUtil as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const require = createRequire(pathToFileURL(join(folder, 'package.json')));
  const { warn } = console;
  // It warns of what is meant here: there is another TensorFlow.js already.
  console.warn = () => undefined;
  try {
    require(`@tensorflow/${name}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw userError('engine-load', {
      name: `@tensorflow/${name}`,
      reason: message.split('\n')[0].slice(0, 300),
    });
  } finally {
    console.warn = warn;
  }
}
