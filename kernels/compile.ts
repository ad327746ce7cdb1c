// Compiles optimizer.as and writes its bytes as base64 into src/core/optimizerModule.ts: npm run kernels.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { main } from 'assemblyscript/asc';

const folder = import.meta.dirname;

/** The file that holds the compiled bytes. */
export const optimizerModule = join(folder, '..', 'src', 'core', 'optimizerModule.ts');

/** The module's text for optimizerModule.ts. */
export async function compileKernels(): Promise<string> {
  const source = readFileSync(join(folder, 'optimizer.as'), 'utf8');
  let binary: Uint8Array | undefined;
  const { error } = await main(
    [
      'optimizer.ts',
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--importMemory',
      '--outFile',
      'optimizer.wasm',
    ],
    {
      readFile: (name: string) => (name === 'optimizer.ts' ? source : null),
      writeFile: (name: string, contents: Uint8Array | string) => {
        if (name === 'optimizer.wasm' && typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`optimizer.as does not compile: ${error?.message}`);
  const base64 = Buffer.from(binary).toString('base64');
  const lines = (base64.match(/.{1,100}/g) ?? []).map((line) => `  '${line}',`);
  return `// Made from optimizer.as by \`npm run kernels\`; a test holds the two together.\nexport const optimizerModule: string = [\n${lines.join('\n')}\n].join('');\n`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(optimizerModule, await compileKernels());
}
