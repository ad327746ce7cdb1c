import * as z from 'zod';
import type { RunEvent } from '../protocol/events.ts';

const count = z.number().int().nonnegative();
/** JSON has no infinite and undefined numbers: they were written as null. */
const real = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);
const text = z.string();
const place = { iteration: count, phase: z.enum(['full', 'sparse']) };
const histogram = z.object({ first: z.number().int(), counts: z.array(count), unmoved: count });
const plan = z.object({ ...place, steps: count });

/** The events of `protocol/events.ts`, as they are read back; fields that are not known are dropped. */
export const eventSchema: z.ZodType<RunEvent> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('step'),
    ...place,
    step: count,
    loss: real,
    l1: real,
    gradientNorm: real,
    learningRate: real,
    tokens: count,
    seconds: real,
    lossBySource: z.record(text, real).optional(),
  }),
  z.object({
    type: z.literal('start'),
    version: z.literal(1),
    time: text,
    name: text,
    engine: text,
    threads: count,
    seed: count,
    k: count,
    maskable: count,
    parameters: count,
    maskableByParameter: z.record(text, count).optional(),
    by: text.optional(),
    hasBudget: z.boolean().optional(),
    phases: z.array(plan),
  }),
  plan.extend({ type: z.literal('phase') }),
  z.object({
    type: z.literal('shortened'),
    iteration: count,
    phase: z.literal('full'),
    step: count,
    steps: count,
    reason: z.enum(['asked', 'settled']),
  }),
  z.object({ type: z.literal('kept'), count, moved: count, bytes: count, seconds: real }),
  z.object({
    type: z.literal('validation'),
    ...place,
    step: count,
    metric: text,
    metrics: z.record(text, real),
    best: z.boolean(),
    seconds: real,
  }),
  z.object({
    type: z.literal('mask'),
    iteration: count,
    phase: z.literal('full'),
    step: count,
    k: count.optional(),
    threshold: real,
    overlap: z.number().nullable(),
    byParameter: z.record(text, count),
    histogram,
    seconds: real,
  }),
  z.object({
    type: z.literal('movement'),
    iteration: count,
    phase: z.literal('sparse'),
    step: count,
    histogram,
    seconds: real,
  }),
  z.object({
    type: z.literal('select'),
    iteration: count,
    by: text,
    k: count,
    chosen: count,
    threshold: real,
    byParameter: z.record(text, count),
    seconds: real,
  }),
  z.object({ type: z.literal('rewind'), iteration: count }),
  z.object({ type: z.literal('checkpoint'), ...place, step: count }),
  z.object({ type: z.literal('note'), text }),
  z.object({
    type: z.literal('done'),
    time: text,
    seconds: real,
    file: text,
    entries: count,
    metrics: z.record(text, real),
    interval: z.object({ metric: text, low: real, high: real }).optional(),
  }),
  z.object({ type: z.literal('stopped'), time: text, reason: text }),
  z.object({ type: z.literal('failed'), time: text, code: text, message: text }),
]);
