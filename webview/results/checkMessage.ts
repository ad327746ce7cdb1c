import './jitless.ts';
import * as z from 'zod/mini';
import { blockSchema, shownSchema } from '../../src/protocol/cellOutcomes.ts';
import type { NotebookBlock, ShownOutcome, Staleness } from '../../src/protocol/notebook.ts';

/** A block that was asked for; null where it is not in the cache any more. */
export interface FoundBlock {
  readonly hash: string;
  readonly block: NotebookBlock | null;
}

const found: z.ZodMiniType<FoundBlock> = z.object({ hash: z.string(), block: z.nullable(blockSchema) });

/** Which outputs are stale, by their names; null for those that are not. */
export type StaleOutputs = Readonly<Record<string, Staleness | null>>;

const stale = z.object({
  type: z.literal('stale'),
  outputs: z.record(z.string(), z.nullable(z.enum(['text', 'above']))),
});

/** What a notebook's file or the host gave as an outcome, or undefined for anything that is none. */
export function checkOutcome(data: unknown): ShownOutcome | undefined {
  return shownSchema.safeParse(data).data;
}

/** A message from the host, or undefined for anything that is not shaped like one. */
export function checkFound(data: unknown): FoundBlock | undefined {
  return found.safeParse(data).data;
}

/** What the host says of stale outputs, or undefined for any other message. */
export function checkStale(data: unknown): StaleOutputs | undefined {
  return stale.safeParse(data).data?.outputs;
}
