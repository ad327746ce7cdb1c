import { expect, test } from 'vitest';
import { divergingColour, scaleColour } from './colourScale.ts';

function lightness(colour: string): number {
  const [r, g, b] = (colour.match(/\d+/g) ?? []).map((channel) => (Number(channel) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('more is always lighter on dark ground, and darker on light ground', () => {
  const shares = Array.from({ length: 51 }, (_, i) => i / 50);
  for (const dark of [true, false]) {
    const order = shares.map((share) => lightness(scaleColour(share, dark)) * (dark ? 1 : -1));
    for (let i = 1; i < order.length; i++) expect(order[i]).toBeGreaterThan(order[i - 1]);
  }
});

test('what lies outside of the scale has the colour of its end', () => {
  expect(scaleColour(1.5, true)).toBe(scaleColour(1, true));
  expect(scaleColour(NaN, true)).toBe(scaleColour(0, true));
});

test('a scale with a middle is grey there and stands out more and more towards both ends', () => {
  for (const dark of [true, false]) {
    const ground = lightness(divergingColour(0, dark));
    const away = (value: number) => Math.abs(lightness(divergingColour(value, dark)) - ground);
    for (const sign of [-1, 1]) {
      expect(away(sign)).toBeGreaterThan(away(sign * 0.5));
      expect(away(sign * 0.5)).toBeGreaterThan(away(0));
    }
    expect(divergingColour(-Infinity, dark)).toBe(divergingColour(-1, dark));
    expect(divergingColour(NaN, dark)).toBe(divergingColour(0, dark));
  }
});
