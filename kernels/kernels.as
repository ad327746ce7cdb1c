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

/**
 * Chosen entries of a product Y X' (a weight's gradient): for each entry, the inner product of row (index / width) of `y` and
 * row (index % width) of `x`, over `length` columns (a multiple of 4). Indices ascend.
 */
export function sampledProducts(
  indices: usize,
  count: i32,
  width: u32,
  x: usize,
  y: usize,
  length: i32,
  out: usize,
  add: bool,
): void {
  const bytes = <usize>length << 2;
  let at: usize = 0;
  const end = <usize>count << 2;
  while (at < end) {
    const first = load<u32>(indices + at);
    const row = first / width;
    const start = row * width;
    const b = y + <usize>row * bytes;
    const x0 = x + <usize>(first - start) * bytes;
    if (at + 12 < end && load<u32>(indices + at, 12) < start + width) {
      const x1 = x + <usize>(load<u32>(indices + at, 4) - start) * bytes;
      const x2 = x + <usize>(load<u32>(indices + at, 8) - start) * bytes;
      const x3 = x + <usize>(load<u32>(indices + at, 12) - start) * bytes;
      let s0 = f32x4.splat(0);
      let s1 = f32x4.splat(0);
      let s2 = f32x4.splat(0);
      let s3 = f32x4.splat(0);
      for (let i: usize = 0; i < bytes; i += 16) {
        const v = v128.load(b + i);
        s0 = f32x4.add(s0, f32x4.mul(v, v128.load(x0 + i)));
        s1 = f32x4.add(s1, f32x4.mul(v, v128.load(x1 + i)));
        s2 = f32x4.add(s2, f32x4.mul(v, v128.load(x2 + i)));
        s3 = f32x4.add(s3, f32x4.mul(v, v128.load(x3 + i)));
      }
      // Four sums at once: transpose and add.
      const a01 = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
      const a23 = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
      let sum = f32x4.add(v128.shuffle<f32>(a01, a23, 0, 1, 4, 5), v128.shuffle<f32>(a01, a23, 2, 3, 6, 7));
      if (add) sum = f32x4.add(sum, v128.load(out + at));
      v128.store(out + at, sum);
      at += 16;
    } else {
      let s = f32x4.splat(0);
      for (let i: usize = 0; i < bytes; i += 16) s = f32x4.add(s, f32x4.mul(v128.load(b + i), v128.load(x0 + i)));
      let sum =
        f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 2) + (f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 3));
      if (add) sum += load<f32>(out + at);
      store<f32>(out + at, sum);
      at += 4;
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
