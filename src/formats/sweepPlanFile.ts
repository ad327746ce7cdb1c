import * as z from 'zod';
import { readJsonFile } from './jsonFile.ts';

const schema = z.object({
  version: z.literal(1),
  threads: z.int().positive().nullable(),
  runs: z.array(z.object({ name: z.string(), needs: z.string().nullable() })),
});

/** `plan.json` of a sweep: its runs, and for each the one whose full phase it needs. */
export type SweepPlanFile = z.infer<typeof schema>;

/** Reads a sweep's plan; undefined where there is none, or none of this version. @throws Error of the file system */
export function readSweepPlan(file: string): Promise<SweepPlanFile | undefined> {
  return readJsonFile(file, schema);
}

export function sweepPlanText(plan: Omit<SweepPlanFile, 'version'>): string {
  return `${JSON.stringify({ version: 1, ...plan }, null, 1)}\n`;
}
