import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs';
import { hash32 } from '../../src/core/random.ts';

const PART = 1 << 20;

/** Writes a text of at least so many bytes: the lines over and over, each time in another order. */
export function writeLargeText(file: string, lines: readonly string[], bytes: number): void {
  writeFileSync(file, '');
  const handle = openSync(file, 'a');
  try {
    for (let written = 0, part = 0; written < bytes; part++) {
      const chosen: string[] = [];
      for (let size = 0, i = 0; size < PART; i++) {
        const line = lines[hash32(part, i) % lines.length];
        chosen.push(line);
        size += line.length + 1;
      }
      const text = `${chosen.join('\n')}\n`;
      appendFileSync(handle, text);
      written += Buffer.byteLength(text);
    }
  } finally {
    closeSync(handle);
  }
}
