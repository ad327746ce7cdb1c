import type { Precision } from '../core/precision.ts';
import { userError, UserError } from '../core/errors/userError.ts';
import type { Engine, Executable } from './engine.ts';
import type { StridePlan } from './graph/stride.ts';
import type { ProgramSpec } from './program.ts';

/** Why an engine stopped: too little memory, or its device is gone. */
export type FailureKind = 'memory' | 'lost';

/** An engine failed at its work, through no fault of the program: elsewhere, or with less at a time, it may go well. */
export class EngineFailure extends Error {
  readonly engine: string;
  readonly kind: FailureKind;

  constructor(engine: string, kind: FailureKind, cause: unknown) {
    super(reasonOf(cause), { cause });
    this.engine = engine;
    this.kind = kind;
  }
}

const MEMORY =
  /out of memory|out_of_memory|failed to allocate|allocation failed|bad_alloc|\boom\b|resource ?exhausted|could not allocate|larger than the (max|limit)/i;
const LOST =
  /device (is |was |has been )?(lost|removed|hung)|devicelost|device_lost|\bcuda\b.*(error|failure|failed)|cublas|cudnn|vk_error|dxgi_error/i;

const HALF = /\bf16\b|float16|\bhalf\b/i;

/** What an error of an engine means; undefined where it is none of the known ones. */
export function failureKind(error: unknown): FailureKind | undefined {
  const message = error instanceof Error ? error.message : String(error);
  if (MEMORY.test(message)) return 'memory';
  return LOST.test(message) ? 'lost' : undefined;
}

/**
 * The same engine, whose failures are told apart from errors of ours. `onDevice`: whatever it throws is taken for a failure, since
 * drivers say what they like.
 */
export function guarded(engine: Engine, onDevice: boolean): Engine {
  let failed = false;
  const translate = (error: unknown, precision: Precision | undefined): unknown => {
    if (error instanceof UserError || error instanceof EngineFailure) return error;
    if (precision === 'mixed' && HALF.test(String(error)))
      return userError('engine-halves', { name: engine.name, reason: reasonOf(error) });
    const kind = failureKind(error) ?? (onDevice ? 'lost' : undefined);
    if (kind === undefined) return error;
    failed = true;
    return new EngineFailure(engine.name, kind, error);
  };
  const guard = (executable: Executable, precision: Precision | undefined): Executable => ({
    async run(feeds, results, options) {
      try {
        await executable.run(feeds, results, options);
      } catch (error) {
        throw translate(error, precision);
      }
    },
    async release() {
      try {
        await executable.release();
      } catch (error) {
        // What it held went with its device; why that is gone has been said.
        if (!failed) throw translate(error, precision);
      }
    },
  });
  const { compileStride } = engine;
  return {
    ...engine,
    async compile(spec) {
      const { precision } = spec;
      try {
        return guard(await engine.compile(spec), precision);
      } catch (error) {
        throw translate(error, precision);
      }
    },
    ...(compileStride === undefined
      ? {}
      : {
          async compileStride(spec: ProgramSpec, plan: StridePlan) {
            const { precision } = spec;
            try {
              const executable = await compileStride(spec, plan);
              return executable === undefined ? undefined : guard(executable, precision);
            } catch (error) {
              throw translate(error, precision);
            }
          },
        }),
  };
}

/** What tells most in the messages of native libraries, which begin with their source files. */
const TELLING = [/CUDA failure \d+: [^;\n]+/, /Failed to get a WebGPU adapter: [^.\n]+/, /DeviceLost[^\n]*/];

/** Why something of an engine failed, in a line without a full stop. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  for (const pattern of TELLING) {
    const found = pattern.exec(message)?.[0];
    if (found !== undefined) return found.trim().slice(0, 300);
  }
  return message.split('\n')[0].slice(0, 300).replace(/\.$/, '');
}
