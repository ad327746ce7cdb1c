import { describe, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { hasOracle } from '../support/oracle.ts';
import { gradientError, isNoise, oracleGradients } from '../support/oracleGradients.ts';
import { HEADS } from '../support/oracleModel.ts';

describe.skipIf(!hasOracle)('loss and gradients equal the reference', () => {
  for (const engine of engines) {
    for (const head of Object.keys(HEADS)) {
      it(`${head} on the engine ${engine.name}`, { timeout: engine.patience }, async () => {
        const { loss, recordedLoss, pairs } = await oracleGradients(head, engine);
        expect(loss).toBeCloseTo(recordedLoss, 5);
        expect(pairs.length).toBeGreaterThan(0);
        for (const pair of pairs) {
          const { name, found, recorded, scale } = pair;
          if (isNoise(name)) {
            expect(Math.hypot(...found), name).toBeLessThan(1e-6);
            continue;
          }
          expect(Math.hypot(...found) / scale, name).toBeCloseTo(recorded.norm / scale, 4);
          expect(gradientError(pair), name).toBeLessThan(engine.tolerances.gradient);
        }
      });
    }
  }
});

describe.skipIf(!hasOracle)('in mixed precision, they do but for what half precision rounds', () => {
  for (const engine of engines.filter(({ halves }) => halves !== 'none')) {
    for (const head of Object.keys(HEADS)) {
      it(`${head} on the engine ${engine.name}`, { timeout: engine.patience }, async ({ skip }) => {
        const mixed = { precision: 'mixed', scale: 1024 } as const;
        const computed = await oracleGradients(head, engine, mixed).catch((thrown: unknown) => {
          if (!String(thrown).includes('f16')) throw thrown;
          return skip('the card has no half precision');
        });
        const { loss, recordedLoss, pairs } = computed;
        const error = Math.abs(loss - recordedLoss);
        // Of a gradient that is 0 in theory, only the rounding is there.
        const real = pairs.filter(({ recorded }) => recorded.norm > 1e-6);
        const worst = Math.max(...real.map(gradientError));
        expect(error).toBeLessThan(2e-3);
        expect(worst).toBeLessThan(2e-3);
        // Nothing would be shown by results that were never rounded.
        expect(worst).toBeGreaterThan(5e-5);
      });
    }
  }
});
