/** The few encodings of protocol buffers that ONNX needs. Every function returns one whole field. */

const encoder = new TextEncoder();

/** A varint field. Negative numbers take ten bytes, as int64 does. */
export function integer(field: number, value: number): Uint8Array {
  return concatenate([key(field, 0), varint(value)]);
}

/** A 32-bit float field. */
export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatenate([key(field, 5), bytes]);
}

/** A string field. */
export function text(field: number, value: string): Uint8Array {
  return message(field, [encoder.encode(value)]);
}

/** A packed repeated field of integers. */
export function packedIntegers(field: number, values: readonly number[]): Uint8Array {
  return message(field, values.map(varint));
}

/** A length-delimited field made of the given parts. */
export function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatenate([key(field, 2), varint(length), ...parts]);
}

/** The parts one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function key(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}

function varint(value: number): Uint8Array {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
