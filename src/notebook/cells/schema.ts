import * as z from 'zod';
import { compositionRules } from '../../core/compositionRules.ts';
import { blockKinds } from '../../core/sftBlocks.ts';
import type { SchemaNode } from '../../recipe/fields.ts';
import { taskNames } from '../../recipe/taskNames.ts';
import { cellKinds, type CellKind } from '../../protocol/notebook.ts';

// Defaults are not here but where cells run; the descriptions only name them, for whoever hovers over a field.

type Names = Pick<SchemaNode, 'names'>;

const path = z.string().min(1).max(4096);
/** Paths that say what they name, for completion and links (`files.ts`). */
const sftPath = path.meta({ names: 'sft' } satisfies Names);
const sftReference = path.meta({ names: 'reference' } satisfies Names);
const dataPath = path.meta({ names: 'data' } satisfies Names);
const textPath = path.meta({ names: 'text' } satisfies Names);
const basePath = path.meta({ names: 'base' } satisfies Names);
const name = z.string().min(1).max(200);

const reference = z
  .union([
    sftReference,
    z.strictObject({
      sft: sftPath.describe("SFT file; relative to the notebook's folder, or hf:ORG/NAME."),
      coefficient: z
        .number()
        .min(-1000)
        .max(1000)
        .optional()
        .describe('What its values are multiplied by. Default: 1.'),
    }),
  ])
  .describe('FILE, FILE@COEFFICIENT, or a group of sft and coefficient.');

const references = z.array(reference).max(32);

const composition = z
  .union([sftReference, references])
  .describe('SFTs that are added to the base: a file, a list of files (FILE@COEFFICIENT), or base for none.');

const dataFields = {
  file: dataPath.describe("Labelled data or raw text; relative to the notebook's folder."),
  name: name.optional().describe("What tables call it. Default: the file's name."),
  role: z
    .enum(['dev', 'test'])
    .optional()
    .describe('What the file is for: choosing (dev) or reporting (test).'),
  column: z
    .enum(['upos', 'xpos', 'feats', 'deprel', 'tag'])
    .optional()
    .describe("Column that holds the tags. Default: the SFT's recipe."),
  text: name.optional().describe('Column of a table that holds the text.'),
  pair: name.optional().describe('Column that holds the second text.'),
  label: name.optional().describe('Column that holds the label.'),
  rename: z.record(z.string(), z.string()).optional().describe('Labels that the file writes otherwise.'),
  decoding: z.enum(['tree', 'greedy']).optional().describe('How a parser chooses heads. Default: tree.'),
  language: name.optional().describe('Language of the data, by which answers to questions are compared.'),
  task: z.enum(taskNames).optional().describe('What the head is for, for an SFT that does not say it.'),
  labels: z.array(z.string()).optional().describe("The head's labels, for an SFT that does not say them."),
  blockSize: z.int().min(4).max(100_000).optional().describe('Word pieces of a block of raw text.'),
};

const dataFile = z
  .union([dataPath, z.strictObject(dataFields)])
  .describe('A data file: its path, or a group with file, role and how it is read.');
const dataFiles = z
  .union([dataPath, z.strictObject(dataFields), z.array(dataFile).min(1).max(200)])
  .describe('Data files: a path, a group of file and role, or a list of these.');

const base = basePath
  .optional()
  .describe('Base model: a Hugging Face folder, or hf:ORG/NAME. Default: that of the cell above.');

const evaluation = {
  metric: name.optional().describe("accuracy, macroF1, f1, f1Strict, loss ... Default: the task's."),
  sample: z
    .int()
    .min(1)
    .max(1e9)
    .optional()
    .describe('So many of the examples, always the same ones. Default: all.'),
  rule: z
    .enum(compositionRules)
    .optional()
    .describe('How entries that several SFTs have are put together. Default: sum.'),
  force: z.boolean().optional().describe('Add SFTs of another base all the same. Default: false.'),
};

const head = z
  .union([z.int().min(1).max(32), z.literal('none')])
  .optional()
  .describe('Whose head is used, counted from 1, where several have one.');

const evaluate = z.strictObject({
  base,
  compositions: z
    .record(name, composition)
    .describe('What is evaluated: a name, and the SFTs that are added up.'),
  data: dataFiles,
  ...evaluation,
  head,
});

const compare = z.strictObject({
  base,
  systems: z
    .record(
      name,
      z.union([
        sftReference,
        references,
        z.strictObject({
          seeds: z.array(composition).min(1).max(64).describe('A composition a seed, in the same order.'),
        }),
      ]),
    )
    .describe('What is compared, each with each: a name, and its SFTs (or seeds: a composition a seed).'),
  data: dataFiles,
  ...evaluation,
  head,
});

const seeds = z
  .union([sftPath, z.array(sftPath).min(1).max(64)])
  .describe('An SFT, or a list of SFTs, one a seed.');

