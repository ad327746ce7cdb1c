import * as z from 'zod/mini';
import type { ToResultsPanel } from '../../src/protocol/resultsPanel.ts';

// What zod would compile is not allowed by the page's content security policy.
z.config({ jitless: true });

const number = z.number();
const numberOrNull = z.nullable(number);
const text = z.string();

const message: z.ZodMiniType<ToResultsPanel> = z.object({
  type: z.literal('results'),
  results: z.array(
    z.object({
      date: text,
      base: z.object({ name: text, fingerprint: text }),
      sfts: z.array(
        z.object({
          name: text,
          file: text,
          hash: text,
          made: z.optional(text),
          coefficient: number,
          form: z.optional(z.object({ name: text, of: text })),
        }),
      ),
      rule: text,
      data: z.object({ file: text, sha256: text }),
      metric: text,
      value: numberOrNull,
      low: numberOrNull,
      high: numberOrNull,
      metrics: z.record(text, numberOrNull),
      examples: number,
      of: number,
      units: number,
      role: z.nullable(z.enum(['dev', 'test'])),
      tuned: z.boolean(),
    }),
  ),
});

/** A message from the host, or undefined for anything that is not shaped like one. */
export function checkToResultsPanel(data: unknown): ToResultsPanel | undefined {
  return message.safeParse(data).data;
}
