// The inner loops of training over f32 arrays, four entries at a time (AssemblyScript; `npm run kernels` compiles it).
// Offsets are in bytes and multiples of 16. The counts of the optimiser's passes are multiples of 4; what they compute is said
// in ../src/core/adamw.ts.

let distance: f64 = 0;

/** Sum of |p - p0| of the last `measure` with L1. */
export function measuredDistance(): f64 {
  return distance;
}

function sumOf(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/** Both halves of four f32 lanes as f64, added. */
function widenedSum(x: v128): v128 {
  const high = v128.shuffle<i32>(x, x, 2, 3, 2, 3);
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(high));
}

/** Sum of squares of the gradient, in double. */
export function squares(gradients: usize, count: i32): f64 {
  let sum = f64x2.splat(0);
  const end = gradients + (<usize>count << 2);
  for (let at = gradients; at < end; at += 16) {
    const g = v128.load(at);
    const high = v128.shuffle<i32>(g, g, 2, 3, 2, 3);
    const a = f64x2.promote_low_f32x4(g);
    const b = f64x2.promote_low_f32x4(high);
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
  }
  return sumOf(sum);
}

/** The same of gradient + L1 sub-gradient; keeps sum |p - p0| for `measuredDistance`. */
export function squaresWithL1(values: usize, originals: usize, gradients: usize, count: i32, l1: f32): f64 {
  const strength = f32x4.splat(l1);
  const zero = f32x4.splat(0);
  let sum = f64x2.splat(0);
  let far = f64x2.splat(0);
  const bytes = <usize>count << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const moved = f32x4.sub(v128.load(values + at), v128.load(originals + at));
    const up = v128.and(f32x4.gt(moved, zero), strength);
    const down = v128.and(f32x4.lt(moved, zero), strength);
    const g = f32x4.add(v128.load(gradients + at), f32x4.sub(up, down));
    const high = v128.shuffle<i32>(g, g, 2, 3, 2, 3);
    const a = f64x2.promote_low_f32x4(g);
    const b = f64x2.promote_low_f32x4(high);
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
    far = f64x2.add(far, widenedSum(f32x4.abs(moved)));
  }
  distance = sumOf(far);
  return sumOf(sum);
}

/** Clipping, moments and update. */
export function update(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  count: i32,
  clip: f32,
  rate: f32,
  root: f32,
  keep: f32,
): void {
  const bytes = <usize>count << 2;
  const factor = f32x4.splat(clip);
  for (let at: usize = 0; at < bytes; at += 16) {
    step(values, first, second, at, f32x4.mul(v128.load(gradients + at), factor), rate, root, keep);
  }
}

/** L1, clipping, moments and update. */
export function updateWithL1(
  values: usize,
  originals: usize,
  gradients: usize,
  first: usize,
  second: usize,
  count: i32,
  l1: f32,
  clip: f32,
  rate: f32,
  root: f32,
  keep: f32,
): void {
  const bytes = <usize>count << 2;
  const factor = f32x4.splat(clip);
  const strength = f32x4.splat(l1);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const moved = f32x4.sub(v128.load(values + at), v128.load(originals + at));
    const up = v128.and(f32x4.gt(moved, zero), strength);
    const down = v128.and(f32x4.lt(moved, zero), strength);
    const g = f32x4.mul(f32x4.add(v128.load(gradients + at), f32x4.sub(up, down)), factor);
    step(values, first, second, at, g, rate, root, keep);
  }
}

// @ts-ignore: decorator
@inline
function step(values: usize, first: usize, second: usize, at: usize, g: v128, rate: f32, root: f32, keep: f32): void {
  const m0 = v128.load(first + at);
  const m = f32x4.add(m0, f32x4.mul(f32x4.sub(g, m0), f32x4.splat(0.1)));
  const v = f32x4.add(
    f32x4.mul(v128.load(second + at), f32x4.splat(0.999)),
    f32x4.mul(f32x4.mul(g, g), f32x4.splat(0.001)),
  );
  v128.store(first + at, m);
  v128.store(second + at, v);
  const change = f32x4.div(
    f32x4.mul(m, f32x4.splat(rate)),
    f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(root)), f32x4.splat(1e-8)),
  );
  v128.store(values + at, f32x4.sub(f32x4.mul(v128.load(values + at), f32x4.splat(keep)), change));
}

/** The sums of four vectors' lanes, in one. */
@inline
function laneSums(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const a01 = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  const a23 = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(a01, a23, 0, 1, 4, 5), v128.shuffle<f32>(a01, a23, 2, 3, 6, 7));
}

/** a * b + sum, in one instruction where the processor and WebAssembly have one: rounded once then. */
@inline
function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));
}

