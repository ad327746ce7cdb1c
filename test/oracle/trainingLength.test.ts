import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors/userError.ts';
import { phaseSteps } from '../../src/recipe/length.ts';
import { hasOracle, oracle } from '../support/oracle.ts';

interface Case {
  examples: number;
  batch: number;
  accumulation: number;
  min_steps: number | null;
  max_steps: number | null;
  max_epochs: number | null;
  steps?: number;
  error?: string;
}

describe.skipIf(!hasOracle)('length of a phase, as the reference computes it', () => {
  const cases: Case[] = hasOracle
    ? (JSON.parse(readFileSync(join(oracle, 'training-length.json'), 'utf8')) as Case[])
    : [];

  it.each(cases)(
    '$examples examples, batch $batch x $accumulation, $min_steps-$max_steps, $max_epochs',
    (c) => {
      const length = { steps: null, epochs: c.max_epochs, minSteps: c.min_steps, maxSteps: c.max_steps };
      const run = () => phaseSteps(length, c.examples, c.batch, c.accumulation);
      if (c.error === undefined) {
        expect(run()).toBe(c.steps);
      } else {
        expect(run).toThrow(UserError);
        expect(run).toThrow(c.error.includes('min_steps') ? /minSteps/ : /neither/);
      }
    },
  );
});
