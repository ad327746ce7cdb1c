import { describe, expect, it } from 'vitest';
import { joinMasks } from '../../src/core/mask.ts';
import { selectLottery } from '../../src/core/selection.ts';
import { hasOracle } from '../support/oracle.ts';
import { oracleJson } from '../support/oracleFiles.ts';

interface Case {
  readonly k: number;
  readonly delta: Record<string, number[]>;
  readonly maskable: string[];
  readonly mask_before: Record<string, number[]>;
  readonly mask_after?: Record<string, number[]>;
  readonly error?: string;
}

describe.skipIf(!hasOracle)('selection equals the reference', () => {
  const cases = hasOracle ? oracleJson<Case[]>('selection.json') : [];
  cases.forEach(({ k, delta, maskable, mask_before, mask_after, error }, i) => {
    it(`case ${i}: ${k} entries`, () => {
      const free = maskable.reduce((sum, name) => sum + delta[name].length - mask_before[name].length, 0);
      // train() refuses such a k before it starts.
      expect(k < 1 || k > free).toBe(error !== undefined);
      if (error !== undefined) return;
      const taken = new Map(
        Object.entries(mask_before).map(([name, indices]) => [name, Uint32Array.from(indices)]),
      );
      const candidates = maskable.map((name) => {
        const values = Float32Array.from(delta[name]);
        return { name, size: values.length, values, originals: new Float32Array(values.length) };
      });
      const chosen = selectLottery(candidates, k, taken);
      const after = joinMasks(taken, chosen.mask);
      const wanted = new Map(Object.entries(mask_after!).map(([name, indices]) => [name, new Set(indices)]));
      const moved = maskable.flatMap((name) =>
        delta[name].filter((d, j) => d !== 0 && !mask_before[name].includes(j)),
      );
      // Exactly k where so many have moved; the reference takes every tie, and everything when the threshold is 0.
      expect(chosen.count).toBe(Math.min(k, moved.length));
      for (const [name, indices] of after) {
        for (const index of indices) expect(wanted.get(name)!.has(index), `${name}[${index}]`).toBe(true);
        const joined = new Set(indices);
        expect([...indices]).toEqual([...joined].sort((a, b) => a - b));
        for (const index of wanted.get(name)!) {
          const above = Math.abs(Math.fround(delta[name][index])) > chosen.threshold;
          if (above) expect(joined.has(index), `${name}[${index}] is above the threshold`).toBe(true);
        }
      }
      const sizes = [...after.values()].reduce((sum, { length }) => sum + length, 0);
      expect(sizes).toBe(chosen.count + Object.values(mask_before).flat().length);
    });
  });
});
