import * as fc from 'fast-check';

const isSoak = process.env.SFT_SOAK !== undefined;

/** How many mutated files a property test reads: 2,000, or 10,000 in a soak (SFT_SOAK=1). */
export const fuzzRuns = isSoak ? 10_000 : 2000;

/** How long a test of them may take that needs so many milliseconds elsewhere. */
export function fuzzTimeout(milliseconds: number): number {
  return isSoak ? Math.max(milliseconds, 1_800_000) : milliseconds;
}

/** One change of a file: what is done, where, how far and with which byte; positions are fractions of the length. */
interface Mutation {
  readonly kind: (typeof kinds)[number];
  readonly at: number;
  readonly length: number;
  readonly byte: number;
}

const kinds = [
  'flip',
  'flip',
  'overwrite',
  'truncate',
  'drop',
  'double',
  'bom',
  'nul',
  'carriageReturn',
  'tab',
  'lineFeed',
  'brokenUtf8',
] as const;

const inserted = {
  bom: [0xef, 0xbb, 0xbf],
  nul: [0],
  carriageReturn: [0x0d],
  tab: [0x09],
  lineFeed: [0x0a],
  brokenUtf8: [0xc3, 0x28],
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...kinds),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.nat({ max: 64 }),
  byte: fc.nat({ max: 255 }),
});

/** Damaged copies of a good file: one to six changes each, which shrink towards fewer and earlier ones. */
export function mutations(seedBytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .array(mutation, { minLength: 1, maxLength: 6 })
    .map((changes) => changes.reduce(mutate, Uint8Array.from(seedBytes)));
}

function mutate(bytes: Uint8Array, { kind, at, length, byte }: Mutation): Uint8Array {
  const start = Math.floor(at * bytes.length);
  const end = Math.min(start + length, bytes.length);
  switch (kind) {
    case 'flip':
      return splice(bytes, start, start + 1, [(bytes[start] ?? 0) ^ (1 << (byte & 7))]);
    case 'overwrite':
      return splice(bytes, start, start + 1, [byte]);
    case 'truncate':
      return bytes.slice(0, start);
    case 'drop':
      return splice(bytes, start, end, []);
    case 'double':
      return splice(bytes, end, end, bytes.subarray(start, end));
    default:
      return splice(bytes, start, start, inserted[kind]);
  }
}

function splice(bytes: Uint8Array, start: number, end: number, middle: ArrayLike<number>): Uint8Array {
  const rest = bytes.subarray(end);
  const result = new Uint8Array(start + middle.length + rest.length);
  result.set(bytes.subarray(0, start));
  result.set(middle, start);
  result.set(rest, start + middle.length);
  return result;
}