export const matrixSettings = ['base', 'taskOnly', 'composed'] as const;

const matrix = z.strictObject({
  base,
  tasks: z.record(name, seeds).describe('Task SFTs by name; lists are seeds.'),
  languages: z.record(name, seeds).describe('Language SFTs by name; lists are seeds.'),
  tests: z
    .array(
      z.strictObject({
        ...dataFields,
        language: name.describe('Name of a language above.'),
        task: name.optional().describe('Name of a task above; needed where there are several.'),
      }),
    )
    .min(1)
    .max(400)
    .describe('The data file of each language (and task).'),
  settings: z
    .array(z.enum(matrixSettings))
    .min(1)
    .optional()
    .describe(
      "What stands side by side: the task's head on the base alone, the task SFT, task and language. Default: all three.",
    ),
  texts: z
    .record(name, z.union([textPath, z.array(textPath).min(1)]))
    .optional()
    .describe(
      "The raw text of a language SFT, to count sentences of the tests in it. Default: its recipe's.",
    ),
  ...evaluation,
});

const sweep = z.strictObject({
  base,
  sfts: references.min(1).describe('The SFTs that are added up.'),
  over: z
    .array(
      z.strictObject({
        sft: z.int().min(1).max(32).describe('Number of the SFT whose coefficient moves, from 1.'),
        values: z
          .array(z.number().min(-1000).max(1000))
          .min(1)
          .max(400)
          .optional()
          .describe('The coefficients.'),
        from: z.number().min(-1000).max(1000).optional().describe('The first coefficient. Default: 0.'),
        to: z.number().min(-1000).max(1000).optional().describe('The last one. Default: 1.5.'),
        steps: z.int().min(2).max(400).optional().describe('How many there are. Default: 7.'),
      }),
    )
    .min(1)
    .max(2)
    .describe('One coefficient gives a curve, two give a map.'),
  data: dataFile,
  ...evaluation,
  head,
});

const attribute = z.strictObject({
  base,
  sft: reference.describe('The SFT that is taken apart.'),
  with: references.optional().describe('SFTs that are added beside it.'),
  by: z.enum(blockKinds).optional().describe('What is left out at a time. Default: layer.'),
  keep: z
    .array(z.number().min(0).max(100))
    .min(1)
    .max(100)
    .optional()
    .describe('The pruning curve instead: how much of the largest entries is kept, in percent.'),
  data: dataFile,
  ...evaluation,
  head,
});

const interference = z.strictObject({
  sfts: z.array(sftPath).min(2).max(32).describe('SFTs that are compared pair by pair.'),
  modules: z
    .boolean()
    .optional()
    .describe('Also by layer and module, as heat maps and as tables. Default: false.'),
  force: z.boolean().optional().describe('Compare SFTs of different bases all the same. Default: false.'),
});

const claim = z.string().min(3).max(500);
const expect = z
  .union([claim, z.array(claim).min(1).max(200)])
  .describe('Claims about the cells above: composed > taskOnly by 2 points, composed on mt >= 60 %.');

/** What may stand below each kind's name. */
export const cellSchemas = { evaluate, matrix, compare, sweep, attribute, interference, expect };

/** What a cell asks for, as it is written. */
export type CellRequest = {
  readonly [K in CellKind]: { readonly kind: K; readonly value: z.infer<(typeof cellSchemas)[K]> };
}[CellKind];
export type CellValue<K extends CellKind> = Extract<CellRequest, { kind: K }>['value'];
export type WrittenData = z.infer<typeof dataFile>;
export type WrittenComposition = z.infer<typeof composition>;
export type WrittenReference = z.infer<typeof reference>;

/** What each kind of cell is for, in a sentence. */
export const kindTexts: Readonly<Record<CellKind, string>> = {
  evaluate: 'Compositions on data files: metric, interval, labels, confusions, examples gone wrong.',
  matrix: 'Task SFTs with language SFTs on test files: base, task only and composed side by side.',
  compare: 'Compositions against each other, by paired tests.',
  sweep: 'A figure as one or two coefficients move.',
  attribute: 'What each layer or module of an SFT does, or what pruning costs.',
  interference: 'How SFTs meet: overlap against chance, signs, cosine.',
  expect: 'Claims about the cells above, which hold or fail.',
};

/** JSON Schema of a cell: one property a kind. */
export function cellJsonSchema(): SchemaNode {
  schema ??= {
    type: 'object',
    properties: Object.fromEntries(
      cellKinds.map((kind) => [
        kind,
        {
          ...(z.toJSONSchema(cellSchemas[kind], { io: 'input', unrepresentable: 'any' }) as SchemaNode),
          ...(kind === 'expect' ? {} : { description: kindTexts[kind] }),
        },
      ]),
    ),
  };
  return schema;
}

let schema: SchemaNode | undefined;
