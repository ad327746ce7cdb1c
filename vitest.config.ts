import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// TensorFlow.js is read as ES modules, as esbuild does for dist/, so that there is one copy of it.
const tfjs = (name: string) => ({
  find: new RegExp(`^@tensorflow/${name}$`),
  replacement: resolve(import.meta.dirname, `node_modules/@tensorflow/${name}/dist/index.js`),
});

export default defineConfig({
  resolve: { alias: [tfjs('tfjs-core'), tfjs('tfjs-backend-cpu')] },
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'demo/**/*.test.ts',
      'bench/**/*.test.ts',
      'kernels/**/*.test.ts',
      'webview/**/*.test.ts',
    ],
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/closingLine.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    server: { deps: { inline: [/@tensorflow/] } },
  },
});
