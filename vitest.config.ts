import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// TensorFlow.js is read as ES modules, as esbuild does for dist/, so that there is one copy of it.
const tfjs = (name: string) => ({
  find: new RegExp(`^@tensorflow/${name}$`),
  replacement: resolve(import.meta.dirname, `node_modules/@tensorflow/${name}/dist/index.js`),
});

/**
 * On a loaded machine a page takes longer than the second that is the default; and a look at something that just went
 * waits for it, 30 s, before it is taken again.
 */
const patient = { poll: { timeout: 45_000 } };

/**
 * Tests depend on what else the machine does, those of windows and processes most: one that fails is tried once more, and the closing
 * lines name it. Where that is a property test, another seed has hidden what the first one found: look at it.
 */
const retry = 1;

/** A window takes the whole machine: its tests run one after the other, when all others have ended. */
const windows = (name: string, groupOrder: number, setup: string) => ({
  test: {
    name,
    include: [`test/${name}/*.test.ts`],
    globalSetup: [setup],
    sequence: { groupOrder },
    maxWorkers: 1,
    testTimeout: 180_000,
    expect: patient,
    retry,
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
          retry,
          include: [
            'src/**/*.test.ts',
            'test/**/*.test.ts',
            'demo/**/*.test.ts',
            'bench/**/*.test.ts',
            'kernels/**/*.test.ts',
            'webview/**/*.test.ts',
          ],
          exclude: ['test/host/**', 'test/e2e/**', 'test/webview/**', 'test/process/**'],
        },
      },
      { test: { name: 'process', include: ['test/process/*.test.ts'], retry } },
      {
        test: {
          name: 'webview',
          include: ['test/webview/*.test.ts'],
          expect: patient,
          retry,
          globalSetup: ['test/support/vscode/prepareChromium.ts'],
        },
      },
      windows('host', 1, 'test/support/vscode/prepareHost.ts'),
      windows('e2e', 2, 'test/support/vscode/prepareE2e.ts'),
    ],
  },
});
