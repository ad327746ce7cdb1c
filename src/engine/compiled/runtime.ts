import type * as runtime from 'onnxruntime-node';
import { userError } from '../../core/errors/userError.ts';
import { engineProblem, thisMachine } from './platform.ts';

type Runtime = typeof runtime;

let loading: Promise<Runtime> | undefined;

/**
 * ONNX Runtime, loaded when it is first wanted: what needs no engine works where there is none.
 * @throws UserError `engine-load`, `engine-missing`, `engine-other-package`, `engine-windows-runtime`
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    loading ??= import('onnxruntime-node');
    return await loading;
  } catch (error) {
    throw engineProblem(thisMachine(), error) ?? userError('engine-load', { reason: firstLine(error) });
  }
}

/** Why ONNX Runtime cannot be loaded; null where it can. */
export async function runtimeProblem(): Promise<string | null> {
  try {
    loading ??= import('onnxruntime-node');
    await loading;
    return null;
  } catch (error) {
    return engineProblem(thisMachine(), error)?.problem.what.replace(/\.$/, '') ?? firstLine(error);
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0].slice(0, 300);
}
