import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type ErrorCode, UserError } from '../../src/core/errors/userError.ts';
import { fuzzRuns, mutations } from './mutate.ts';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sft-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Expects a UserError with this code, and gives it. */
export async function refused(code: ErrorCode, run: () => unknown): Promise<UserError> {
  let error: unknown;
  try {
    await run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).code).toBe(code);
  return error as UserError;
}

/** Reads damaged copies of a file: each must be read or refused with a UserError that names it; the sound one is read, and some are refused. */
export async function expectFileReadOrUserError(
  good: string,
  read: (path: string) => Promise<unknown>,
): Promise<void> {
  await expectDamagedReadOrUserError(readFileSync(good), 'damaged', (bytes) => bytes, read);
}

/** The same of a file called `name` of which a part is damaged: `whole` makes the file of copies of `good`. */
export async function expectDamagedReadOrUserError(
  good: Uint8Array,
  name: string,
  whole: (damaged: Uint8Array) => Uint8Array,
  read: (path: string) => Promise<unknown>,
): Promise<void> {
  const path = join(temporaryFolder(), name);
  // Where a checksum covers everything, no damaged file is ever read: the sound one is.
  writeFileSync(path, whole(good));
  await read(path);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutations(good), async (bytes) => {
      writeFileSync(path, whole(bytes));
      try {
        await read(path);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.place?.file).toBe(path);
        refused++;
      }
    }),
    { numRuns: fuzzRuns },
  );
  expect(refused).toBeGreaterThan(0);
}
