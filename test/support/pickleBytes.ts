/** Pickles of protocol 2, put together by hand: each function gives the bytes of one value. */
export const pickle = {
  /** A whole pickle of this value. */
  whole: (value: Uint8Array): Buffer => Buffer.concat([Buffer.of(0x80, 2), value, Buffer.of(0x2e)]),
  none: Buffer.from('N'),
  yes: Buffer.of(0x88),
  no: Buffer.of(0x89),
  /** A whole number of 32 bits. */
  int: (value: number): Buffer => {
    const bytes = Buffer.alloc(5, 0x4a);
    bytes.writeInt32LE(value, 1);
    return bytes;
  },
  text: (value: string): Buffer => {
    const text = Buffer.from(value);
    const bytes = Buffer.alloc(5, 0x58);
    bytes.writeUInt32LE(text.length, 1);
    return Buffer.concat([bytes, text]);
  },
  tuple: (...items: Uint8Array[]): Buffer => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]),
  list: (...items: Uint8Array[]): Buffer => Buffer.concat([Buffer.from(']('), ...items, Buffer.from('e')]),
  dict: (entries: Readonly<Record<string, Uint8Array>>): Buffer =>
    Buffer.concat([
      Buffer.from('}('),
      ...Object.entries(entries).flatMap(([key, value]) => [pickle.text(key), value]),
      Buffer.from('u'),
    ]),
  name: (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`),
  call: (callee: Uint8Array, ...args: Uint8Array[]): Buffer =>
    Buffer.concat([callee, pickle.tuple(...args), Buffer.from('R')]),
  persistent: (id: Uint8Array): Buffer => Buffer.concat([id, Buffer.from('Q')]),
};

/** A tensor as `torch.save` describes it: a view of a storage. */
export interface RawTensor {
  readonly key: string;
  /** `FloatStorage` unless it says otherwise. */
  readonly type?: string;
  /** Elements of the storage; by the shape unless it says otherwise. */
  readonly size?: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly isParameter?: boolean;
  /** As PyTorch before 1.6 described storages. */
  readonly isLegacy?: boolean;
}

const product = (sizes: readonly number[]) => sizes.reduce((all, n) => all * n, 1);

export function tensorPickle({ key, type = 'FloatStorage', offset = 0, shape, ...rest }: RawTensor): Buffer {
  const strides = rest.strides ?? shape.map((_, d) => product(shape.slice(d + 1)));
  const { text, int, tuple, name, call } = pickle;
  const hooks = call(name('collections', 'OrderedDict'));
  const id = [text('storage'), name('torch', type), text(key), text('cpu'), int(rest.size ?? product(shape))];
  const storage = pickle.persistent(tuple(...id, ...(rest.isLegacy === true ? [pickle.none] : [])));
  const sizes = [tuple(...shape.map(int)), tuple(...strides.map(int))];
  const tensor = call(
    name('torch._utils', '_rebuild_tensor_v2'),
    storage,
    int(offset),
    ...sizes,
    pickle.no,
    hooks,
  );
  return rest.isParameter === true
    ? call(name('torch._utils', '_rebuild_parameter'), tensor, pickle.yes, hooks)
    : tensor;
}
