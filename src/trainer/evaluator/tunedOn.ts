import { readResults } from '../../home/resultsRecord.ts';
import type { LoadedTerm } from '../../library/terms.ts';
import { sftHash } from '../../library/sftHash.ts';
import { isOfForms, type ResultRecord } from '../../protocol/results.ts';
import { dataHash } from './dataHash.ts';

/** What of an SFT says by which choices it came to be. */
type Chosen = Pick<LoadedTerm, 'sft' | 'metadata'>;

/** Whether an evaluation's SFTs were chosen by figures on this very file (`choicesOf`). @throws UserError of reading the data file or the record */
export async function wasTunedOn(results: string, data: string, terms: readonly Chosen[]): Promise<boolean> {
  if (terms.length === 0) return false;
  const sha256 = await dataHash(data);
  const onIt = (await readResults(results, sha256)).filter((result) => result.data.sha256 === sha256);
  return choicesOf(onIt, terms).length > 0;
}

/**
 * The results by which one of these SFTs was chosen: evaluations at several coefficients, of it or of what it was composed or pruned
 * from; and evaluations in several forms of itself or of what it was pruned from. All by content, wherever the files lie now.
 */
export function choicesOf(results: readonly ResultRecord[], terms: readonly Chosen[]): ResultRecord[] {
  const candidates = results.filter((result) => result.tuned || isOfForms(result));
  if (candidates.length === 0) return [];
  const hashes = new Set(terms.flatMap(hashesOf));
  const wholes = new Set(terms.flatMap(({ metadata: { pruned } }) => pruned?.fingerprint ?? []));
  return candidates.filter(({ tuned, sfts }) =>
    sfts.some(
      ({ hash, form }) =>
        ((tuned || form !== undefined) && hashes.has(hash)) || (form !== undefined && wholes.has(form.of)),
    ),
  );
}

/** Its own hash, and those of what it was made of. */
function hashesOf({ sft, metadata: { parts = [], trained = [], pruned } }: Chosen): string[] {
  const made = [...[...parts, ...trained].map(({ fingerprint }) => fingerprint), pruned?.fingerprint];
  return [sftHash(sft), ...made.filter((hash) => hash !== undefined)];
}
