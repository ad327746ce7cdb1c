import * as fc from 'fast-check';

import { UserError } from '../../src/core/errors/userError.ts';
import { fuzzRuns, mutations } from './mutate.ts';

/** Reads damaged copies of `good`: each must be read or refused with a UserError, and both must occur. */
export function expectReadOrUserError(good: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(mutations(good), (bytes) => {
      try {
        read(bytes);
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        outcomes.refused++;
      }
    }),
    { numRuns: fuzzRuns },
  );
  if (outcomes.read === 0 || outcomes.refused === 0)
    throw new Error(`one-sided: ${JSON.stringify(outcomes)}`);
}
