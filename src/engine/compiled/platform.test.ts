import { expect, test } from 'vitest';
import { targets } from '../../../scripts/package/targets.ts';
import { engineMissing, thisMachine, type Machine } from './platform.ts';

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
