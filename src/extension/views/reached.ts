import type { ResultRecord } from '../../protocol/results.ts';
import type { SftListing } from '../../protocol/session.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Services } from '../services.ts';

/** The evaluations of an SFT as it is now, the newest last; none where the record cannot be read. */
export async function reachedBy(
  services: Services,
  { file, date }: Pick<SftListing, 'file' | 'date'>,
): Promise<readonly ResultRecord[]> {
  try {
    const results = await (await services.session()).ask('results', { filter: { sft: file } });
    return reachedOf(results, { file, date });
  } catch (error) {
    if (error instanceof SftProblem) return [];
    throw error;
  }
}

/** Those of results that are of this file, since it was made: an earlier one of its name was another SFT. */
export function reachedOf(
  results: readonly ResultRecord[],
  { file, date }: Pick<SftListing, 'file' | 'date'>,
): readonly ResultRecord[] {
  return results
    .filter(
      (result) => result.sfts.some((sft) => sft.file === file) && (date === null || result.date >= date),
    )
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}
