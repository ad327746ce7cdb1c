/** Writes a pickle of protocol 2 into memory, with what `torch.load` takes, its `weights_only` reader too. */
export interface PickleWriter {
  readonly text: (value: string) => void;
  /** A list of whole numbers from 0 to 2^32. */
  readonly numbers: (values: Uint32Array) => void;
  /** A name of Python, to be called or named. */
  readonly name: (module: string, name: string) => void;
  readonly number: (value: number) => void;
  readonly bool: (value: boolean) => void;
  readonly tuple: (write: () => void) => void;
  /** A dict: `write` writes keys and values in turn. */
  readonly dict: (write: () => void) => void;
  /** Calls what `callee` writes with the tuple that `args` writes the items of. */
  readonly call: (callee: () => void, args: () => void) => void;
  /** What a persistent id stands for. */
  readonly persistent: (write: () => void) => void;
  /** The bytes; the writer must not be used any more. */
  readonly end: () => Uint8Array;
}

const op = {
  mark: 0x28,
  stop: 0x2e,
  int1: 0x4b,
  int2: 0x4d,
  int4: 0x4a,
  long1: 0x8a,
  text: 0x58,
  emptyList: 0x5d,
  appends: 0x65,
  emptyDict: 0x7d,
  setItems: 0x75,
  tuple: 0x74,
  yes: 0x88,
  no: 0x89,
  name: 0x63,
  reduce: 0x52,
  persistent: 0x51,
} as const;

/** Python writes long lists in parts of this size, so that its stack stays small. */
const part = 1000;
/** Bytes of the largest number: a LONG1 of five. */
const largestNumber = 7;

/** Starts a pickle; `expected` is a guess at its bytes. */
export function pickleWriter(expected = 1024): PickleWriter {
  let bytes = new Uint8Array(expected);
  let view = new DataView(bytes.buffer);
  let at = 0;
  const reserve = (count: number) => {
    if (at + count <= bytes.length) return;
    const grown = new Uint8Array(Math.max(at + count, Math.ceil(bytes.length * 1.5)));
    grown.set(bytes.subarray(0, at));
    bytes = grown;
    view = new DataView(bytes.buffer);
  };
  const byte = (value: number) => {
    reserve(1);
    bytes[at++] = value;
  };
  const raw = (part: Uint8Array) => {
    reserve(part.length);
    bytes.set(part, at);
    at += part.length;
  };
  /** Room must have been reserved. */
  const writeNumber = (value: number) => {
    if (value < 256) {
      bytes[at++] = op.int1;
      bytes[at++] = value;
    } else if (value < 65536) {
      bytes[at++] = op.int2;
      view.setUint16(at, value, true);
      at += 2;
    } else if (value < 2 ** 31) {
      bytes[at++] = op.int4;
      view.setInt32(at, value, true);
      at += 4;
    } else {
      // Five bytes hold up to 2^39 without a sign.
      bytes[at++] = op.long1;
      bytes[at++] = 5;
      view.setUint32(at, value % 2 ** 32, true);
      bytes[at + 4] = Math.floor(value / 2 ** 32);
      at += 5;
    }
  };
  const tuple = (write: () => void) => {
    byte(op.mark);
    write();
    byte(op.tuple);
  };
  raw(Uint8Array.of(0x80, 2));
  return {
    text: (value) => {
      const encoded = new TextEncoder().encode(value);
      reserve(5);
      bytes[at] = op.text;
      view.setUint32(at + 1, encoded.length, true);
      at += 5;
      raw(encoded);
    },
    numbers: (values) => {
      byte(op.emptyList);
      for (let from = 0; from < values.length; from += part) {
        const to = Math.min(values.length, from + part);
        reserve(2 + (to - from) * largestNumber);
        bytes[at++] = op.mark;
        for (let i = from; i < to; i++) writeNumber(values[i]);
        bytes[at++] = op.appends;
      }
    },
    name: (module, name) => {
      byte(op.name);
      raw(new TextEncoder().encode(`${module}\n${name}\n`));
    },
    number: (value) => {
      reserve(largestNumber);
      writeNumber(value);
    },
    bool: (value) => byte(value ? op.yes : op.no),
    tuple,
    dict: (write) => {
      byte(op.emptyDict);
      byte(op.mark);
      write();
      byte(op.setItems);
    },
    call: (callee, args) => {
      callee();
      tuple(args);
      byte(op.reduce);
    },
    persistent: (write) => {
      write();
      byte(op.persistent);
    },
    end: () => {
      byte(op.stop);
      return bytes.subarray(0, at);
    },
  };
}
