import {
  kindOf,
  type PickleDtype,
  type PickleName,
  type PickleStorage,
  type PickleTensor,
  type PickleTuple,
  type PickleValue,
  type TorchDtype,
} from './pickleValues.ts';

const storageTypes: Record<string, TorchDtype> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

const calls: Record<string, PickleName['call']> = {
  'collections.OrderedDict': (args) => (args.length === 0 ? { kind: 'dict', entries: new Map() } : undefined),
  'torch.Size': ([sizes]) => (isTuple(sizes) ? sizes : undefined),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([data]) => (kindOf(data) === 'tensor' ? data : undefined),
  // The first of an SFT's index steps is a number of numpy.
  'numpy.dtype': ([code]) =>
    typeof code === 'string' && Object.hasOwn(scalars, code)
      ? { kind: 'dtype', code, isBigEndian: false }
      : undefined,
  'numpy.core.multiarray.scalar': scalar,
  'numpy._core.multiarray.scalar': scalar,
  // Bytes, as protocol 2 writes them: a text whose characters are the bytes.
  '_codecs.encode': ([text, encoding]) =>
    typeof text === 'string' &&
    text.length <= 64 &&
    encoding === 'latin1' &&
    Buffer.from(text, 'latin1').toString('latin1') === text
      ? Uint8Array.from(Buffer.from(text, 'latin1'))
      : undefined,
};

/** All names of Python that a file of weights may use. None of them runs anything: what they make is described here. */
export const pytorchNames: ReadonlyMap<string, PickleName> = new Map([
  ...Object.keys(storageTypes).map((type): [string, PickleName] => [
    `torch.${type}`,
    { kind: 'name', name: `torch.${type}` },
  ]),
  ...Object.entries(calls).map(([name, call]): [string, PickleName] => [
    name,
    call === undefined ? { kind: 'name', name } : { kind: 'name', name, call },
  ]),
]);

/**
 * The storage that a persistent id names: ('storage', type, key, device, number of elements), which older versions follow by
 * None, or by a view of another storage, which is not known here.
 */
export function pytorchStorage(id: PickleValue): PickleStorage | undefined {
  if (!isTuple(id)) return undefined;
  const [kind, type, key, , size, view] = id.items;
  if (kind !== 'storage' || kindOf(type) !== 'name' || (view !== undefined && view !== null))
    return undefined;
  const { name } = type as PickleName;
  const typeName = name.slice('torch.'.length);
  if (!Object.hasOwn(storageTypes, typeName) || typeof key !== 'string' || !isSize(size)) return undefined;
  return { kind: 'storage', key, dtype: storageTypes[typeName], size };
}

function rebuildTensor([storage, offset, sizes, steps]: readonly PickleValue[]): PickleTensor | undefined {
  if (kindOf(storage) !== 'storage' || !isSize(offset)) return undefined;
  const shape = sizesOf(sizes);
  const strides = sizesOf(steps);
  if (shape === undefined || strides?.length !== shape.length) return undefined;
  const tensor: PickleTensor = { kind: 'tensor', storage: storage as PickleStorage, offset, shape, strides };
  const end = offset + spanOf(tensor);
  const isWithin = Number.isSafeInteger(sizeOf(shape)) && end <= tensor.storage.size;
  return isWithin ? tensor : undefined;
}

/** Elements of a storage from a tensor's first to its last. */
export function spanOf({ shape, strides }: Pick<PickleTensor, 'shape' | 'strides'>): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, d) => last + (size - 1) * strides[d], 1);
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** PyTorch allows no more either. */
const mostDimensions = 64;

const scalars: Record<string, (view: DataView, isLittle: boolean) => number | bigint> = {
  i1: (view) => view.getInt8(0),
  u1: (view) => view.getUint8(0),
  i2: (view, isLittle) => view.getInt16(0, isLittle),
  u2: (view, isLittle) => view.getUint16(0, isLittle),
  i4: (view, isLittle) => view.getInt32(0, isLittle),
  u4: (view, isLittle) => view.getUint32(0, isLittle),
  i8: (view, isLittle) => view.getBigInt64(0, isLittle),
  u8: (view, isLittle) => view.getBigUint64(0, isLittle),
  f4: (view, isLittle) => view.getFloat32(0, isLittle),
  f8: (view, isLittle) => view.getFloat64(0, isLittle),
};

function scalar([dtype, bytes]: readonly PickleValue[]): number | bigint | undefined {
  if (kindOf(dtype) !== 'dtype' || !(bytes instanceof Uint8Array)) return undefined;
  const { code, isBigEndian } = dtype as PickleDtype;
  if (bytes.length !== Number(code[1])) return undefined;
  const value = scalars[code](new DataView(bytes.buffer, bytes.byteOffset, bytes.length), !isBigEndian);
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function sizesOf(value: PickleValue | undefined): number[] | undefined {
  if (!isTuple(value) || value.items.length > mostDimensions) return undefined;
  return value.items.every(isSize) ? [...value.items] : undefined;
}

function isTuple(value: PickleValue | undefined): value is PickleTuple {
  return kindOf(value) === 'tuple';
}

/** Whether a value is a size or a count. */
export function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
