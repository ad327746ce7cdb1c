import { expect, test } from 'vitest';
import { widenBf16, widenF16 } from './halfFloats.ts';

test('every half-precision number has its value', () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = new Float32Array(65536);
  widenF16(bits, values);
  for (let h = 0; h < 65536; h++) {
    const sign = h < 32768 ? 1 : -1;
    const exponent = (h >> 10) & 31;
    const fraction = (h & 1023) / 1024;
    const finite = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
    const special = fraction === 0 ? Infinity : NaN;
    const wanted = sign * (exponent === 31 ? special : finite);
    if (!Object.is(values[h], wanted)) expect({ h, value: values[h] }).toEqual({ h, value: wanted });
  }
});

test('bfloat16 numbers are the upper halves of an f32', () => {
  const values = new Float32Array(5);
  widenBf16(Uint16Array.of(0x3f80, 0xc049, 0x0001, 0xff80, 0x8000), values);
  expect([...values]).toEqual([1, -3.140625, 2 ** -133, -Infinity, -0]);
});
