/**
 * A counter-based hash: the same numbers for the same coordinates on every machine, in any order of calls.
 * (Two rounds of the finaliser of MurmurHash3 over the coordinates; unsigned 32 bits.)
 */
export function hash32(seed: number, a: number, b = 0, c = 0): number {
  return hashFrom(hashStart(seed, a), b, c);
}

/** The part of `hash32` that does not depend on `b` and `c`, for those who want many numbers of one `seed` and `a`. */
export function hashStart(seed: number, a: number): number {
  return mix(mix(seed ^ 0x9e3779b9) ^ Math.imul(a, 0x85ebca6b));
}

/** `hash32` from its `hashStart`. */
export function hashFrom(start: number, b: number, c: number): number {
  return mix(mix(start ^ Math.imul(b, 0xc2b2ae35)) ^ Math.imul(c, 0x27d4eb2f)) >>> 0;
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A number in [0, 1) at the given coordinates, with 32 bits of resolution. */
export function uniform(seed: number, a: number, b = 0, c = 0): number {
  return hash32(seed, a, b, c) / 4294967296;
}

/** 0..n-1 in an order that depends on `seed` and `stream` alone (Fisher-Yates). */
export function shuffled(n: number, seed: number, stream: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform(seed, stream, i) * (i + 1));
    const swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  return order;
}

/** A standard normal number at the given coordinates (Box-Muller). */
export function normal(seed: number, a: number, b = 0): number {
  const u = 1 - uniform(seed, a, b, 1);
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * uniform(seed, a, b, 2));
}
