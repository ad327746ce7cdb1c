import * as z from 'zod/mini';
import {
  cellKinds,
  wordColumns,
  type CellOutput,
  type CellProblem,
  type NotebookBlock,
  type ShownOutcome,
} from './notebook.ts';

const number = z.nullable(z.number());
const text = z.string();
const example = z.object({
  place: text,
  items: z.array(z.object({ text, gold: text, predicted: z.nullable(text) })),
});

const block: z.ZodMiniType<NotebookBlock> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('table'),
    title: text,
    columns: z.array(text),
    rows: z.array(z.array(z.object({ text, strong: z.optional(z.boolean()), note: z.optional(text) }))),
  }),
  z.object({ type: z.literal('text'), tone: z.enum(['note', 'warning']), lines: z.array(text) }),
  z.object({
    type: z.literal('labels'),
    title: text,
    rows: z.array(
      z.object({
        label: text,
        precision: z.number(),
        recall: z.number(),
        f1: z.number(),
        support: z.number(),
        strict: z.optional(z.object({ precision: z.number(), recall: z.number(), f1: z.number() })),
      }),
    ),
  }),
  z.object({
    type: z.literal('confusion'),
    title: text,
    gold: z.array(text),
    predicted: z.array(text),
    counts: z.array(z.array(z.number())),
  }),
  z.object({
    type: z.literal('examples'),
    title: text,
    examples: z.array(example),
    of: z.number(),
    column: z.optional(z.enum(wordColumns)),
    rest: z.optional(text),
  }),
  z.object({
    type: z.literal('curve'),
    title: text,
    x: text,
    metric: text,
    points: z.array(z.object({ x: z.number(), value: number, low: number, high: number })),
  }),
  z.object({
    type: z.literal('bars'),
    title: text,
    metric: text,
    bars: z.array(z.object({ name: text, value: number, low: number, high: number })),
  }),
  z.object({
    type: z.literal('map'),
    title: text,
    x: text,
    y: text,
    metric: text,
    xs: z.array(z.number()),
    ys: z.array(z.number()),
    values: z.array(z.array(number)),
  }),
  z.object({
    type: z.literal('places'),
    title: text,
    layers: z.array(text),
    modules: z.array(text),
    texts: z.array(z.array(text)),
    shades: z.array(z.array(z.number())),
  }),
  z.object({
    type: z.literal('claims'),
    claims: z.array(z.object({ claim: text, holds: z.boolean(), found: text })),
  }),
  z.object({ type: z.literal('kept'), title: text, hash: text, bytes: z.number() }),
]);

export const blockSchema = block;

const figureFields = {
  figures: z.array(
    z.object({
      system: text,
      on: text,
      metric: text,
      value: number,
      low: number,
      high: number,
      seeds: z.number(),
      tuned: z.boolean(),
    }),
  ),
  comparisons: z.array(z.object({ a: text, b: text, on: text, difference: number, p: number })),
};

/** What expectations may name, where it lies in the cache. */
export const figuresSchema: z.ZodMiniType<Pick<CellOutput, 'figures' | 'comparisons'>> =
  z.object(figureFields);

const from = z.optional(z.object({ text, above: z.optional(text) }));

/** What a cell gave, as a file holds it. */
export const outputSchema: z.ZodMiniType<CellOutput> = z.object({
  kind: z.enum(cellKinds),
  blocks: z.array(block),
  ...figureFields,
  rest: z.optional(text),
  from,
});

export const problemSchema: z.ZodMiniType<CellProblem> = z.object({
  code: text,
  what: text,
  advice: text,
  line: z.optional(z.number()),
  from,
});

/** What an editor shows of a cell. */
export const shownSchema: z.ZodMiniType<ShownOutcome> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), output: outputSchema }),
  z.object({ state: z.literal('failed'), problem: problemSchema }),
  z.object({ state: z.literal('interrupted') }),
  z.object({ state: z.literal('running'), progress: z.optional(text) }),
]);
