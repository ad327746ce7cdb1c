import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { changePart } from './keyChunks.ts';
import { newMaskMeter } from './maskStatistics.ts';
import { selectLottery } from './selection.ts';

const changes = fc.array(fc.float({ noNaN: true, min: Math.fround(-2), max: 2 }), {
  minLength: 1,
  maxLength: 200,
});

it('tells of the mask that selection would choose', () => {
  fc.assert(
    fc.property(changes, changes, fc.integer({ min: 1, max: 250 }), (first, second, k) => {
      const arrays = [first, second].map((numbers) => Float32Array.from(numbers));
      const zeros = arrays.map(({ length }) => new Float32Array(length));
      const { threshold, byPart, histogram, overlap } = newMaskMeter().measure([
        { parts: arrays.map((values, i) => changePart(values, zeros[i])), k },
      ]);
      const chosen = selectLottery(
        arrays.map((values, i) => ({ name: String(i), size: values.length, values, originals: zeros[i] })),
        k,
      );
      expect(threshold).toBe(chosen.threshold);
      arrays.forEach((values, i) => {
        const atLeast = values.filter((value) => value !== 0 && Math.abs(value) >= threshold).length;
        expect(byPart[i]).toBe(atLeast);
        expect(byPart[i]).toBeGreaterThanOrEqual(chosen.mask.get(String(i))!.length);
      });
      const all = arrays.flatMap((values) => [...values]);
      expect(histogram.unmoved).toBe(all.filter((value) => value === 0).length);
      histogram.counts.forEach((count, bin) => {
        const low = bin === 0 ? 0 : 2 ** (histogram.first + bin);
        const high = bin === histogram.counts.length - 1 ? Infinity : 2 ** (histogram.first + bin + 1);
        const inside = all.filter((x) => Math.abs(x) >= low && Math.abs(x) < high && x !== 0);
        expect(count, `2^${histogram.first + bin}`).toBe(inside.length);
      });
      expect(overlap).toBeUndefined();
    }),
  );
});

it('compares a mask with the one before, also where a part has grown', () => {
  const meter = newMaskMeter();
  const zeros = new Float32Array(100);
  const values = Float32Array.from({ length: 100 }, (_, i) => i + 1);
  const measure = (size: number, k: number) =>
    meter.measure([{ parts: [changePart(values.subarray(0, size), zeros)], k }]).overlap;
  expect(measure(60, 10)).toBeUndefined();
  expect(measure(60, 10)).toBe(1);
  // 51..60 before, 51..60 and 41..50 now.
  expect(measure(60, 20)).toBe(0.5);
  // 81..100 now: none of them was there before.
  expect(measure(100, 20)).toBe(0);
});

it('tells of a mask that is chosen in several groups', () => {
  fc.assert(
    fc.property(changes, changes, fc.nat(220), fc.nat(220), (first, second, a, b) => {
      const arrays = [first, second].map((numbers) => Float32Array.from(numbers));
      const zeros = arrays.map(({ length }) => new Float32Array(length));
      const group = (i: number, k: number) => ({ parts: [changePart(arrays[i], zeros[i])], k });
      const both = newMaskMeter().measure([group(0, a), group(1, b)]);
      const each = [newMaskMeter().measure([group(0, a)]), newMaskMeter().measure([group(1, b)])];
      expect(both.byPart).toEqual(each.flatMap(({ byPart }) => byPart));
      const thresholds = each.map(({ threshold }) => threshold).filter((threshold) => threshold > 0);
      expect(both.threshold).toBe(thresholds.length === 0 ? 0 : Math.min(...thresholds));
      expect(both.histogram.unmoved).toBe(each[0].histogram.unmoved + each[1].histogram.unmoved);
    }),
  );
});
