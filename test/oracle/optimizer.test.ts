import { describe, expect, it } from 'vitest';
import {
  BETA1,
  BETA2,
  clipFactor,
  linearSchedule,
  measureGradient,
  updateRange,
  type EntryRange,
} from '../../src/core/adamw.ts';
import { hasOracle } from '../support/oracle.ts';
import { oracleJson } from '../support/oracleFiles.ts';

interface Run {
  readonly learning_rate: number;
  readonly warmup: number;
  readonly max_grad_norm: number;
  readonly weight_decay: number;
  readonly total_steps: number;
  readonly initial: number[];
  readonly steps: {
    gradient: number[];
    grad_norm: number;
    learning_rate: number;
    params: number[];
    exp_avg: number[];
    exp_avg_sq: number[];
  }[];
}

describe.skipIf(!hasOracle)('AdamW equals torch', () => {
  for (const run of hasOracle ? oracleJson<Run[]>('optimizer.json') : []) {
    it(`weight decay ${run.weight_decay}`, () => {
      const count = run.initial.length;
      const values = Float32Array.from(run.initial);
      const first = new Float32Array(count);
      const second = new Float32Array(count);
      run.steps.forEach((expected, step) => {
        const gradients = Float32Array.from(expected.gradient);
        const range: EntryRange = {
          values,
          valuesAt: 0,
          originals: values,
          originalsAt: 0,
          gradients,
          first,
          second,
          at: 0,
          count,
        };
        const measure = { squares: 0, distance: 0 };
        measureGradient(range, 0, measure);
        const norm = Math.sqrt(measure.squares);
        expect(norm / expected.grad_norm).toBeCloseTo(1, 6);
        const learningRate = run.learning_rate * linearSchedule(step, run.warmup, run.total_steps);
        expect(learningRate).toBeCloseTo(expected.learning_rate, 12);
        updateRange(range, {
          learningRate,
          correction1: 1 - BETA1 ** (step + 1),
          correction2: 1 - BETA2 ** (step + 1),
          clip: clipFactor(norm, run.max_grad_norm),
          l1: 0,
          weightDecay: run.weight_decay,
        });
        expected.params.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
        expected.exp_avg.forEach((value, i) =>
          expect(Math.abs(first[i] - value)).toBeLessThan(1e-7 + 1e-6 * Math.abs(value)),
        );
        expected.exp_avg_sq.forEach((value, i) =>
          expect(Math.abs(second[i] - value)).toBeLessThan(1e-9 + 1e-6 * value),
        );
      });
    });
  }
});
