import { userError } from '../core/errors/userError.ts';
import {
  kindOf,
  type PickleDict,
  type PickleList,
  type PickleName,
  type PickleTuple,
  type PickleValue,
} from './pickleValues.ts';

export interface PickleOptions {
  /** Every name of Python that the pickle may use. */
  readonly names: ReadonlyMap<string, PickleName>;
  /** What a persistent id stands for; undefined if it is not one. */
  readonly persistent?: (id: PickleValue) => PickleValue | undefined;
  /** What messages call the file. */
  readonly file: string;
}

/** More instructions than this, whole numbers not counted, no file of weights needs; a model has some 10,000. */
const mostInstructions = 2_000_000;
/** Python's picklers write long lists in parts of 1,000. */
const deepestStack = 1_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');

/** Thrown where the bytes end before the pickle does. */
const cutOff = Symbol('cut off');

/**
 * Reads one pickle of protocol 2 to 5 that begins at `start`: a machine that knows plain data and the given names, and runs
 * nothing. Undefined if the bytes end before the pickle does.
 * @throws UserError `pytorch-code` with any other name that it asks for, `pytorch-broken`
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  options: PickleOptions,
): { value: PickleValue; end: number } | undefined {
  try {
    return run(bytes, start, options);
  } catch (error) {
    if (error === cutOff) return undefined;
    throw error;
  }
}

function run(bytes: Uint8Array, start: number, options: PickleOptions): { value: PickleValue; end: number } {
  const { names, persistent, file } = options;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: PickleValue[] = [];
  const marks: number[] = [];
  const memo = new Map<number, PickleValue>();
  let at = start;

  const wrong = (reason: string) =>
    userError('pytorch-broken', { reason: `in its pickle, ${reason}` }, { file });
  const advance = (count: number) => {
    const before = at;
    if (count > bytes.length - before) throw cutOff;
    at += count;
    return before;
  };
  const push = (value: PickleValue) => {
    if (stack.length >= deepestStack) throw wrong('too many values are open at once');
    stack.push(value);
  };
  const bottom = () => marks.at(-1) ?? 0;
  const pop = (): PickleValue => {
    if (stack.length <= bottom()) throw wrong('a value is missing');
    return stack.pop() as PickleValue;
  };
  const top = (): PickleValue => {
    if (stack.length <= bottom()) throw wrong('a value is missing');
    return stack[stack.length - 1];
  };
  const popMark = (): number => {
    const mark = marks.pop();
    if (mark === undefined) throw wrong('a mark is missing');
    return mark;
  };
  const pushTuple = (from: number) => {
    if (from < bottom()) throw wrong('a value is missing');
    push({ kind: 'tuple', items: stack.splice(from) });
  };
  const length64 = () => {
    const length = Number(view.getBigUint64(advance(8), true));
    if (length > bytes.length) throw cutOff;
    return length;
  };
  const raw = (count: number) => {
    const from = advance(count);
    return bytes.slice(from, from + count);
  };
  const text = (count: number, decoder = utf8) => {
    const from = advance(count);
    const part = bytes.subarray(from, from + count);
    try {
      // A lone half of a character, which Python writes as three bytes, is no name of anything here.
      return decoder.decode(part);
    } catch {
      throw wrong('a text is not UTF-8');
    }
  };
  const line = () => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw cutOff;
    const found = text(end - at);
    at = end + 1;
    return found;
  };
  const pushName = (module: string, name: string) => {
    const full = `${module}.${name}`;
    const known = names.get(full);
    if (known === undefined) throw userError('pytorch-code', { name: full }, { file });
    push(known);
  };
  /** The whole numbers that follow each other from here on. */
  const pushInts = () => {
    for (at -= 1; at + 5 <= bytes.length && stack.length < deepestStack;) {
      const op = bytes[at];
      if (op === 0x4b) {
        stack.push(bytes[at + 1]);
        at += 2;
      } else if (op === 0x4d) {
        stack.push(bytes[at + 1] | (bytes[at + 2] << 8));
        at += 3;
      } else if (op === 0x4a) {
        stack.push(view.getInt32(at + 1, true));
        at += 5;
      } else return;
    }
    const op = bytes[advance(1)];
    if (op === 0x4b) push(bytes[advance(1)]);
    else if (op === 0x4d) push(view.getUint16(advance(2), true));
    else if (op === 0x4a) push(view.getInt32(advance(4), true));
    else at -= 1;
  };
  const setItems = (dict: PickleValue, from: number) => {
    if (kindOf(dict) !== 'dict' || (stack.length - from) % 2 !== 0)
      throw wrong('entries are set of what is no dict');
    const { entries } = dict as PickleDict;
    for (let i = from; i < stack.length; i += 2) {
      const key = stack[i];
      if (typeof key === 'object' && key !== null) throw wrong(`a ${kindOf(key)} is used as a key`);
      entries.set(key, stack[i + 1]);
    }
    stack.length = from;
  };
  const append = (list: PickleValue, from: number) => {
    if (kindOf(list) !== 'list') throw wrong('something is added to what is no list');
    appendItems(list as PickleList, stack, from);
    stack.length = from;
  };
  const reduce = () => {
    const args = pop();
    const callee = pop();
    if (kindOf(callee) !== 'name' || kindOf(args) !== 'tuple') throw wrong(`a ${kindOf(callee)} is called`);
    const { name, call } = callee as PickleName;
    const made = call?.((args as PickleTuple).items);
    if (made === undefined) throw wrong(`${name} is called with what it does not take`);
    push(made);
  };
  const build = () => {
    const state = pop();
    const target = top();
    if (typeof target === 'object' && target !== null && !(target instanceof Uint8Array)) {
      // An OrderedDict's attributes: transformers' state dicts carry versions of their modules.
      if (target.kind === 'dict') return;
      if (target.kind === 'dtype' && kindOf(state) === 'tuple') {
        target.isBigEndian = (state as PickleTuple).items[1] === '>';
        return;
      }
    }
    throw wrong(`a ${kindOf(target)} is given a state`);
  };

  for (let instructions = 0; ; instructions++) {
    if (instructions > mostInstructions) throw wrong('there are too many instructions');
    const op = bytes[advance(1)];
    switch (op) {
      case 0x4b: // BININT1
      case 0x4d: // BININT2
      case 0x4a: // BININT
        pushInts();
        break;
      case 0x80: {
        const protocol = bytes[advance(1)];
        if (protocol < 2 || protocol > 5) throw wrong(`protocol ${protocol} is not known`);
        break;
      }
      case 0x95: // FRAME: a hint for reading
        length64();
        break;
      case 0x2e: {
        const value = pop();
        if (stack.length > 0) throw wrong('values are left over');
        return { value, end: at };
      }
      case 0x28:
        marks.push(stack.length);
        if (marks.length > deepestStack) throw wrong('too many values are open at once');
        break;
      case 0x4e:
        push(null);
        break;
      case 0x88:
        push(true);
        break;
      case 0x89:
        push(false);
        break;
      case 0x47: // BINFLOAT
        push(view.getFloat64(advance(8)));
        break;
      case 0x8a: // LONG1
        push(longNumber(raw(bytes[advance(1)]), wrong));
        break;
      case 0x8b: // LONG4
        push(longNumber(raw(view.getUint32(advance(4), true)), wrong));
        break;
      case 0x58: // BINUNICODE
        push(text(view.getUint32(advance(4), true)));
        break;
      case 0x8c:
        push(text(bytes[advance(1)]));
        break;
      case 0x8d:
        push(text(length64()));
        break;
      case 0x55: // SHORT_BINSTRING: a text of Python 2
        push(text(bytes[advance(1)], latin1));
        break;
      case 0x54: // BINSTRING
        push(text(view.getUint32(advance(4), true), latin1));
        break;
      case 0x43: // SHORT_BINBYTES
        push(raw(bytes[advance(1)]));
        break;
      case 0x42: // BINBYTES
        push(raw(view.getUint32(advance(4), true)));
        break;
      case 0x8e:
        push(raw(length64()));
        break;
      case 0x5d:
        push({ kind: 'list', ints: new Int32Array(0), count: 0, items: undefined });
        break;
      case 0x7d:
        push({ kind: 'dict', entries: new Map() });
        break;
      case 0x29:
        push({ kind: 'tuple', items: [] });
        break;
      case 0x85:
      case 0x86:
      case 0x87:
        pushTuple(stack.length - (op - 0x84));
        break;
      case 0x74:
        pushTuple(popMark());
        break;
      case 0x61: {
        // APPEND
        const item = pop();
        const list = top();
        stack.push(item);
        append(list, stack.length - 1);
        break;
      }
      case 0x65: {
        // APPENDS
        const mark = popMark();
        if (mark <= bottom()) throw wrong('a value is missing');
        append(stack[mark - 1], mark);
        break;
      }
      case 0x73: {
        // SETITEM
        const from = stack.length - 2;
        if (from <= bottom()) throw wrong('a value is missing');
        setItems(stack[from - 1], from);
        break;
      }
      case 0x75: {
        // SETITEMS
        const mark = popMark();
        if (mark <= bottom()) throw wrong('a value is missing');
        setItems(stack[mark - 1], mark);
        break;
      }
      case 0x63: // GLOBAL
      case 0x69: {
        // INST, which makes an object of a name
        const module = line();
        pushName(module, line());
        if (op === 0x69) throw wrong('an object is made in a way that is not known');
        break;
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = pop();
        const module = pop();
        if (typeof name !== 'string' || typeof module !== 'string') throw wrong('a name is no text');
        pushName(module, name);
        break;
      }
      case 0x52:
        reduce();
        break;
      case 0x62:
        build();
        break;
      case 0x51: {
        // BINPERSID
        const found = persistent?.(pop());
        if (found === undefined) throw wrong('a storage is not described as PyTorch does');
        push(found);
        break;
      }
      case 0x71: // BINPUT
        memo.set(bytes[advance(1)], top());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(view.getUint32(advance(4), true), top());
        break;
      case 0x94: // MEMOIZE
        memo.set(memo.size, top());
        break;
      case 0x68: // BINGET
      case 0x6a: {
        // LONG_BINGET
        const value = memo.get(op === 0x68 ? bytes[advance(1)] : view.getUint32(advance(4), true));
        if (value === undefined) throw wrong('something is used before it is there');
        push(value);
        break;
      }
      default:
        throw wrong(`the instruction ${op} is none that a file of weights has`);
    }
  }
}

function appendItems(list: PickleList, stack: readonly PickleValue[], from: number): void {
  const count = stack.length - from;
  if (list.items === undefined) {
    if (list.count + count > list.ints.length) {
      const grown = new Int32Array(Math.max(list.count + count, Math.ceil(list.ints.length * 1.5)));
      grown.set(list.ints.subarray(0, list.count));
      list.ints = grown;
    }
    const { ints } = list;
    let i = 0;
    for (; i < count; i++) {
      const item = stack[from + i];
      if (typeof item !== 'number' || (item | 0) !== item) break;
      ints[list.count + i] = item;
    }
    if (i === count) {
      list.count += count;
      return;
    }
    list.items = Array.from(ints.subarray(0, list.count));
    list.ints = new Int32Array(0);
  }
  for (let i = from; i < stack.length; i++) list.items.push(stack[i]);
}

/** A whole number of any length, little-endian two's complement; a safe one as a number. */
function longNumber(bytes: Uint8Array, wrong: (reason: string) => Error): number | bigint {
  if (bytes.length > 32) throw wrong('a number is too long');
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  value = BigInt.asIntN(8 * bytes.length, value);
  return BigInt(Number.MIN_SAFE_INTEGER) <= value && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}
