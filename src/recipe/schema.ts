import * as z from 'zod';
import { precisions } from '../core/precision.ts';
import { percentPattern, rowsForm, rowsPattern } from './budget.ts';
import { recipeNamePattern } from './recipeName.ts';

// Defaults are not here but in defaults.ts; the descriptions only name them, for whoever hovers over a field.

const file = (text: string) =>
  z
    .string()
    .min(1)
    .describe(`${text} Relative to the recipe's folder; or hf:ORG/NAME for what sft pull has fetched.`);
const files = (text: string) =>
  z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe(`${text} One path or a list; relative to the recipe's folder.`);

const phaseFields = {
  epochs: z
    .number()
    .positive()
    .max(1e6)
    .optional()
    .describe('How many times the training data is gone through, within minSteps and maxSteps.'),
  steps: z.int().min(1).max(1e9).optional().describe('Exactly this many optimiser steps, whatever the data.'),
  minSteps: z
    .int()
    .min(1)
    .max(1e9)
    .optional()
    .describe('At least this many steps, even if epochs are fewer.'),
  maxSteps: z.int().min(1).max(1e9).optional().describe('At most this many steps, even if epochs are more.'),
  l1: z
    .number()
    .min(0)
    .max(1e6)
    .optional()
    .describe(
      'Strength of the L1 term that keeps parameters near the base: l1 * sum|p - p0| / N. Default: 0.1 for languages, 0 for tasks.',
    ),
};

const rows = z.string().regex(rowsPattern, rowsForm);
const share = z.number().min(0).lt(1);

