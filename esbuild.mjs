import { build } from 'esbuild';

// Some dependencies are CommonJS and call require() for Node's own modules.
const banner = {
  js: "import { createRequire as sftCreateRequire } from 'node:module';\nconst require = sftCreateRequire(import.meta.url);",
};

const common = { outdir: 'dist', bundle: true, sourcemap: true, logLevel: 'warning' };

/** Command line, child processes, demo, benchmarks. */
const programs = build({
  ...common,
  entryPoints: {
    cli: 'src/cli/main.ts',
    kernelWorker: 'src/engine/kernelWorker.ts',
    session: 'src/trainer/session.ts',
    supervisor: 'src/trainer/supervisor.ts',
    probe: 'src/home/nodes/probeProgram.ts',
    pretrain: 'demo/pretrain.ts',
    demo: 'demo/run.ts',
    bench: 'bench/main.ts',
    losses: 'bench/losses.ts',
  },
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // TensorFlow.js as ES modules: one copy of it, and only what is used.
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node'],
  banner,
});

/** What runs in VS Code's extension host, which loads CommonJS fastest. */
const extension = build({
  ...common,
  entryPoints: { extension: 'src/extension/activate.ts' },
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  external: ['vscode'],
});

/** What runs in webviews: a script and a style sheet a view. */
const views = build({
  ...common,
  outdir: 'dist/webview',
  entryPoints: { run: 'webview/run/main.ts' },
  platform: 'browser',
  target: 'chrome130',
  format: 'esm',
  minify: true,
  loader: { '.ttf': 'file', '.svg': 'text' },
});

await Promise.all([programs, extension, views]);
