import { z } from 'zod';

// Defaults are not here but in defaults.ts; the descriptions only name them, for whoever hovers over a field.

const file = (text: string) => z.string().min(1).describe(`${text} Relative to the recipe's folder.`);
const files = (text: string) =>
  z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe(`${text} One path or a list; relative to the recipe's folder.`);

const phase = (text: string) =>
  z
    .strictObject({
      epochs: z
        .number()
        .positive()
        .max(1e6)
        .optional()
        .describe('How many times the training data is gone through, within minSteps and maxSteps.'),
      steps: z
        .int()
        .min(1)
        .max(1e9)
        .optional()
        .describe('Exactly this many optimiser steps, whatever the data.'),
      minSteps: z
        .int()
        .min(1)
        .max(1e9)
        .optional()
        .describe('At least this many steps, even if epochs are fewer.'),
      maxSteps: z
        .int()
        .min(1)
        .max(1e9)
        .optional()
        .describe('At most this many steps, even if epochs are more.'),
      l1: z
        .number()
        .min(0)
        .max(1e6)
        .optional()
        .describe(
          'Strength of the L1 term that keeps parameters near the base: l1 * sum|p - p0| / N. Default: 0.1 for languages, 0 for tasks.',
        ),
    })
    .describe(text);

const share = z.number().min(0).lt(1);

const applied = z
  .union([
    z.string().min(1),
    z.strictObject({
      sft: file('SFT file (.sft.safetensors).'),
      coefficient: z
        .number()
        .min(-1000)
        .max(1000)
        .optional()
        .describe('What its values are multiplied by. Default: 1.'),
      head: z
        .boolean()
        .optional()
        .describe(
          "Start from this SFT's task head too, to continue a task SFT. At most one. Default: false.",
        ),
    }),
  ])
  .describe('FILE, FILE@coefficient, or { sft: FILE, coefficient: 1, head: false }.');

