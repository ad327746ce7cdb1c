/** What a pickle of weights can hold here: plain data, and what the allowed names of Python make of it. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleName
  | PickleDtype
  | PickleStorage
  | PickleTensor;

/** A list. Whole numbers of 32 bits are kept as such: the lists of an SFT have millions of them. */
export interface PickleList {
  readonly kind: 'list';
  /** The first `count` are the list's, unless it has `items`. */
  ints: Int32Array;
  count: number;
  items: PickleValue[] | undefined;
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A dict or an OrderedDict. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<string | number | bigint | boolean | null, PickleValue>;
}

/** A name of Python that is allowed; what it does when it is called, if it may be. */
export interface PickleName {
  readonly kind: 'name';
  readonly name: string;
  /** Undefined where the arguments are not as they should be. */
  readonly call?: (args: readonly PickleValue[]) => PickleValue | undefined;
}

/** A number type of numpy: `i8` is an int of 8 bytes. */
export interface PickleDtype {
  readonly kind: 'dtype';
  readonly code: string;
  isBigEndian: boolean;
}

/** Element types of PyTorch that are known here. */
export const torchBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type TorchDtype = keyof typeof torchBytes;

/** A tensor's memory, which lies beside the pickle under this key. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: TorchDtype;
  /** Number of elements. */
  readonly size: number;
}

/** A view of a storage; it was checked that it lies within it. Offset and strides count elements. */
export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** How many items a list has. */
export function listLength({ items, count }: PickleList): number {
  return items?.length ?? count;
}

/** Of which kind a value is, in words for messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value === 'object') return value.kind;
  return typeof value === 'bigint' ? 'number' : typeof value;
}
