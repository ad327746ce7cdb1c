import type { FileHandle } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { allocate, readInto } from './fileBytes.ts';
import { readPickle } from './pickleReader.ts';
import {
  kindOf,
  listLength,
  type PickleDict,
  type PickleList,
  type PickleStorage,
  type PickleValue,
  torchBytes,
} from './pickleValues.ts';
import type { PytorchContent } from './pytorchContent.ts';
import { pytorchNames, pytorchStorage } from './pytorchNames.ts';

/** The magic number that `torch.save` wrote before 1.6, as a pickle of protocol 2. */
const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const protocolVersion = 1001;
const firstWindow = 2 ** 20;

/** Whether a file begins as PyTorch before 1.6 wrote it. */
export function isLegacy(first: Uint8Array): boolean {
  return magic.every((byte, i) => first[i] === byte);
}

/**
 * The layout before PyTorch 1.6: pickles of a magic number, a version, facts about the machine, the object, and the list of its
 * storages' keys; then the storages in that order, each after its number of elements.
 * @throws UserError `pytorch-broken`, `pytorch-code`, `pytorch-unsupported`
 */
export async function openLegacy(handle: FileHandle, path: string): Promise<PytorchContent> {
  const { size } = await handle.stat();
  const read = async (at: number, bytes: Uint8Array) =>
    readInto(handle, bytes, at, path, () => broken('it became shorter while it was read', path));
  const storages = new Map<string, PickleStorage>();
  for (let window = Math.min(firstWindow, size); ; window = Math.min(2 * window, size)) {
    const bytes = new Uint8Array(allocate(window, path));
    await read(0, bytes);
    storages.clear();
    const pickles = readPickles(bytes, storages, path);
    if (pickles === undefined) {
      if (window === size) throw broken('its pickle is cut off', path);
      continue;
    }
    const starts = await findStorages(read, pickles.end, size, pickles.keys, storages, path);
    return {
      value: pickles.value,
      check: ({ key }) => {
        if (!starts.has(key))
          throw broken(`the storage ${JSON.stringify(key.slice(0, 40))} is missing`, path);
      },
      read: async ({ key }, from, target) => read((starts.get(key) ?? size) + from, target),
    };
  }
}

function readPickles(
  bytes: Uint8Array,
  storages: Map<string, PickleStorage>,
  path: string,
): { value: PickleValue; keys: string[]; end: number } | undefined {
  const persistent = (id: PickleValue) => {
    const storage = pytorchStorage(id);
    if (storage === undefined) return undefined;
    const known = storages.get(storage.key);
    if (known === undefined) storages.set(storage.key, storage);
    else if (known.dtype !== storage.dtype || known.size !== storage.size) return undefined;
    return known ?? storage;
  };
  const values: PickleValue[] = [];
  let end = magic.length;
  for (let i = 0; i < 4; i++) {
    const read = readPickle(bytes, end, { names: pytorchNames, persistent, file: path });
    if (read === undefined) return undefined;
    values.push(read.value);
    ({ end } = read);
  }
  const [version, machine, value, keys] = values;
  if (version !== protocolVersion) throw broken('its version is not known', path);
  if (kindOf(machine) === 'dict' && (machine as PickleDict).entries.get('little_endian') === false) {
    throw userError('pytorch-unsupported', { reason: 'its numbers are big-endian' }, { file: path });
  }
  if (kindOf(keys) !== 'list') throw broken('it has no list of its storages', path);
  const { items = [] } = keys as PickleList;
  if (listLength(keys as PickleList) !== items.length || !items.every((key) => typeof key === 'string')) {
    throw broken('it has no list of its storages', path);
  }
  return { value, keys: items, end };
}

async function findStorages(
  read: (at: number, bytes: Uint8Array) => Promise<void>,
  end: number,
  size: number,
  keys: readonly string[],
  storages: ReadonlyMap<string, PickleStorage>,
  path: string,
): Promise<Map<string, number>> {
  const starts = new Map<string, number>();
  const count = new Uint8Array(8);
  let at = end;
  for (const key of keys) {
    const storage = storages.get(key);
    if (storage === undefined || starts.has(key)) throw broken('its list of storages is not sound', path);
    if (at + 8 > size) throw broken('it is cut off', path);
    await read(at, count);
    if (new DataView(count.buffer).getBigInt64(0, true) !== BigInt(storage.size)) {
      throw broken(`a storage has not the ${storage.size} elements that it should`, path);
    }
    starts.set(key, at + 8);
    at += 8 + storage.size * torchBytes[storage.dtype];
    if (at > size) throw broken('it is cut off', path);
  }
  if (at !== size) throw broken(`there are ${size - at} bytes after its last storage`, path);
  return starts;
}

function broken(reason: string, file: string): Error {
  return userError('pytorch-broken', { reason }, { file });
}
