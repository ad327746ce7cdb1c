import { pickle } from './pickleBytes.ts';
import { type RawEntry, zipBytes } from './zipBytes.ts';

/** The archive that PyTorch since 1.6 writes. */
export function torchArchive(
  value: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>>,
  { deflate = false, zip64 = false, extra = [] as readonly RawEntry[] } = {},
): Buffer {
  const entries = Object.entries(storages).map(([key, bytes]) => ({ name: `m/data/${key}`, bytes, deflate }));
  return zipBytes([{ name: 'm/data.pkl', bytes: pickle.whole(value), deflate }, ...entries, ...extra], {
    zip64,
  });
}

/** The layout of PyTorch before 1.6. */
export function legacyFile(
  value: Uint8Array,
  storages: readonly { readonly key: string; readonly size: number; readonly bytes: Uint8Array }[],
): Buffer {
  const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
  const machine = pickle.dict({ little_endian: pickle.yes });
  const keys = pickle.list(...storages.map(({ key }) => pickle.text(key)));
  const stored = storages.flatMap(({ size, bytes }) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(size));
    return [count, bytes];
  });
  return Buffer.concat([
    magic,
    ...[pickle.int(1001), machine, value, keys].map((one) => pickle.whole(one)),
    ...stored,
  ]);
}

/** The bytes of numbers as they lie in memory. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
