import * as z from 'zod';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { readJsonFile } from '../formats/jsonFile.ts';
import type { RunPaths } from './runFolder.ts';

const placeSchema = z.object({
  /** How many runs may compute at once, this one included. */
  beside: z.number().int().positive().optional(),
  /** Megabytes. */
  needs: z.number().positive().optional(),
  priority: z.number().int().optional(),
  /** It computes at once, whatever else does. */
  skips: z.boolean().optional(),
});

/** How a run shares the machine with others, as `sft train` is told it. */
export type QueuePlace = Readonly<z.infer<typeof placeSchema>>;

/**
 * The place of a run among those of its machine: as it is told now, else as it was told before. It is kept in the run's folder, so that
 * whoever resumes the run need not say it again. @throws UserError `file-unwritable`, `file-disk-full`
 */
export async function keepQueuePlace(
  { queue: file }: Pick<RunPaths, 'queue'>,
  told: QueuePlace,
): Promise<QueuePlace> {
  const kept = (await readJsonFile(file, placeSchema)) ?? {};
  const place = placeSchema.parse({ ...kept, ...said(told) });
  const text = `${JSON.stringify(place)}\n`;
  if (text !== `${JSON.stringify(kept)}\n`) await writeTextAtomically(file, text);
  return place;
}

/** Whether anything is told. */
export function tellsPlace(place: QueuePlace): boolean {
  return Object.keys(said(place)).length > 0;
}

function said(place: QueuePlace): QueuePlace {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
