import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, crc32ByTable } from './crc32.ts';

test('the checksum is that of ZIP files, whole or in parts, with and without Node', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
      expect(crc32ByTable(a)).toBe(crc32(a));
      expect(crc32ByTable(b, crc32(a))).toBe(crc32(Uint8Array.of(...a, ...b)));
    }),
  );
});
