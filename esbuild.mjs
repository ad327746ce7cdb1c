import { build } from 'esbuild';

// Some dependencies are CommonJS and call require() for Node's own modules.
const banner = {
  js: "import { createRequire as sftCreateRequire } from 'node:module';\nconst require = sftCreateRequire(import.meta.url);",
};

await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    kernelWorker: 'src/engine/kernelWorker.ts',
    pretrain: 'demo/pretrain.ts',
    demo: 'demo/run.ts',
    bench: 'bench/main.ts',
    losses: 'bench/losses.ts',
  },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // TensorFlow.js as ES modules: one copy of it, and only what is used.
  mainFields: ['module', 'main'],
  sourcemap: true,
  external: ['onnxruntime-node'],
  banner,
  logLevel: 'warning',
});