const languageTag = z
  .string()
  .max(40)
  .regex(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, 'a language tag such as mt or pt-BR');

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
    .regex(recipeNamePattern, 'a name for files: letters and digits, and blanks and - _ . + between them')
    .optional()
    .describe('Name of the run and of the SFT file. Default: the file name before .sft.yaml.'),
  base: file(
    'Folder of the base model, as Hugging Face saves it (config.json, model.safetensors, tokenizer).',
  ),
  language: languageTag
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
      within: z
        .array(rows)
        .min(1)
        .optional()
        .describe('Layers whose parameters may change: emb, 0, 1 ..., or ranges such as 0-5. Default: all.'),
      budget: z
        .record(
          rows,
          z.union([
            z.int().min(0).max(1e12),
            z.string().regex(percentPattern, 'a number of parameters, or a share of k such as 10%'),
          ]),
        )
        .optional()
        .describe(
          'How many of the k parameters each of these layers gets, as a number or a share of k: { emb: 10%, 0-5: 40% }. The layers of a range share theirs; those that are not named share the rest. Default: none, all are chosen from together.',
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
  full: z
    .strictObject({
      ...phaseFields,
      stopAfter: z
        .int()
        .min(1)
        .max(1e9)
        .optional()
        .describe('Ends the full phase after so many steps, with the learning rate of the whole of it.'),
      settle: z
        .strictObject({
          overlap: z
            .number()
            .gt(0)
            .lt(1)
            .optional()
            .describe(
              'Jaccard index with the mask of the report before that counts as settled. Default: 0.98.',
            ),
          over: z
            .int()
            .min(1)
            .max(1000)
            .optional()
            .describe('In so many reports one after the other. Default: 3.'),
        })
        .optional()
        .describe(
          'Ends the full phase when the mask that it would choose has settled. Reports are then made at exactly report.everySteps, whatever they cost; a note says when that is more than 2 % of the time.',
        ),
      from: file(
        'What the full phase of another run learnt (full-phase.safetensors), instead of training it again.',
      ).optional(),
    })
    .optional()
    .describe(
      'The full phase: all parameters train, to see which change most. With method full or head, the only phase.',
    ),
  keepFullPhase: z
    .boolean()
    .optional()
    .describe(
      'Whether the run folder keeps what the full phase learnt (about 1.1 bytes a parameter), so that other masks can be chosen from it. Default: where it takes less than a tenth of the free disk.',
    ),
  sparse: z
    .strictObject(phaseFields)
    .optional()
    .describe('The sparse phase: from the start again, only the selected parameters train.'),
  optimizer: z
    .strictObject({
      learningRate: z
        .number()
        .positive()
        .max(10)
        .optional()
        .describe(
          'Learning rate at the start (after warm-up); it falls linearly to 0 in each phase. Default: 5.0e-5, for classification 2.0e-5, for question answering 3.0e-5.',
        ),
      batchSize: z
        .int()
        .min(1)
        .max(65536)
        .optional()
        .describe(
          'Examples in a batch. Default: 4 for languages, 8 for tagging and parsing, 32 for pairs of texts, 4 for texts, 12 for question answering.',
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
      weightDecay: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe("AdamW's weight decay. Default: 0, for parsing 0.01."),
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
  precision: z
    .enum(precisions)
    .optional()
    .describe(
      'single, or mixed: matrix products in half precision with a scaled loss, for graphics cards with units for it. On a processor it is slower, and for comparing. Default: single.',
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
          'Steps between validations. Default: 1000 for languages, 250 for tagging and parsing, 625 for pairs of texts, an epoch for texts, 2000 for question answering.',
        ),
      everyEpochs: z
        .number()
        .positive()
        .max(1e6)
        .optional()
        .describe('Epochs between validations. Instead of everySteps.'),
      metric: z
        .enum(['loss', 'accuracy', 'f1', 'f1Strict', 'las', 'uas', 'exactMatch'])
        .optional()
        .describe(
          'What the best checkpoint is judged by; f1Strict is the strict F1 of spans in IOB1, IOB2 or IOBES. Default: loss for languages; accuracy for tags and pairs of texts, f1 for spans (B-, I-, O), answers and texts (there the mean over the labels), las for parsing.',
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

const rename = z
  .record(z.string(), z.string().min(1))
  .optional()
  .describe(
    'Labels that the files write otherwise, and what they are to be: { NEUTRAL: neutral }, { B-DATE: O, I-DATE: O }, or { dobj: obj } of relations.',
  );

const taggingTask = z
  .strictObject({
    type: z.literal('tagging').describe('tagging: one label for each word.'),
    column: z
      .enum(['upos', 'xpos', 'feats', 'deprel', 'tag'])
      .optional()
      .describe(
        'Which column holds the label: upos, xpos, feats or deprel of CoNLL-U, or tag of a file with columns (word and tag, or four with the tag last). Default: upos.',
      ),
    labels: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('All labels, in the order of their ids. Default: those of the training data, sorted.'),
    rename,
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
    rename,
  })
  .describe('Classification of texts or of pairs of texts: sentiment, inference and the like.');

const parsingTask = z
  .strictObject({
    type: z
      .literal('parsing')
      .describe('parsing: a dependency tree for each sentence, from the columns HEAD and DEPREL of CoNLL-U.'),
    relations: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'All relations, in the order of their ids; subtypes (after a colon) are left out. Default: _ and the 37 of Universal Dependencies.',
      ),
    decoding: z
      .enum(['tree', 'greedy'])
      .optional()
      .describe(
        "How heads are chosen in validation. tree: the best tree as a whole; greedy: each word's best head, which may form circles. Default: tree.",
      ),
    learnRoots: z
      .boolean()
      .optional()
      .describe(
        'Whether words at the root are learned too. The reference implementation leaves them out. Default: true.',
      ),
    rename,
  })
  .describe('Dependency parsing.');

const questionAnsweringTask = z
  .strictObject({
    type: z
      .literal('questionAnswering')
      .describe('questionAnswering: the part of a text that answers a question, from JSON as SQuAD has it.'),
    stride: z
      .int()
      .min(0)
      .max(65536)
      .optional()
      .describe(
        'Word pieces that two neighbouring windows of a long text share. Default: 128, at most a third of maxLength.',
      ),
  })
  .describe('Question answering by a part of a text.');

const source = z
  .strictObject({
    name: z
      .string()
      .max(60)
      .regex(/^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u, 'a name of letters, digits and - _ .')
      .describe('What the source is called in curves and metrics, such as its language.'),
    train: files('Labelled training data.'),
    validation: files('Labelled data for validation.').optional(),
    apply: z
      .array(applied)
      .optional()
      .describe(
        "SFTs that are added while one of this source's batches is computed, such as its language's.",
      ),
    language: languageTag
      .optional()
      .describe(
        "Tag of this source's language, such as mt, by which answers to questions are compared in its validation. Default: the recipe's.",
      ),
    repeat: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('How often an epoch goes through this source, so that small ones count more. Default: 1.'),
  })
  .describe('A source of labelled data.');

const taskRecipe = z
  .strictObject({
    kind: z
      .literal('task')
      .describe('language: learn a language from raw text. task: learn a task from labelled data.'),
    ...common,
    // Further tasks are further members of this union.
    task: z
      .discriminatedUnion('type', [taggingTask, classificationTask, parsingTask, questionAnsweringTask])
      .optional()
      .describe('What is to be learned. Default: tagging of the column upos.'),
    sources: z
      .array(source)
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'Several sources of labelled data, such as languages, instead of data: each batch is from one of them, with its own SFTs added.',
      ),
    data: z
      .strictObject({
        train: files('Labelled training data.'),
        validation: files('Labelled data for validation.').optional(),
      })
      .optional()
      .describe(
        'The labelled data. For tagging: CoNLL-U (.conllu), or two columns (word and tag). For classification: a table with a header (.tsv, .csv), or .jsonl. For parsing: CoNLL-U. For question answering: JSON as SQuAD has it.',
      ),
    maxLength: z
      .int()
      .min(8)
      .max(65536)
      .optional()
      .describe(
        'Word pieces of the longest input; longer ones are cut. Default: what the base model takes; 128 for classification, 384 for question answering.',
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