const common = {
  name: z
    .string()
    .max(100)
    .regex(
      /^[\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}_. +-]*[\p{L}\p{M}\p{N}_+-])?$/u,
      'a name for files: letters, digits, and - _ . + between them',
    )
    .optional()
    .describe('Name of the run and of the SFT file. Default: the file name before .sft.yaml.'),
  base: file(
    'Folder of the base model, as Hugging Face saves it (config.json, model.safetensors, tokenizer).',
  ),
  language: z
    .string()
    .max(40)
    .regex(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, 'a language tag such as mt or pt-BR')
    .optional()
    .describe("Tag of the data's language, such as mt; kept in the SFT's metadata."),
  preset: z
    .enum(['quick'])
    .optional()
    .describe(
      'quick: defaults that end in minutes on a laptop, to try things out. Fields that you give still count.',
    ),
  apply: z
    .array(applied)
    .optional()
    .describe("SFTs that are added to the base before training, for instance the source language's."),
  method: z
    .enum(['ltsft', 'full', 'head'])
    .optional()
    .describe(
      'ltsft: sparse fine-tuning as in the paper. Baselines: full trains every parameter, head the task head alone; both run the full phase only. Default: ltsft.',
    ),
  select: z
    .strictObject({
      density: z
        .number()
        .gt(0)
        .max(1)
        .optional()
        .describe('Share of the maskable parameters that may change, above 0 and at most 1. Instead of k.'),
      k: z
        .int()
        .min(1)
        .optional()
        .describe(
          'How many parameters may change. Instead of density. Default: as many as in the paper on mBERT and XLM-R (7,667,712 for languages, 14,155,776 for tasks), the same density on other bases.',
        ),
      by: z
        .enum(['lottery', 'random', 'randomPerTensor'])
        .optional()
        .describe(
          "How they are chosen. lottery: those that the full phase changed most; random: anywhere; randomPerTensor: at random, with the lottery's count in every tensor. Default: lottery.",
        ),
      iterations: z
        .int()
        .min(1)
        .max(1000)
        .optional()
        .describe(
          'Rounds of full phase, selection and sparse phase; each adds k / iterations parameters. Default: 1.',
        ),
    })
    .optional()
    .describe('Which parameters, and how many, may differ from the base.'),
  full: phase(
    'The full phase: all parameters train, to see which change most. With method full or head, the only phase.',
  ).optional(),
  sparse: phase('The sparse phase: from the start again, only the selected parameters train.').optional(),
  optimizer: z
    .strictObject({
      learningRate: z
        .number()
        .positive()
        .max(10)
        .optional()
        .describe(
          'Learning rate at the start (after warm-up); it falls linearly to 0 in each phase. Default: 5.0e-5, for classification 2.0e-5.',
        ),
      batchSize: z
        .int()
        .min(1)
        .max(65536)
        .optional()
        .describe(
          'Examples in a batch. Default: 4 for languages, 8 for tagging, 32 for pairs of texts, 4 for texts.',
        ),
      accumulate: z
        .int()
        .min(1)
        .max(65536)
        .optional()
        .describe(
          'Batches whose gradients make one step. Default: 2 for languages and single texts, else 1.',
        ),
      warmupSteps: z
        .int()
        .min(0)
        .max(1e9)
        .optional()
        .describe('Steps in which the learning rate rises from 0. Default: 0.'),
      weightDecay: z.number().min(0).max(1).optional().describe("AdamW's weight decay. Default: 0."),
      maxGradNorm: z
        .number()
        .min(0)
        .max(1e9)
        .optional()
        .describe('Norm to which the gradient is clipped; 0 turns clipping off. Default: 1.'),
    })
    .optional()
    .describe('AdamW with linear decay, started anew in each phase.'),
  dropout: z
    .union([
      share,
      z.strictObject({
        hidden: share.optional().describe('After embeddings and sublayers.'),
        attention: share.optional().describe('On attention weights.'),
        head: share.optional().describe("Before the task's head."),
      }),
    ])
    .optional()
    .describe(
      "Dropout in training: one number, or { hidden, attention, head }. Default: the base model's own config.",
    ),
  freeze: z
    .array(z.enum(['layerNorm', 'embeddings', 'decoder', 'head']))
    .optional()
    .describe(
      'Parameters that stay as they are: layerNorm, embeddings (of words), decoder (output matrix of masked-language modelling), head. Default: [layerNorm], and for languages decoder too unless mlm.untie is given.',
    ),
  l1OnSparseOnly: z
    .boolean()
    .optional()
    .describe('Whether the L1 term leaves the head out and counts maskable parameters only. Default: false.'),
  validate: z
    .strictObject({
      everySteps: z
        .int()
        .min(1)
        .max(1e9)
        .optional()
        .describe(
          'Steps between validations. Default: 1000 for languages, 250 for tagging, 625 for pairs of texts, an epoch for texts.',
        ),
      everyEpochs: z
        .number()
        .positive()
        .max(1e6)
        .optional()
        .describe('Epochs between validations. Instead of everySteps.'),
      metric: z
        .enum(['loss', 'accuracy', 'f1'])
        .optional()
        .describe(
          'What the best checkpoint is judged by. Default: loss for languages; accuracy for tags and pairs of texts, f1 for spans (B-, I-, O) and texts (there the mean over the labels).',
        ),
      keepBest: z
        .boolean()
        .optional()
        .describe('Whether each phase ends with its best checkpoint instead of its last. Default: true.'),
      sample: z
        .int()
        .min(1)
        .max(1e9)
        .optional()
        .describe('Use only the first so many validation examples. Default: all.'),
    })
    .optional()
    .describe('Validation while training; needs validation data.'),
  report: z
    .strictObject({
      everySteps: z.int().min(1).max(1e9).optional().describe('Steps between reports. Default: 50.'),
    })
    .optional()
    .describe(
      'How often a line of progress is printed where there is no terminal, and how the mask forms is told.',
    ),
  checkpoint: z
    .strictObject({
      everySteps: z.int().min(1).max(1e9).optional().describe('Steps between checkpoints. Default: by time.'),
      everyMinutes: z
        .number()
        .positive()
        .max(1e6)
        .optional()
        .describe('Minutes between checkpoints. Default: 10.'),
    })
    .optional()
    .describe('How often the state is saved from which an interrupted run goes on.'),
  seed: z
    .int()
    .min(0)
    .max(4294967295)
    .optional()
    .describe('Seed of everything random: order of the data, masking, dropout, a new head. Default: 42.'),
};

