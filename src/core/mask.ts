/** The entries that may train: flat row-major indices, ascending, by parameter. */
export type Mask = ReadonlyMap<string, Uint32Array>;

/** How many entries a mask has. */
export function maskSize(mask: Mask): number {
  let size = 0;
  for (const indices of mask.values()) size += indices.length;
  return size;
}

/** The union of two masks that share no entry. */
export function joinMasks(a: Mask, b: Mask): Map<string, Uint32Array> {
  const joined = new Map(a);
  for (const [name, indices] of b) {
    const before = a.get(name);
    joined.set(name, before === undefined || before.length === 0 ? indices : merge(before, indices));
  }
  return joined;
}

function merge(a: Uint32Array, b: Uint32Array): Uint32Array {
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all.sort();
}
