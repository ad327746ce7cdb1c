import { type PickleWriter, pickleWriter } from '../../src/formats/pickleWriter.ts';
import { type RawEntry, zipBytes } from './zipBytes.ts';

/** A tensor to write as `torch.save` would: a view of a storage. */
export interface RawTensor {
  readonly storage: { readonly key: string; readonly type: string; readonly size: number };
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly isParameter?: boolean;
}

/** Writes a tensor into a pickle; `legacy` adds what PyTorch before 1.6 added to the storage. */
export function writeTensor(pickle: PickleWriter, tensor: RawTensor, legacy = false): void {
  const { storage, offset = 0, shape, isParameter = false } = tensor;
  const size = (from: number) => shape.slice(from).reduce((product, n) => product * n, 1);
  const strides = tensor.strides ?? shape.map((_, d) => size(d + 1));
  const hooks = () =>
    pickle.call(
      () => pickle.name('collections', 'OrderedDict'),
      () => undefined,
    );
  const plain = () =>
    pickle.call(
      () => pickle.name('torch._utils', '_rebuild_tensor_v2'),
      () => {
        pickle.persistent(() =>
          pickle.tuple(() => {
            pickle.text('storage');
            pickle.name('torch', storage.type);
            pickle.text(storage.key);
            pickle.text('cpu');
            pickle.number(storage.size);
            if (legacy) pickle.none();
          }),
        );
        pickle.number(offset);
        pickle.tuple(() => shape.forEach(pickle.number));
        pickle.tuple(() => strides.forEach(pickle.number));
        pickle.bool(false);
        hooks();
      },
    );
  if (!isParameter) return plain();
  pickle.call(
    () => pickle.name('torch._utils', '_rebuild_parameter'),
    () => {
      plain();
      pickle.bool(true);
      hooks();
    },
  );
}

/** The bytes of one pickle. */
export function pickled(write: (pickle: PickleWriter) => void): Uint8Array {
  const pickle = pickleWriter();
  write(pickle);
  return pickle.end();
}

/** The archive that PyTorch since 1.6 writes. */
export function torchArchive(
  pickle: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>>,
  { deflate = false, zip64 = false, extra = [] as readonly RawEntry[] } = {},
): Buffer {
  const entries = Object.entries(storages).map(([key, bytes]) => ({ name: `m/data/${key}`, bytes, deflate }));
  return zipBytes([{ name: 'm/data.pkl', bytes: pickle, deflate }, ...entries, ...extra], { zip64 });
}

/** The layout of PyTorch before 1.6. */
export function legacyFile(
  pickle: Uint8Array,
  storages: readonly { readonly key: string; readonly size: number; readonly bytes: Uint8Array }[],
): Buffer {
  const magic = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e);
  const version = pickled((p) => p.number(1001));
  const machine = pickled((p) =>
    p.dict(() => {
      p.text('little_endian');
      p.bool(true);
    }),
  );
  const keys = pickled((p) => p.texts(storages.map(({ key }) => key)));
  const stored = storages.flatMap(({ size, bytes }) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(size));
    return [count, bytes];
  });
  return Buffer.concat([magic, version, machine, pickle, keys, ...stored]);
}

/** The bytes of numbers as they lie in memory. */
export function bytesOf(values: Float32Array | Uint16Array | Float64Array | BigInt64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
