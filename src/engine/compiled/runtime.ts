import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as runtime from 'onnxruntime-node';
import { userError } from '../../core/errors/userError.ts';
import { engineProblem, thisMachine } from './platform.ts';

/** What a build of ONNX Runtime offers, of what is used here. */
export type Runtime = Pick<typeof runtime, 'InferenceSession' | 'Tensor'>;

let loading: Promise<Runtime> | undefined;
let place: string | undefined;
let isLoaded = false;

/** Has ONNX Runtime loaded from the packages of `folder` instead of our own; only before it is first wanted. @throws UserError `engine-other-copy` */
export function takeRuntimeFrom(folder: string, engine: string): void {
  if (place === folder) return;
  if (loading !== undefined) throw userError('engine-other-copy', { name: engine });
  place = folder;
}

async function load(): Promise<Runtime> {
  // Unless this is said before it is loaded, it tells its maker of every session, and keeps an id of the machine for that.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  loading ??= place === undefined ? import('onnxruntime-node') : loadFrom(place);
  const loaded = await loading;
  isLoaded = true;
  return loaded;
}

/** Whether our own ONNX Runtime has been loaded: it works from then on, also where an update removes its files. */
export function isRuntimeLoaded(): boolean {
  return isLoaded && place === undefined;
}

async function loadFrom(folder: string): Promise<Runtime> {
  return createRequire(pathToFileURL(join(folder, 'package.json')))('onnxruntime-node') as Runtime;
}

/**
 * ONNX Runtime, loaded when it is first wanted: what needs no engine works where there is none.
 * @throws UserError `engine-load`, `engine-missing`, `engine-other-package`, `engine-windows-runtime`
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await load();
  } catch (error) {
    throw engineProblem(thisMachine(), error) ?? userError('engine-load', { reason: firstLine(error) });
  }
}

/** Why ONNX Runtime cannot be loaded; null where it can. */
export async function runtimeProblem(): Promise<string | null> {
  try {
    await load();
    return null;
  } catch (error) {
    return engineProblem(thisMachine(), error)?.problem.what.replace(/\.$/, '') ?? firstLine(error);
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0].slice(0, 300);
}
