import * as z from 'zod/mini';
import { compositionRules } from '../../src/protocol/compose.ts';
import { evaluationStates, type ToCompose } from '../../src/protocol/composePanel.ts';
import { comparison } from '../inspect/checkMessage.ts';
import { type ComposeState, pairMeasures } from './model.ts';

// What zod would compile is not allowed by the page's content security policy.
z.config({ jitless: true });

const number = z.number();
const numberOrNull = z.nullable(number);
const text = z.string();
const told = z.object({ what: text, advice: text });
const toldOrNull = z.nullable(told);

const problem = z.nullable(z.object({ what: text, advice: text, canForce: z.boolean() }));

const setting = z.object({
  rows: z.array(z.object({ file: text, coefficient: number, on: z.boolean() })),
  rule: z.enum(compositionRules),
  head: z.nullable(text),
  force: z.boolean(),
});
const interval = { value: numberOrNull, low: numberOrNull, high: numberOrNull };
const figure = z.nullable(
  z.object({ key: text, metric: text, ...interval, examples: number, of: number, units: number }),
);
const evaluation = z.object({
  state: z.enum(evaluationStates),
  progress: z.nullable(z.object({ done: number, of: number })),
  reading: numberOrNull,
  quick: figure,
  whole: figure,
  isTuned: z.boolean(),
  warnings: z.array(text),
  problem,
});
const sft = z.object({
  name: text,
  kind: z.nullable(z.enum(['language', 'task', 'composed'])),
  task: z.nullable(text),
  entries: numberOrNull,
  density: numberOrNull,
  hasHead: z.boolean(),
  problem: toldOrNull,
});
const sweep = z.object({
  axes: z.array(z.object({ file: text, from: number, to: number, count: number })),
  setting: z.nullable(setting),
  file: text,
  data: text,
  metric: z.nullable(text),
  points: z.array(z.object({ coefficients: z.array(number), ...interval })),
  of: number,
  examples: numberOrNull,
  isRunning: z.boolean(),
  problem: toldOrNull,
});

const message = z.object({
  type: z.literal('patch'),
  number,
  part: z.partial(
    z.object({
      name: text,
      isTrusted: z.boolean(),
      problem: toldOrNull,
      setting,
      sfts: z.record(text, sft),
      base: z.union([z.null(), z.literal('looking'), z.object({ folder: text, name: text })]),
      data: z.nullable(
        z.object({
          file: text,
          name: text,
          role: z.enum(['dev', 'test']),
          columns: z.nullable(z.array(text)),
        }),
      ),
      evaluation,
      reference: z.nullable(z.object({ name: text, isChosen: z.boolean() })),
      difference: z.nullable(
        z.object({ key: text, to: text, ...interval, p: numberOrNull, problem: toldOrNull }),
      ),
      history: z.array(
        z.object({
          setting,
          data: text,
          figure: z.object({ metric: text, ...interval, examples: number }),
          time: text,
        }),
      ),
      pairs: z.nullable(comparison),
      pairsProblem: problem,
      sweep: z.nullable(sweep),
    }),
  ),
});

/** A message from the host, or undefined for anything that is not shaped like one. */
export function checkToCompose(data: unknown): ToCompose | undefined {
  return message.safeParse(data).success ? (data as ToCompose) : undefined;
}

const axis = z.object({ file: z.nullable(text), from: number, to: number, count: number });
const state = z.object({
  pair: z.nullable(z.tuple([text, text])),
  measure: z.enum(pairMeasures),
  axes: z.nullable(z.tuple([axis, axis])),
  isWhole: z.boolean(),
  tables: z.array(text),
});

/** What the editor kept of a page, or undefined where it is not what we would keep. */
export function checkState(data: unknown): ComposeState | undefined {
  const read = state.safeParse(data);
  return read.success ? read.data : undefined;
}
