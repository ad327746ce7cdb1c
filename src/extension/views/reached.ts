import type { ResultRecord } from '../../protocol/results.ts';
import type { SftListing } from '../../protocol/session.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Services } from '../services.ts';

/** The evaluations of an SFT as it is now, the newest first; none where the record cannot be read. */
export async function reachedBy(
  services: Services,
  { file, date }: Pick<SftListing, 'file' | 'date'>,
): Promise<readonly ResultRecord[]> {
  try {
    return await (await services.session()).ask('results', { filter: { of: { file, date } } });
  } catch (error) {
    if (error instanceof SftProblem) return [];
    throw error;
  }
}
