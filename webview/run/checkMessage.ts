import * as z from 'zod/mini';
import type { RunEvent } from '../../src/protocol/events.ts';
import type { LiveStatus } from '../../src/protocol/liveRun.ts';
import type { ToRunPanel } from '../../src/protocol/runPanel.ts';

// What zod would compile is not allowed by the page's content security policy.
z.config({ jitless: true });

const number = z.number();
/** JSON has no numbers that are none: they come as null. */
const real = z.nullable(z.union([number, z.nan()]));
const text = z.string();
const place = { iteration: number, phase: z.enum(['full', 'sparse']) };
const histogram = z.object({ first: number, counts: z.array(number), unmoved: number });
const metrics = z.record(text, real);
const interval = z.object({ metric: text, low: real, high: real });
const byParameter = z.record(text, number);
const plan = z.looseObject({ ...place, steps: number });

const knownEvents = {
  start: z.looseObject({
    name: text,
    engine: text,
    k: number,
    maskable: number,
    maskableByParameter: z.optional(byParameter),
    by: z.optional(text),
    hasBudget: z.optional(z.boolean()),
    phases: z.array(plan),
  }),
  phase: plan,
  step: z.looseObject({
    ...place,
    step: number,
    loss: real,
    l1: real,
    gradientNorm: real,
    learningRate: real,
    tokens: number,
    seconds: real,
  }),
  validation: z.looseObject({ ...place, step: number, metrics, best: z.boolean(), seconds: real }),
  mask: z.looseObject({
    iteration: number,
    step: number,
    k: z.optional(number),
    threshold: real,
    overlap: z.nullable(number),
    byParameter,
    histogram,
  }),
  shortened: z.looseObject({ ...place, step: number, steps: number, reason: text }),
  kept: z.looseObject({ count: number, bytes: number, seconds: real }),
  movement: z.looseObject({ iteration: number, step: number, histogram }),
  select: z.looseObject({ iteration: number, threshold: real, byParameter }),
  rewind: z.looseObject({ iteration: number }),
  checkpoint: z.looseObject(place),
  note: z.looseObject({ text }),
  done: z.looseObject({
    seconds: real,
    entries: number,
    file: text,
    metrics,
    interval: z.optional(interval),
  }),
  stopped: z.looseObject({ reason: text }),
  failed: z.looseObject({ message: text }),
} satisfies Record<RunEvent['type'], z.ZodMiniType>;

/** An event of a kind that is not known yet is let through: it changes nothing. */
const event = z.looseObject({ type: text }).check(
  z.refine((value) => {
    const known = new Map<string, z.ZodMiniType>(Object.entries(knownEvents)).get(value.type);
    return known === undefined || known.safeParse(value).success;
  }),
);

const values = z.object({ mean: z.array(real), least: z.array(real), most: z.array(real) });
const series = z.looseObject({
  ...place,
  steps: number,
  width: number.check(z.positive()),
  counts: z.array(number),
  values: z.object({
    loss: values,
    l1: values,
    learningRate: values,
    gradientNorm: values,
    tokensPerSecond: values,
  }),
  sources: z.optional(z.record(z.string(), z.object({ counts: z.array(number), mean: z.array(real) }))),
});
const phase = z.looseObject({
  ...place,
  steps: number,
  done: number,
  last: z.nullable(knownEvents.step),
  smoothedLoss: real,
  secondsPerStep: real,
  tokensPerStep: real,
  validationSeconds: real,
  validations: z.array(knownEvents.validation),
  best: z.nullable(knownEvents.validation),
});
const view = z.looseObject({
  events: number,
  run: z.looseObject({
    status: z.enum(['starting', 'running', 'done', 'stopped', 'failed']),
    start: z.nullable(knownEvents.start),
    phases: z.array(phase),
    current: number,
    mask: z.optional(z.nullable(knownEvents.mask)),
    selections: z.array(knownEvents.select),
    notes: z.array(text),
    seconds: real,
    end: z.nullable(event),
  }),
  series: z.array(series),
  masks: z.looseObject({
    layout: z.object({
      rows: z.array(text),
      columns: z.array(text),
      cells: z.array(z.object({ row: number, column: number, total: z.nullable(number) })),
    }),
    frames: z.array(
      z.looseObject({
        iteration: number,
        step: z.nullable(number),
        threshold: real,
        overlap: z.nullable(number),
        counts: z.array(number),
        histogram: z.nullable(histogram),
      }),
    ),
    movements: z.array(z.looseObject({ iteration: number, step: number, histogram })),
  }),
});
const heading = z.looseObject({
  name: text,
  folder: text,
  kind: text,
  task: text,
  base: text,
  metric: z.nullable(text),
  size: z.nullable(number),
});
/** All of them: the type makes sure that none is forgotten, whose messages would be dropped. */
const statuses = {
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  stopping: 'stopping',
} as const satisfies { readonly [Status in LiveStatus]: Status };
const presence = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('live'),
    live: z.looseObject({
      status: z.enum(statuses),
      position: z.nullable(number),
      memory: number,
      node: text,
      pid: number,
      k: z.optional(z.nullable(number)),
    }),
  }),
  z.looseObject({
    kind: z.literal('ended'),
    end: z.looseObject({
      outcome: z.enum(['done', 'stopped', 'failed', 'interrupted']),
      cause: z.nullable(z.looseObject({ what: text, advice: text, log: z.array(text) })),
      resumable: z.boolean(),
    }),
  }),
  z.looseObject({ kind: z.literal('elsewhere'), what: text, advice: text }),
  z.looseObject({ kind: z.literal('gone') }),
]);

const whatIf = z.looseObject({
  maskable: number,
  moved: number,
  own: number,
  masks: z.array(
    z.looseObject({
      k: number,
      threshold: real,
      uncertain: number,
      places: z.array(z.looseObject({ row: text, column: text, entries: number })),
    }),
  ),
});

const message = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('view'), heading, view, presence }),
  z.looseObject({ type: z.literal('events'), from: number, events: z.array(event) }),
  z.looseObject({ type: z.literal('presence'), presence, heading }),
  z.looseObject({ type: z.literal('log'), text, truncated: z.boolean() }),
  z.looseObject({ type: z.literal('recipe'), text }),
  z.looseObject({ type: z.literal('overlay'), folder: text, name: text, view }),
  z.looseObject({ type: z.literal('overlayGone'), folder: text }),
  z.looseObject({
    type: z.literal('kAnswer'),
    k: number,
    answer: z.union([z.enum(['asked', 'taken']), z.looseObject({ what: text, advice: text })]),
  }),
  z.looseObject({
    type: z.literal('whatIf'),
    found: z.union([whatIf, z.looseObject({ what: text, advice: text })]),
  }),
  z.looseObject({ type: z.literal('problem'), what: text, advice: text }),
]);

/** A message from the host, or undefined for anything that is not shaped like one. */
export function checkToRunPanel(data: unknown): ToRunPanel | undefined {
  return message.safeParse(data).success ? (data as ToRunPanel) : undefined;
}

const state = z.object({
  folder: text,
  tab: z.enum(['charts', 'table', 'recipe', 'log']),
  zoom: z.nullable(z.tuple([number, number])),
  frame: z.nullable(number.check(z.nonnegative())),
  moment: z.optional(z.tuple([number, number, z.nullable(number)])),
  mapTable: z.optional(z.boolean()),
  hidden: z.array(text),
  overlays: z.array(text),
});

/** What the editor kept of a panel, or undefined where it is not what we would keep. */
export function checkState(data: unknown): z.infer<typeof state> | undefined {
  const read = state.safeParse(data);
  return read.success ? read.data : undefined;
}
