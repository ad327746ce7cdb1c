import { appendResult } from '../../home/resultsRecord.ts';
import type { Evaluated, Evaluator, Setting } from './evaluator.ts';
import { resultOf } from './resultOf.ts';
import { wasTunedOn } from './tunedOn.ts';

/** What is said of an evaluation by whoever asked for it. */
export interface ResultNote {
  readonly role?: 'dev' | 'test' | undefined;
  /** Whether its SFTs were chosen by figures on this file; where that is not given, the record says it (`wasTunedOn`). */
  readonly tuned?: boolean | undefined;
}

/**
 * Adds an evaluation on a data file to the record `results`; gives whether it is marked as tuned on this file.
 * @throws UserError of reading the data file; `file-unwritable`
 */
export async function recordResult(
  results: string,
  evaluator: Evaluator,
  setting: Setting,
  data: string,
  { found, role, ...note }: ResultNote & { readonly found: Evaluated },
): Promise<boolean> {
  const tuned = note.tuned ?? (await wasTunedOn(results, data, found.terms));
  await appendResult(results, await resultOf(evaluator, setting, data, found, { role, tuned }));
  return tuned;
}