const languageRecipe = z
  .strictObject({
    kind: z
      .literal('language')
      .describe('language: learn a language from raw text. task: learn a task from labelled data.'),
    ...common,
    data: z
      .strictObject({
        text: files('Raw text of the language, UTF-8, one passage a line.'),
        validation: files('Raw text for validation.').optional(),
        validationShare: z
          .number()
          .min(0)
          .max(0.5)
          .optional()
          .describe(
            'Without a validation file: share of the lines of text, its first ones, held out for validation. Default: 0.05.',
          ),
      })
      .describe('The text to learn from.'),
    mlm: z
      .strictObject({
        probability: z
          .number()
          .gt(0)
          .max(1)
          .optional()
          .describe('Share of the word pieces that are to be predicted. Default: 0.15.'),
        blockSize: z.int().min(8).max(65536).optional().describe('Word pieces an example. Default: 256.'),
        lines: z
          .boolean()
          .optional()
          .describe(
            'Whether each line is an example of its own; otherwise lines are joined and cut into blocks. Default: false.',
          ),
        untie: z
          .boolean()
          .optional()
          .describe(
            'Whether the output matrix is a copy of the word embeddings, a part of the head, and not the embeddings themselves. If given, the decoder is not frozen by default; one that trains is stored whole in the SFT file.',
          ),
      })
      .optional()
      .describe('Masked-language modelling.'),
  })
  .describe('Recipe of a language SFT.');

const taggingTask = z
  .strictObject({
    type: z.literal('tagging').describe('tagging: one label for each word.'),
    column: z
      .enum(['upos', 'xpos', 'deprel', 'tag'])
      .optional()
      .describe(
        'Which column holds the label: upos, xpos or deprel of CoNLL-U, or tag of a two-column file. Default: upos.',
      ),
    labels: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('All labels, in the order of their ids. Default: those of the training data, sorted.'),
  })
  .describe('Tagging of words.');

const classificationTask = z
  .strictObject({
    type: z
      .literal('classification')
      .describe('classification: one label for each text, or for each pair of texts (inference).'),
    text: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Column that holds the text (of a pair, the first). Default: text; premise where pair is given.',
      ),
    pair: z
      .string()
      .min(1)
      .optional()
      .describe('Column that holds the second text of a pair, such as hypothesis.'),
    label: z.string().min(1).optional().describe('Column that holds the label. Default: label.'),
    labels: z
      .array(z.string().min(1))
      .min(2)
      .optional()
      .describe('All labels, in the order of their ids. Default: those of the training data, sorted.'),
    rename: z
      .record(z.string(), z.string().min(1))
      .optional()
      .describe('Labels that the files write otherwise, and what they are to be: { NEUTRAL: neutral }.'),
  })
  .describe('Classification of texts or of pairs of texts: sentiment, inference and the like.');

const taskRecipe = z
  .strictObject({
    kind: z
      .literal('task')
      .describe('language: learn a language from raw text. task: learn a task from labelled data.'),
    ...common,
    // Further tasks are further members of this union.
    task: z
      .discriminatedUnion('type', [taggingTask, classificationTask])
      .optional()
      .describe('What is to be learned. Default: tagging of the column upos.'),
    data: z
      .strictObject({
        train: files('Labelled training data.'),
        validation: files('Labelled data for validation.').optional(),
      })
      .describe(
        'The labelled data. For tagging: CoNLL-U (.conllu), or two columns (word and tag). For classification: a table with a header (.tsv, .csv), or .jsonl.',
      ),
    maxLength: z
      .int()
      .min(8)
      .max(65536)
      .optional()
      .describe(
        'Word pieces of the longest input; longer ones are cut. Default: what the base model takes; 128 for classification.',
      ),
  })
  .describe('Recipe of a task SFT.');

/** What a recipe file may hold, as it is written: paths are not resolved, defaults not filled in. */
export const recipeSchemas = { language: languageRecipe, task: taskRecipe };

export type Recipe = z.infer<typeof languageRecipe> | z.infer<typeof taskRecipe>;

/** The recipe's JSON Schema, for editors: completion and hover. */
export function recipeJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(z.discriminatedUnion('kind', [languageRecipe, taskRecipe])),
    title: 'Recipe of a sparse fine-tuning (NAME.sft.yaml)',
  };
}
