import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPosition, type JsonPath } from './jsonPosition.ts';

/** Every value of a JSON value with its path. */
function* values(value: unknown, path: JsonPath = []): Generator<[JsonPath, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield* values(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

describe('the position of a value in a JSON text', () => {
  it('is where its text begins', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const lines = (JSON.parse(text) as unknown) ?? null;
        for (const [path, inner] of values(lines)) {
          const own = JSON.stringify(inner, null, indent);
          // What is nested is indented further, so that only the first line of a text is the same.
          expect(text.slice(jsonPosition(text, path))).toMatch(startsWith(own.split('\n')[0]));
        }
      }),
    );
  });

  it('is that of the last of several fields with one name, as in JSON.parse', () => {
    expect(jsonPosition('{"a": 1, "\\u0061": 22}', ['a'])).toBe(19);
  });

  it('is that of what is around it where there is no such value', () => {
    const text = ' {"a": [{"b": "}]"}, 3]}';
    expect(jsonPosition(text, ['a', 0, 'c'])).toBe(text.indexOf('{"b"'));
    expect(jsonPosition(text, ['a', 2])).toBe(text.indexOf('['));
    expect(jsonPosition(text, ['a', 1, 'x', 0])).toBe(text.indexOf('3'));
    expect(jsonPosition(text, ['x'])).toBe(1);
  });
});

function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`);
}
