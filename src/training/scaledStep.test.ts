import { expect, it } from 'vitest';
import { firstLossScale } from '../core/lossScale.ts';
import { computeScaled } from './scaledStep.ts';

/** A step whose gradients are finite up to this scale. */
function step(most: number, loss = 1) {
  const seen: number[] = [];
  const attempt = async (scale: number) => {
    seen.push(scale);
    return { loss, gradientNorm: scale <= most ? 2 : Infinity };
  };
  return { attempt, seen };
}

it('computes a step again with half the scale until its gradients are finite', async () => {
  const { attempt, seen } = step(2 ** 14);
  const halved: number[] = [];
  const computed = await computeScaled(firstLossScale, attempt, (scale) => halved.push(scale));
  expect(seen).toEqual([65536, 32768, 16384]);
  expect(halved).toEqual([32768, 16384]);
  expect(computed).toEqual({ loss: 1, gradientNorm: 2, lossScale: { scale: 16384, finite: 1 } });
});

it('gives up where no scale helps, or the loss itself is no number', async () => {
  const never = step(0);
  const end = await computeScaled(firstLossScale, never.attempt, () => {});
  expect(end.gradientNorm).toBe(Infinity);
  expect(never.seen.at(-1)).toBe(1);
  const diverged = step(0, NaN);
  await computeScaled(firstLossScale, diverged.attempt, () => {});
  expect(diverged.seen).toEqual([65536]);
});

it('computes once, unscaled, in single precision', async () => {
  const { attempt, seen } = step(0);
  const computed = await computeScaled(undefined, attempt, () => {});
  expect(seen).toEqual([1]);
  expect(computed.lossScale).toBeUndefined();
});
