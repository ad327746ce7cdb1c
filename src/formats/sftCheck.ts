import { userError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';

/** @throws UserError `sft-broken`: indices that do not ascend or lie outside, values that are not finite */
export function checkSft({ diffs, abs }: Sft, file: string): void {
  for (const [parameter, { indices, values, shape }] of diffs) {
    if (indices.length !== values.length) {
      throw brokenSft(parameter, `there are ${indices.length} indices and ${values.length} values`, file);
    }
    if (!ascends(indices)) throw brokenSft(parameter, 'the indices do not ascend', file);
    if (!allFinite(values)) throw brokenSft(parameter, 'a value is not a finite number', file);
    const size = shape?.reduce((product, n) => product * n, 1) ?? Infinity;
    const last = indices.length === 0 ? -1 : indices[indices.length - 1];
    if (last >= size) throw brokenSft(parameter, `index ${last} lies outside its ${size} entries`, file);
  }
  for (const [parameter, { values }] of abs) {
    if (!allFinite(values)) throw brokenSft(parameter, 'a value is not a finite number', file);
  }
}

function ascends(indices: Uint32Array): boolean {
  for (let i = 1; i < indices.length; i++) if (indices[i] <= indices[i - 1]) return false;
  return true;
}

function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0; // NaN as soon as one is NaN or infinite
  return sum === 0;
}

/** The error for entries of a parameter that are not sound. */
export function brokenSft(parameter: string, reason: string, file: string): Error {
  return userError('sft-broken', { parameter, reason }, { file });
}
