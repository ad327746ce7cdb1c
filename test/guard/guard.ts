import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const repository = resolve(import.meta.dirname, '../..');

/** Bytes of the smallest single request that Electron's allocator ends the process over. */
export const ALLOCATION_LIMIT = 2 ** 31 - 2 ** 21;

export interface GuardedResult {
  /** null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes of the largest single request of memory. */
  readonly largest: number;
}

/** Runs programs under Electron's allocation limit. */
export interface Guard {
  /** Runs Node with these arguments. */
  node(args: readonly string[]): Promise<GuardedResult>;
  /** Runs one of the programs of this folder. */
  program(name: 'guarded-step' | 'guarded-product', ...args: string[]): Promise<GuardedResult>;
  /** Deletes what was built. */
  remove(): void;
}

/** Why there can be no guard here; undefined where there can. */
export function whyNoGuard(): string | undefined {
  if (process.platform !== 'linux') return 'it is for Linux';
  const { header } = process.report.getReport() as unknown as { readonly header: object };
  if (!('glibcVersionRuntime' in header)) return 'it is for glibc';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no C compiler here';
  }
}

/** Compiles the guard, and bundles the programs as `dist/` is bundled. */
export async function buildGuard(): Promise<Guard> {
  // Inside the repository, since the bundles look for ONNX Runtime in the folders above them.
  mkdirSync(join(repository, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(repository, '.cache', 'guard-'));
  const library = join(folder, 'allocationLimit.so');
  const source = join(import.meta.dirname, 'allocationLimit.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-fno-builtin', '-o', library, source]);
  await build({
    entryPoints: {
      'guarded-step': join(import.meta.dirname, 'guarded-step.ts'),
      'guarded-product': join(import.meta.dirname, 'guarded-product.ts'),
      kernelWorker: join(repository, 'src/engine/kernelWorker.ts'),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    // TensorFlow.js calls require() for Node's own modules.
    banner: {
      js: "import { createRequire as guardRequire } from 'node:module';\nconst require = guardRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  let runs = 0;

  async function node(args: readonly string[]): Promise<GuardedResult> {
    const record = join(folder, `record-${runs++}`);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...env, LD_PRELOAD: library, ALLOCATION_RECORD: record },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: string[] = [];
    const err: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    const largest = Number(readFileSync(record).readBigUInt64LE());
    return { code, signal, stdout: out.join(''), stderr: err.join(''), largest };
  }

  return {
    node,
    program: (name, ...args) => node([join(folder, `${name}.js`), ...args]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
