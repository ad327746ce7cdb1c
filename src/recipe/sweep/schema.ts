import * as z from 'zod';
import type { SchemaNode } from '../fields.ts';

/** Texts that name files. */
const naming = (names: NonNullable<SchemaNode['names']>) =>
  z
    .string()
    .min(1)
    .meta({ names } satisfies Pick<SchemaNode, 'names'>);

/** Values of a field one after the other, or a range of numbers. */
const range = z
  .strictObject({
    from: z.number().describe('The first value, or the smallest one of a random search.'),
    to: z.number().describe('The last value, or the largest one of a random search.'),
    steps: z
      .int()
      .min(2)
      .max(1000)
      .optional()
      .describe(
        'How many values, both ends included. A grid needs it; a random search draws from the range.',
      ),
    scale: z
      .enum(['linear', 'log'])
      .optional()
      .describe('Whether values lie at equal distances or at equal ratios. Default: linear.'),
    whole: z.boolean().optional().describe('Whether values are rounded to whole numbers. Default: false.'),
  })
  .describe('A range of numbers: { from, to, steps, scale: log }.');

const rows = (column: string) =>
  z
    .union([
      naming('table'),
      z
        .array(
          z.union([
            z.string().min(1),
            z.record(z.string().regex(/^[A-Za-z_][\w-]*$/, 'the name of a column'), z.string()),
          ]),
        )
        .min(1)
        .max(10_000),
    ])
    .describe(
      `A table (.tsv, .csv or .jsonl with a header), or a list of names or of rows: every row is a run of its own, and its columns fill placeholders such as {${column}} in the texts of the recipe. Names alone are the column ${column}.`,
    );

const evaluation = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('What its column of the matrix is called. Default: the name of the data file.'),
    data: naming('data').describe(
      'The test file: labelled data or raw text. Relative to the folder of the sweep.',
    ),
    add: z
      .union([naming('reference'), z.array(naming('reference')).min(1).max(64)])
      .optional()
      .describe("SFTs that are added to each run's own one: FILE or FILE@coefficient, one or a list."),
    each: rows('target')
      .optional()
      .describe(
        'A table or a list, as languages has it: the evaluation is made for every row of it, whose columns fill further placeholders such as {target}.',
      ),
    column: z
      .enum(['upos', 'xpos', 'feats', 'deprel', 'tag'])
      .optional()
      .describe('Column of the test file that holds the tags. Default: that of the recipe.'),
    text: z.string().min(1).optional().describe('Column of a table that holds the text.'),
    pair: z.string().min(1).optional().describe('Column of a table that holds the second text.'),
    label: z.string().min(1).optional().describe('Column of a table that holds the label.'),
    language: z
      .string()
      .min(1)
      .optional()
      .describe('Language of the data, by which answers to questions are compared.'),
  })
  .describe('A composition and the test file on which it is evaluated.');

const sweep = z
  .strictObject({
    recipe: z
      .union([naming('recipe'), z.record(z.string(), z.unknown())])
      .describe('The recipe that every run starts from: its file (NAME.sft.yaml), or the recipe itself.'),
    vary: z
      .record(z.string().min(1), z.union([z.array(z.unknown()).min(1).max(10_000), range]))
      .optional()
      .describe(
        'Fields of the recipe, such as select.density, and the values that they take: a list, or a range { from, to, steps, scale: log }.',
      ),
    languages: rows('language').optional(),
    tasks: rows('task').optional(),
    seeds: z
      .array(z.int().min(0).max(4294967295))
      .min(1)
      .max(10_000)
      .optional()
      .describe("Every run is made once with each of these seeds. Default: the recipe's own seed."),
    search: z
      .union([
        z.literal('grid'),
        z.strictObject({
          random: z.int().min(1).max(100_000).describe('How many combinations of values are drawn.'),
          seed: z.int().min(0).max(4294967295).optional().describe('Of the drawing. Default: 0.'),
        }),
      ])
      .optional()
      .describe(
        'grid: every combination of the values; { random: N, seed: S }: so many, drawn at random. Default: grid.',
      ),
    evaluate: z
      .array(evaluation)
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'What is evaluated for the matrix once runs are done. Default: what the runs say themselves.',
      ),
  })
  .describe('A sweep: one recipe, trained with many settings.');

/** What a sweep's file may hold, as it is written. */
export const sweepSchema = sweep;
export type Sweep = z.infer<typeof sweep>;
export type SweepRange = z.infer<typeof range>;
export type SweepRows = z.infer<ReturnType<typeof rows>>;
export type SweepEvaluation = z.infer<typeof evaluation>;

/** The sweep's JSON Schema, for editors: completion and hover. */
export function sweepJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(sweep), title: 'Sweep of sparse fine-tunings (NAME.sweep.yaml)' };
}
