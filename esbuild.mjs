import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

// Some dependencies are CommonJS and call require() for Node's own modules.
const banner = {
  js: "import { createRequire as sftCreateRequire } from 'node:module';\nconst require = sftCreateRequire(import.meta.url);",
};

const common = { outdir: 'dist', bundle: true, sourcemap: true, metafile: true, logLevel: 'warning' };

/** What asks the Hugging Face Hub is a bundle of its own, which is loaded when it is asked for. */
const hubClient = {
  name: 'hub-client',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/client\.ts$/ }, ({ kind, resolveDir }) =>
      kind === 'dynamic-import' && /[/\\]library[/\\]hub$/.test(resolveDir)
        ? { path: './hubClient.js', external: true }
        : undefined,
    ),
};

/** Command line, child processes, demo, benchmarks. */
const programs = build({
  ...common,
  entryPoints: {
    cli: 'src/cli/main.ts',
    kernelWorker: 'src/engine/kernelWorker.ts',
    hubClient: 'src/library/hub/client.ts',
    session: 'src/trainer/sessionProgram.ts',
    supervisor: 'src/trainer/supervisor.ts',
    probe: 'src/home/nodes/probeProgram.ts',
    pretrain: 'demo/pretrain.ts',
    demo: 'demo/run.ts',
    demoWorkspace: 'demo/make.ts',
    bench: 'bench/main.ts',
    losses: 'bench/losses.ts',
    realTasks: 'bench/realTasks.ts',
    realTransfer: 'bench/realTransfer.ts',
  },
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // TensorFlow.js as ES modules: one copy of it, and only what is used.
  mainFields: ['module', 'main'],
  // A tenth of a package; functions keep their names, so that stacks can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: true,
  keepNames: true,
  external: ['onnxruntime-node', 'onnxruntime-web'],
  plugins: [hubClient],
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
  // The host compiles all of it before anything else can happen there.
  minifyWhitespace: true,
  minifySyntax: true,
  external: ['vscode'],
});

/** What runs in webviews: a script and a style sheet a view. */
const views = build({
  ...common,
  outdir: 'dist/webview',
  entryPoints: {
    run: 'webview/run/main.ts',
    inspect: 'webview/inspect/main.ts',
    compose: 'webview/compose/main.ts',
    results: 'webview/results/main.ts',
    record: 'webview/record/main.ts',
  },
  platform: 'browser',
  target: 'chrome130',
  format: 'esm',
  minify: true,
  loader: { '.ttf': 'file', '.svg': 'text' },
});

const built = await Promise.all([programs, extension, views]);

// Which sources each file of dist/ is made of, for the licences of what is shipped.
const inputs = built.flatMap(({ metafile }) =>
  Object.entries(metafile.outputs).map(([file, { inputs }]) => [
    file,
    Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0),
  ]),
);
writeFileSync('dist/inputs.json', JSON.stringify(Object.fromEntries(inputs)));
