import { build } from 'esbuild';

// Some dependencies are CommonJS and call require() for Node's own modules.
const banner = {
  js: "import { createRequire as sftCreateRequire } from 'node:module';\nconst require = sftCreateRequire(import.meta.url);",
};

await build({
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  external: ['onnxruntime-node'],
  banner,
  logLevel: 'warning',
});
