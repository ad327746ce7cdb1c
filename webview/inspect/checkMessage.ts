import * as z from 'zod/mini';
import { modules, lineOrders } from '../../src/protocol/inspect.ts';
import { dependences } from '../../src/protocol/session.ts';
import {
  diffMeasures,
  inspectTabs,
  inspectTopics,
  type InspectState,
  type ToInspector,
} from '../../src/protocol/inspectPanel.ts';

// What zod would compile is not allowed by the page's content security policy.
z.config({ jitless: true });

const number = z.number();
const text = z.string();
const textOrNull = z.nullable(text);
const optional = z.optional(number);
const column = z.enum(modules);
const place = z.object({ row: text, column });
const shape = z.array(number);

const listing = z.looseObject({
  file: text,
  name: text,
  kind: z.enum(['language', 'task', 'composed']),
  task: textOrNull,
  language: textOrNull,
  base: textOrNull,
  baseFingerprint: textOrNull,
  entries: number,
  density: z.nullable(number),
  bytes: number,
});

/** Sums by place, of which only cells and the whole are drawn. */
const table = <S extends z.core.$ZodLooseShape>(sums: S) =>
  z.looseObject({
    rows: z.array(text),
    columns: z.array(column),
    cells: z.array(z.looseObject({ row: text, column, ...sums })),
    all: z.looseObject(sums),
  });

const overview = z.looseObject({
  listing,
  density: table({ entries: number, total: optional, density: optional }),
  head: z.array(z.object({ name: text, shape })),
  labels: z.nullable(z.array(text)),
  recipe: textOrNull,
  metadata: z.array(z.tuple([text, text])),
  words: z.nullable(z.object({ rows: z.nullable(number) })),
});

const base = z.object({
  folder: text,
  name: text,
  heads: number,
  how: z.enum(['chosen', 'fingerprint', 'name']),
  isSame: z.nullable(z.boolean()),
});

const values = z.looseObject({
  count: number,
  zeros: number,
  mean: number,
  largest: number,
  quantiles: z.array(z.object({ fraction: number, value: number })),
  histogram: z.array(z.object({ exponent: number, count: number, negative: number })),
});

const query = z.object({ search: text, order: z.enum(lineOrders), from: number, count: number });
const page = z.object({
  from: number,
  lines: z.array(z.object({ line: number, token: textOrNull, entries: number, l1: number, l2: number })),
  moved: number,
  matched: number,
  perLine: number,
  most: number,
});

const part = z.looseObject({
  id: text,
  head: z.nullable(number),
  parameters: z.array(text),
  entries: number,
  total: z.nullable(number),
  l1: number,
  l2: number,
  by: z.nullable(z.enum(['row', 'column'])),
});

const lineage = z.object({
  parts: z.array(z.object({ name: text, coefficient: number, file: textOrNull })),
  pruned: z.nullable(z.object({ name: text, file: textOrNull, entries: number })),
  dependents: z.array(z.object({ file: text, on: text, how: z.enum(dependences) })),
});

const meeting = {
  entriesA: number,
  entriesB: number,
  onlyA: number,
  onlyB: number,
  both: number,
  equal: number,
  opposite: number,
  expected: optional,
  uniform: optional,
  timesChance: optional,
  signAgreement: optional,
  cosine: optional,
  energyA: optional,
  energyB: optional,
};
export const comparison = z.object({
  sfts: z.array(listing),
  pairs: z.array(z.object({ a: number, b: number, table: table(meeting) })),
  warnings: z.array(text),
});

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('overview'), overview, isChanged: z.boolean() }),
  z.object({ type: z.literal('base'), base: z.nullable(base) }),
  z.object({ type: z.literal('values'), values }),
  z.object({
    type: z.literal('lines'),
    base: textOrNull,
    of: z.nullable(z.object({ place, part: text })),
    query,
    page: z.nullable(page),
  }),
  z.object({ type: z.literal('parts'), base: textOrNull, place, parts: z.array(part) }),
  z.object({ type: z.literal('lineage'), lineage }),
  z.object({ type: z.literal('comparing'), files: z.array(text) }),
  z.object({ type: z.literal('comparison'), comparison }),
  z.object({ type: z.literal('gone') }),
  z.object({
    type: z.literal('problem'),
    topic: z.nullable(z.enum(inspectTopics)),
    what: text,
    advice: text,
    canForce: z.boolean(),
  }),
]);

/** A message from the host, or undefined for anything that is not shaped like one. */
export function checkToInspector(data: unknown): ToInspector | undefined {
  return message.safeParse(data).success ? (data as ToInspector) : undefined;
}

const state = z.object({
  files: z.array(text),
  tab: z.enum(inspectTabs),
  place: z.nullable(place),
  part: textOrNull,
  search: text,
  order: z.enum(lineOrders),
  base: textOrNull,
  measure: z.enum(diffMeasures),
  force: z.boolean(),
});

/** What the editor kept of a page, or undefined where it is not what we would keep. */
export function checkState(data: unknown): InspectState | undefined {
  const read = state.safeParse(data);
  return read.success ? read.data : undefined;
}
