// Compiles kernels.as and writes its bytes as base64 into src/core/kernelModule.ts: npm run kernels.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { main } from 'assemblyscript/asc';

const folder = import.meta.dirname;

/** The file that holds the compiled bytes. */
export const kernelModule = join(folder, '..', 'src', 'core', 'kernelModule.ts');

const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65535'];
const RELAXED = ['--enable', 'relaxed-simd'];

/**
 * The text of kernelModule.ts: the same source for a memory of one thread's own and for one that threads share, each also for a Node
 * that knows relaxed vector instructions (22 and later).
 */
export async function compileKernels(): Promise<string> {
  return [
    '// Made from kernels.as by `npm run kernels`; a test holds the two together.',
    constant('ownMemoryModule', await compile([])),
    constant('sharedMemoryModule', await compile(SHARED)),
    constant('relaxedOwnMemoryModule', await compile(RELAXED)),
    constant('relaxedSharedMemoryModule', await compile([...SHARED, ...RELAXED])),
  ].join('\n');
}

async function compile(options: readonly string[]): Promise<Uint8Array> {
  const source = readFileSync(join(folder, 'kernels.as'), 'utf8');
  let binary: Uint8Array | undefined;
  const { error } = await main(
    [
      'kernels.ts',
      '-O3',
      '--enable',
      'simd',
      ...options,
      '--runtime',
      'stub',
      '--importMemory',
      '--outFile',
      'kernels.wasm',
    ],
    {
      readFile: (name: string) => (name === 'kernels.ts' ? source : null),
      writeFile: (name: string, contents: Uint8Array | string) => {
        if (name === 'kernels.wasm' && typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`kernels.as does not compile: ${error?.message}`);
  return binary;
}

function constant(name: string, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = (base64.match(/.{1,100}/g) ?? []).map((line) => `  '${line}',`);
  return `export const ${name}: string = [\n${lines.join('\n')}\n].join('');\n`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(kernelModule, await compileKernels());
}
