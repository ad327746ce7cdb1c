import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { targets } from '../../../scripts/package/targets.ts';
import { temporaryFolder } from '../../../test/support/files.ts';
import { engineMissing, engineProblem, thisMachine, type Machine } from './platform.ts';

const linux: Machine = { platform: 'linux', arch: 'x64', kernel: '6.1.0', libc: '2.36' };
const mac: Machine = { platform: 'darwin', arch: 'arm64', kernel: '24.1.0', libc: undefined };

test('the machine of the tests has an engine', () => {
  expect(engineMissing(thisMachine())).toBeUndefined();
  if (process.platform === 'linux') expect(thisMachine().libc).toMatch(/^2\.\d+$/);
});

test.each(targets)('%s, for which there is a package, has an engine', (target) => {
  const [platform = '', arch = ''] = target.split('-');
  const { kernel, libc } = platform === 'linux' ? linux : mac;
  expect(engineMissing({ platform, arch, kernel, libc })).toBeUndefined();
});

test.each<[string, Machine, RegExp]>([
  ['another system', { ...linux, platform: 'freebsd' }, /^There is no engine for freebsd: .+\.$/],
  [
    'another processor',
    { ...linux, arch: 'riscv64' },
    /^There is no engine for Linux on riscv64: .+ x64 and arm64\.$/,
  ],
  [
    'Macs with Intel processors',
    { ...mac, arch: 'x64' },
    /^There is no engine for Macs with Intel processors.+\.$/,
  ],
  ['an old macOS', { ...mac, kernel: '22.6.0' }, /^The engine needs macOS 14 or newer.+\.$/],
  ['Alpine', { ...linux, libc: 'other' }, /^There is no engine for Linux without glibc, such as Alpine.+\.$/],
  [
    'an old glibc',
    { ...linux, libc: '2.17' },
    /^The engine needs glibc 2\.28 or newer; this system has 2\.17\.$/,
  ],
])('%s is told in a sentence', (_, machine, sentence) => {
  expect(engineMissing(machine)).toMatch(sentence);
});

test.each<Machine>([
  { ...linux, libc: '2.28' },
  { ...linux, libc: undefined },
  { ...mac, kernel: '23.0.0' },
])('the oldest systems, and what cannot be told, are let through', (machine) => {
  expect(engineMissing(machine)).toBeUndefined();
});

test('a package of another platform is told apart by what Node says when it loads it', () => {
  const folder = join(temporaryFolder(), 'node_modules');
  const installed = resolve(import.meta.dirname, '../../../node_modules');
  for (const path of ['onnxruntime-node/package.json', 'onnxruntime-node/dist', 'onnxruntime-common'])
    cpSync(join(installed, path), join(folder, path), { recursive: true });
  rmSync(join(folder, 'onnxruntime-node/bin'), { recursive: true, force: true });
  const failure = failureOf(() => createRequire(join(folder, 'program.js'))('onnxruntime-node'));
  expect(engineProblem(linux, failure)).toMatchObject({
    code: 'engine-other-package',
    message: expect.stringContaining('linux-x64') as string,
  });
  expect(engineProblem({ ...linux, libc: 'other' }, failure)?.code).toBe('engine-missing');
});

test('a library that Windows cannot load leads to the Visual C++ runtime, in any language of the system', () => {
  const failure = Object.assign(
    new Error('Das angegebene Modul wurde nicht gefunden.\r\n\\\\?\\C:\\x.node'),
    {
      code: 'ERR_DLOPEN_FAILED',
    },
  );
  const windows: Machine = { platform: 'win32', arch: 'x64', kernel: '10.0.22631', libc: undefined };
  expect(engineProblem(windows, failure)?.message).toMatch(
    /\(Das angegebene Modul wurde nicht gefunden\)\. .+Visual C\+\+/,
  );
  expect(engineProblem(linux, failure)).toBeUndefined();
});

test('what is not known is left to others', () => {
  expect(engineProblem(linux, new Error('out of memory'))).toBeUndefined();
  expect(engineProblem(linux, 'nothing')).toBeUndefined();
});

function failureOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}