@inline
function put(out: usize, sum: v128, add: bool): void {
  v128.store(out, add ? f32x4.add(sum, v128.load(out)) : sum);
}

/**
 * Inner products of `b` with rows of a matrix, `bytes` each and `stride` bytes apart, that starts at `x` less the first index of this
 * row of entries. Eight at once keep the adders busy.
 */
function innerProducts(
  from: usize,
  end: usize,
  x: usize,
  stride: usize,
  b: usize,
  bytes: usize,
  into: usize,
  add: bool,
): void {
  let at = from;
  let out = into;
  for (; at + 28 < end; at += 32, out += 32) {
    const x0 = x + <usize>load<u32>(at) * stride;
    const x1 = x + <usize>load<u32>(at, 4) * stride;
    const x2 = x + <usize>load<u32>(at, 8) * stride;
    const x3 = x + <usize>load<u32>(at, 12) * stride;
    const x4 = x + <usize>load<u32>(at, 16) * stride;
    const x5 = x + <usize>load<u32>(at, 20) * stride;
    const x6 = x + <usize>load<u32>(at, 24) * stride;
    const x7 = x + <usize>load<u32>(at, 28) * stride;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    let s5 = f32x4.splat(0);
    let s6 = f32x4.splat(0);
    let s7 = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = v128.load(b + i);
      s0 = multiplyAdd(s0, v, v128.load(x0 + i));
      s1 = multiplyAdd(s1, v, v128.load(x1 + i));
      s2 = multiplyAdd(s2, v, v128.load(x2 + i));
      s3 = multiplyAdd(s3, v, v128.load(x3 + i));
      s4 = multiplyAdd(s4, v, v128.load(x4 + i));
      s5 = multiplyAdd(s5, v, v128.load(x5 + i));
      s6 = multiplyAdd(s6, v, v128.load(x6 + i));
      s7 = multiplyAdd(s7, v, v128.load(x7 + i));
    }
    put(out, laneSums(s0, s1, s2, s3), add);
    put(out + 16, laneSums(s4, s5, s6, s7), add);
  }
  for (; at + 12 < end; at += 16, out += 16) {
    const x0 = x + <usize>load<u32>(at) * stride;
    const x1 = x + <usize>load<u32>(at, 4) * stride;
    const x2 = x + <usize>load<u32>(at, 8) * stride;
    const x3 = x + <usize>load<u32>(at, 12) * stride;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = v128.load(b + i);
      s0 = multiplyAdd(s0, v, v128.load(x0 + i));
      s1 = multiplyAdd(s1, v, v128.load(x1 + i));
      s2 = multiplyAdd(s2, v, v128.load(x2 + i));
      s3 = multiplyAdd(s3, v, v128.load(x3 + i));
    }
    put(out, laneSums(s0, s1, s2, s3), add);
  }
  if (at == end) return;
  // Up to three are left; those that are not there are the first one again.
  const left = end - at;
  const x0 = x + <usize>load<u32>(at) * stride;
  const x1 = left > 4 ? x + <usize>load<u32>(at, 4) * stride : x0;
  const x2 = left > 8 ? x + <usize>load<u32>(at, 8) * stride : x0;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = v128.load(b + i);
    s0 = multiplyAdd(s0, v, v128.load(x0 + i));
    s1 = multiplyAdd(s1, v, v128.load(x1 + i));
    s2 = multiplyAdd(s2, v, v128.load(x2 + i));
  }
  const sum = laneSums(s0, s1, s2, s2);
  store<f32>(out, f32x4.extract_lane(sum, 0) + (add ? load<f32>(out) : 0));
  if (left > 4) store<f32>(out, f32x4.extract_lane(sum, 1) + (add ? load<f32>(out, 4) : 0), 4);
  if (left > 8) store<f32>(out, f32x4.extract_lane(sum, 2) + (add ? load<f32>(out, 8) : 0), 8);
}

/**
 * Chosen entries of a product Y X' (a weight's gradient), those of rows `row` to `end`: for each entry, the inner product of row
 * (index / width) of `y` and row (index % width) of `x`, over `length` columns (a multiple of 4); rows are `stride` numbers apart.
 * Indices ascend. `starts` says, for each row and each of its tiles of columns, at which of the indices it begins: tile by tile, the
 * rows of `x` stay in the cache.
 */
export function sampledProducts(
  indices: usize,
  starts: usize,
  row: u32,
  end: u32,
  tiles: u32,
  width: u32,
  x: usize,
  y: usize,
  length: i32,
  stride: u32,
  out: usize,
  add: bool,
): void {
  const bytes = <usize>length << 2;
  const apart = <usize>stride << 2;
  for (let tile: u32 = 0; tile < tiles; tile++) {
    for (let r = row; r < end; r++) {
      const start = starts + (<usize>(r * tiles + tile) << 2);
      const first = <usize>load<u32>(start) << 2;
      const last = <usize>load<u32>(start, 4) << 2;
      const x0 = x - <usize>(r * width) * apart;
      innerProducts(indices + first, indices + last, x0, apart, y + <usize>r * apart, bytes, out + first, add);
    }
  }
}

