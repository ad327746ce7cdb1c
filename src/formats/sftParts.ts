import type { SparseDiff } from '../core/sft.ts';
import { lowerBound } from '../core/search.ts';
import { brokenSft } from './sftCheck.ts';
import type { OpenSft } from './sftReader.ts';

/** Entries that are in memory at once: 8 MB. */
const partEntries = 2 ** 20;

type Source = Pick<OpenSft, 'file' | 'counts' | 'readPart'>;

/**
 * Calls back with the entries of a parameter in the order of their indices, part by part, so that memory stays bounded
 * however many there are.
 * @throws UserError `sft-broken` and those of reading; what `signal` was aborted with
 */
export async function forEachPart(
  sft: Source,
  parameter: string,
  signal: AbortSignal | undefined,
  use: (part: SparseDiff) => void,
): Promise<void> {
  const count = sft.counts.get(parameter) ?? 0;
  let last = -1;
  for (let from = 0; from < count; from += partEntries) {
    signal?.throwIfAborted();
    const part = await nextPart(sft, parameter, from, Math.min(count, from + partEntries), last);
    last = part.indices[part.indices.length - 1];
    use(part);
  }
}

/** Entries of a parameter by ascending windows of indices. */
export interface EntryStream {
  /** Those that have not been given yet and whose indices lie below `end`. */
  below(end: number): Promise<SparseDiff>;
  /** Whether all have been given. */
  isAtEnd(): boolean;
}

/** Reads a parameter window by window; of one that the file does not have there are no entries. */
export function streamEntries(sft: Source, parameter: string): EntryStream {
  const count = sft.counts.get(parameter) ?? 0;
  let read = 0;
  let last = -1;
  let rest: SparseDiff = { indices: new Uint32Array(0), values: new Float32Array(0) };
  return {
    async below(end) {
      const parts: SparseDiff[] = [];
      for (;;) {
        const at = lowerBound(rest.indices, end);
        parts.push(slice(rest, 0, at));
        rest = slice(rest, at, rest.indices.length);
        if (rest.indices.length > 0 || read === count) break;
        const to = Math.min(count, read + partEntries);
        rest = await nextPart(sft, parameter, read, to, last);
        last = rest.indices[rest.indices.length - 1];
        read = to;
      }
      return joined(parts.filter(({ indices }) => indices.length > 0));
    },
    isAtEnd: () => read === count && rest.indices.length === 0,
  };
}

async function nextPart(
  sft: Source,
  parameter: string,
  from: number,
  to: number,
  last: number,
): Promise<SparseDiff> {
  const part = await sft.readPart(parameter, { from, to });
  if (part.indices[0] <= last) throw brokenSft(parameter, 'the indices do not ascend', sft.file);
  return part;
}

function slice({ indices, values }: SparseDiff, from: number, to: number): SparseDiff {
  return { indices: indices.subarray(from, to), values: values.subarray(from, to) };
}

function joined(parts: readonly SparseDiff[]): SparseDiff {
  if (parts.length === 1) return parts[0];
  const length = parts.reduce((sum, { indices }) => sum + indices.length, 0);
  const [indices, values] = [new Uint32Array(length), new Float32Array(length)];
  let at = 0;
  for (const part of parts) {
    indices.set(part.indices, at);
    values.set(part.values, at);
    at += part.indices.length;
  }
  return { indices, values };
}
