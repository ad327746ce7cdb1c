import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// TensorFlow.js is read as ES modules, as esbuild does for dist/, so that there is one copy of it.
const tfjs = (name: string) => ({
  find: new RegExp(`^@tensorflow/${name}$`),
  replacement: resolve(import.meta.dirname, `node_modules/@tensorflow/${name}/dist/index.js`),
});

/** A window takes the whole machine: its tests run one after the other, when all others have ended. */
const windows = (name: string, groupOrder: number, setup: string) => ({
  test: {
    name,
    include: [`test/${name}/*.test.ts`],
    globalSetup: [setup],
    sequence: { groupOrder },
    maxWorkers: 1,
    testTimeout: 180_000,
  },
});

export default defineConfig({
  resolve: { alias: [tfjs('tfjs-core'), tfjs('tfjs-backend-cpu')] },
  test: {
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/closingLine.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    server: { deps: { inline: [/@tensorflow/] } },
    projects: [
      {
        test: {
          name: 'node',
          include: [
            'src/**/*.test.ts',
            'test/**/*.test.ts',
            'demo/**/*.test.ts',
            'bench/**/*.test.ts',
            'kernels/**/*.test.ts',
            'webview/**/*.test.ts',
          ],
          exclude: ['test/host/**', 'test/e2e/**'],
        },
      },
      windows('host', 1, 'test/support/vscode/prepareHost.ts'),
      windows('e2e', 2, 'test/support/vscode/prepareE2e.ts'),
    ],
  },
});
