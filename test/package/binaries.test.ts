import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { engineBinaries, targets, type Target } from '../../scripts/package/targets.ts';
import { oldest } from '../../src/engine/compiled/platform.ts';

const engine = resolve(import.meta.dirname, '../../node_modules/onnxruntime-node');
const read = (target: Target, name: string) =>
  readFileSync(
    join(
      engine,
      engineBinaries(target).find((path) => path.endsWith(name))!,
    ),
  );

/** Names of libraries that stand in a binary and that the npm package has beside it. */
function neighbours(target: Target, name: string): string[] {
  const folder = join(engine, dirname(engineBinaries(target)[0]));
  const binary = read(target, name);
  return readdirSync(folder).filter((file) => file !== name && binary.includes(`${file}\0`, 0, 'latin1'));
}

test.each(targets)('%s: the binding finds the libraries that it names', (target) => {
  const names = engineBinaries(target).map((path) => basename(path));
  const wanted = neighbours(target, 'onnxruntime_binding.node');
  expect(wanted).toHaveLength(1);
  expect(names).toEqual(expect.arrayContaining(wanted));
});

test.each(['win32-x64', 'win32-arm64'] as const)(
  '%s: what the library names is there, but for what it loads only for DirectML',
  (target) => {
    const names = engineBinaries(target).map((path) => basename(path));
    const missing = neighbours(target, 'onnxruntime.dll').filter((file) => !names.includes(file));
    expect(missing).toEqual(['DirectML.dll']);
    // It must not be among the libraries without which onnxruntime.dll is not loaded at all.
    expect(imports(read(target, 'onnxruntime.dll'))).not.toContain('DirectML.dll');
    expect(imports(read(target, 'onnxruntime_binding.node'))).toContain('onnxruntime.dll');
  },
);

test('the oldest glibc and macOS are those of the binaries', () => {
  for (const target of ['linux-x64', 'linux-arm64'] as const) {
    const versions = [
      ...read(target, 'libonnxruntime.so.1')
        .toString('latin1')
        .matchAll(/\0GLIBC_2\.(\d+)\0/g),
    ];
    expect(`2.${Math.max(...versions.map(([, minor]) => Number(minor)))}`).toBe(oldest.glibc);
  }
  expect(oldestMacos(read('darwin-arm64', '.dylib'))).toBe(oldest.macos);
});

/** Names in the import directory of a PE file of 64 bits, those that are loaded late left out. */
function imports(file: Buffer): string[] {
  const header = file.readUInt32LE(0x3c);
  const optional = header + 24;
  const sections = optional + file.readUInt16LE(header + 20);
  const offset = (address: number): number => {
    for (let i = 0; i < file.readUInt16LE(header + 6); i++) {
      const [start, length, at] = [12, 16, 20].map((field) => file.readUInt32LE(sections + i * 40 + field));
      if (address >= start && address < start + length) return address - start + at;
    }
    throw new Error(`No section has the address ${address}.`);
  };
  const names: string[] = [];
  for (let at = offset(file.readUInt32LE(optional + 120)); ; at += 20) {
    const address = file.readUInt32LE(at + 12);
    if (address === 0) return names;
    const name = offset(address);
    names.push(file.toString('latin1', name, file.indexOf(0, name)));
  }
}

/** Major version in the load command LC_BUILD_VERSION of a Mach-O file of 64 bits. */
function oldestMacos(file: Buffer): number {
  let at = 32;
  for (let i = 0; i < file.readUInt32LE(16); i++) {
    if (file.readUInt32LE(at) === 0x32) return file.readUInt32LE(at + 12) >>> 16;
    at += file.readUInt32LE(at + 4);
  }
  throw new Error('The file does not say for which macOS it is.');
}
