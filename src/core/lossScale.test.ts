import { expect, it } from 'vitest';
import { afterFinite, afterOverflow, firstLossScale, type LossScale } from './lossScale.ts';

it('halves at once and doubles after 2,000 finite steps in a row, as GradScaler does', () => {
  const halved = afterOverflow(firstLossScale)!;
  expect(halved).toEqual({ scale: 32768, finite: 0 });
  let scale: LossScale = halved;
  for (let step = 0; step < 1999; step++) scale = afterFinite(scale);
  expect(scale).toEqual({ scale: 32768, finite: 1999 });
  expect(afterFinite(scale)).toEqual({ scale: 65536, finite: 0 });
  expect(afterOverflow(scale)).toEqual({ scale: 16384, finite: 0 });
});

it('stays within bounds: no more can be gained beyond them', () => {
  let scale: LossScale | undefined = firstLossScale;
  const seen: number[] = [];
  while (scale !== undefined) {
    seen.push(scale.scale);
    scale = afterOverflow(scale);
  }
  expect(seen.at(-1)).toBe(1);
  let high: LossScale = { scale: 2 ** 24, finite: 1999 };
  high = afterFinite(high);
  expect(high.scale).toBe(2 ** 24);
});
