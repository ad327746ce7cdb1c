/** Widens the bytes of floats that are not f32 to f32; those of 64 bits are rounded. The bytes start at a multiple of 8. */
export function widenFloats(dtype: 'F64' | 'F16' | 'BF16', bytes: Uint8Array, values: Float32Array): void {
  const { buffer, byteOffset } = bytes;
  if (dtype === 'F64') values.set(new Float64Array(buffer, byteOffset, values.length));
  else if (dtype === 'F16') widenF16(new Uint16Array(buffer, byteOffset, values.length), values);
  else widenBf16(new Uint16Array(buffer, byteOffset, values.length), values);
}

/**
 * Widens IEEE half-precision numbers (F16), given as their bits, to f32: exact for all, infinities and NaN
 * included. Both arrays have the same length.
 */
export function widenF16(bits: Uint16Array, values: Float32Array): void {
  f16Table ??= makeF16Table();
  const out = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) out[i] = f16Table[bits[i]];
}

/** Widens BF16 numbers, given as their bits, to f32: they are the upper halves of an f32. */
export function widenBf16(bits: Uint16Array, values: Float32Array): void {
  const out = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) out[i] = bits[i] << 16;
}

let f16Table: Uint32Array | undefined;

/** Bits of the f32 for each of the 65,536 half-precision numbers. */
function makeF16Table(): Uint32Array {
  const table = new Uint32Array(65536);
  const value = new Float32Array(1);
  const valueBits = new Uint32Array(value.buffer);
  for (let h = 0; h < 65536; h++) {
    const sign = (h & 0x8000) << 16;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    if (exponent === 31) {
      table[h] = sign | 0x7f800000 | (fraction << 13);
    } else if (exponent > 0) {
      table[h] = sign | ((exponent + 112) << 23) | (fraction << 13);
    } else {
      value[0] = fraction * 2 ** -24; // subnormal, or zero
      table[h] = sign | valueBits[0];
    }
  }
  return table;
}