/** Sums of rows `row` to `end`, of `length` numbers each (a multiple of 4) and `stride` numbers apart. */
export function rowSums(x: usize, length: i32, stride: u32, row: u32, end: u32, out: usize, add: bool): void {
  const bytes = <usize>length << 2;
  for (let r = row; r < end; r++) {
    const at = x + <usize>(r * stride) * 4;
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) sum = f32x4.add(sum, v128.load(at + i));
    const total = f32x4.extract_lane(laneSums(sum, sum, sum, sum), 0);
    const into = out + (<usize>r << 2);
    store<f32>(into, add ? load<f32>(into) + total : total);
  }
}

/** Rows `to`, a stride of `bytes` apart, take a block of four rows (`line` bytes each) and four columns, transposed. */
@inline
function transposeBlock(from: usize, line: usize, to: usize, bytes: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + line);
  const r2 = v128.load(from + 2 * line);
  const r3 = v128.load(from + 3 * line);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  v128.store(to + bytes, v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  v128.store(to + 2 * bytes, v128.shuffle<f32>(c, d, 0, 1, 4, 5));
  v128.store(to + 3 * bytes, v128.shuffle<f32>(c, d, 2, 3, 6, 7));
}

/** Columns `column` to `end` of a matrix [rows, width] as rows of `to`, which are `stride` numbers apart; `rows` is a multiple of 4. */
export function transpose(from: usize, rows: u32, width: u32, column: u32, end: u32, to: usize, stride: u32): void {
  const line = <usize>width << 2;
  const bytes = <usize>stride << 2;
  for (let r: u32 = 0; r < rows; r += 4) {
    const row = from + <usize>r * line;
    const into = to + (<usize>r << 2);
    let c = column;
    for (; c + 4 <= end; c += 4) transposeBlock(row + (<usize>c << 2), line, into + <usize>c * bytes, bytes);
    for (; c < end; c++) {
      const at = row + (<usize>c << 2);
      const out = into + <usize>c * bytes;
      for (let i: usize = 0; i < 4; i++) store<f32>(out + (i << 2), load<f32>(at + i * line));
    }
  }
}

/** Bits of |p - p0|, which as unsigned numbers sort as it does. Four at a time: up to three numbers beyond `count` are written. */
export function changeBits(values: usize, originals: usize, out: usize, count: i32): void {
  const end = <usize>count << 2;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(out + at, f32x4.abs(f32x4.sub(v128.load(values + at), v128.load(originals + at))));
  }
}

/** Adds to the histogram of the keys' upper 16 bits; gives how many keys are 0. */
export function countKeys(keys: usize, count: i32, histogram: usize): i32 {
  let zeros = 0;
  const end = keys + (<usize>count << 2);
  for (let at = keys; at < end; at += 4) {
    const key = load<u32>(at);
    zeros += i32(key == 0);
    const bin = histogram + (<usize>(key >>> 16) << 2);
    store<u32>(bin, load<u32>(bin) + 1);
  }
  return zeros;
}

/** Positions of the keys that are `least` or more, ascending; gives how many there are. */
export function collectKeys(keys: usize, count: i32, least: u32, out: usize): i32 {
  let found: usize = 0;
  for (let i = 0; i < count; i++) {
    store<u32>(out + found, i);
    found += <usize>(load<u32>(keys + (<usize>i << 2)) >= least) << 2;
  }
  return <i32>(found >>> 2);
}

/** Adds to the histogram of the lower 16 bits of those keys whose upper 16 bits are `bin`. */
export function countLower(keys: usize, count: i32, bin: u32, histogram: usize): void {
  const end = keys + (<usize>count << 2);
  for (let at = keys; at < end; at += 4) {
    const key = load<u32>(at);
    const slot = histogram + (<usize>(key & 0xffff) << 2);
    store<u32>(slot, load<u32>(slot) + u32(key >>> 16 == bin));
  }
}

/** One bit a key, whether it is `least` or more; `count` is a multiple of 32. */
export function markKeys(keys: usize, count: i32, least: u32, bits: usize): void {
  for (let i = 0; i < count; i += 32) {
    let word: u32 = 0;
    for (let j = 0; j < 32; j++) word |= u32(load<u32>(keys + (<usize>(i + j) << 2)) >= least) << j;
    store<u32>(bits + (<usize>i >>> 3), word);
  }
}
