import type { Freeze, Optimizer, Phase, Task } from './types.ts';

/** What a kind of recipe starts from, before what the recipe itself says. */
export interface KindDefaults {
  /** Parameters in the mask of mBERT and of XLM-R; see `defaultK`. */
  readonly k: number;
  readonly full: Phase;
  readonly sparse: Phase;
  readonly optimizer: Optimizer;
  readonly freeze: readonly Freeze[];
  /** Steps between validations; null: an epoch. */
  readonly validateEvery: number | null;
  /** Validation examples at most. */
  readonly sample: number | null;
  readonly reportEvery: number;
  /** Block size of a language, at most; sentence length of a task, at most (null: the base's). */
  readonly maxLength: number | null;
}

// Where a script says nothing: transformers' TrainingArguments (no warm-up, weight decay 0, norm 1.0).
const optimizer = { learningRate: 5e-5, warmupSteps: 0, weightDecay: 0, maxGradNorm: 1 };

/** examples/language-modeling/train_mlm.sh of the reference. */
const languageScript: KindDefaults = {
  k: 7_667_712,
  full: { steps: null, epochs: 100, minSteps: 10_000, maxSteps: 100_000, l1: 0.1 },
  sparse: { steps: null, epochs: 100, minSteps: 10_000, maxSteps: 100_000, l1: 0.1 },
  optimizer: { ...optimizer, batchSize: 4, accumulate: 2 },
  freeze: ['layerNorm', 'decoder'],
  validateEvery: 1000,
  sample: null,
  reportEvery: 50, // ours
  maxLength: 256,
};

/** examples/token-classification/train_pos_tagging.sh and train_ner.sh of the reference (3 and 10 epochs in both). */
const taggingScript: KindDefaults = {
  k: 14_155_776,
  full: { steps: null, epochs: 3, minSteps: null, maxSteps: null, l1: 0 },
  sparse: { steps: null, epochs: 10, minSteps: null, maxSteps: null, l1: 0 },
  optimizer: { ...optimizer, batchSize: 8, accumulate: 1 },
  freeze: ['layerNorm'],
  validateEvery: 250,
  sample: null,
  reportEvery: 50, // ours
  maxLength: null, // --max_seq_length is not given: the tokenizer's limit
};

/** examples/text-classification/train_nli.sh of the reference. */
const pairScript: KindDefaults = {
  ...taggingScript,
  full: { ...taggingScript.full, epochs: 5 },
  sparse: { ...taggingScript.sparse, epochs: 5 },
  optimizer: { ...optimizer, learningRate: 2e-5, batchSize: 32, accumulate: 1 },
  validateEvery: 625,
  maxLength: 128,
};

/** examples/text-classification/train_sa.sh of the reference, which judges by macro-F1 after every epoch. */
const textScript: KindDefaults = {
  ...pairScript,
  optimizer: { ...optimizer, learningRate: 2e-5, batchSize: 4, accumulate: 2 },
  validateEvery: null,
};

/** examples/dependency-parsing/train_dp.sh of the reference. */
const parsingScript: KindDefaults = {
  ...taggingScript,
  optimizer: { ...taggingScript.optimizer, weightDecay: 0.01 },
};

/** examples/question-answering/train_qa.sh of the reference. */
const answersScript: KindDefaults = {
  ...taggingScript,
  full: { ...taggingScript.full, epochs: 2 },
  sparse: { ...taggingScript.sparse, epochs: 2 },
  optimizer: { ...optimizer, learningRate: 3e-5, batchSize: 12, accumulate: 1 },
  validateEvery: 2000,
  maxLength: 384,
};

/** `preset: quick` is ours: the same settings in a few hundred steps on short inputs. */
function quick(
  script: KindDefaults,
  least: { readonly sparseSteps: number; readonly sample: number },
): KindDefaults {
  return {
    ...script,
    full: { ...script.full, minSteps: null, maxSteps: 200 },
    sparse: { ...script.sparse, minSteps: null, maxSteps: least.sparseSteps },
    optimizer: { ...script.optimizer, accumulate: 1 },
    validateEvery: 100,
    sample: least.sample,
    reportEvery: 10,
    maxLength: 128,
  };
}

/** What a recipe trains, as far as defaults depend on it. */
export type Script = 'language' | 'tagging' | 'texts' | 'pairs' | 'parsing' | 'answers';

/** The script of a task; `pairs`: it classifies pairs of texts. */
export function scriptOfTask(task: Task['type'] | undefined, pairs: boolean): Script {
  if (task === 'parsing') return 'parsing';
  if (task === 'questionAnswering') return 'answers';
  if (task !== 'classification') return 'tagging';
  return pairs ? 'pairs' : 'texts';
}

const scripts: Readonly<Record<Script, KindDefaults>> = {
  language: languageScript,
  tagging: taggingScript,
  texts: textScript,
  pairs: pairScript,
  parsing: parsingScript,
  answers: answersScript,
};

/** The reference's settings for what a recipe trains, or the preset's. */
export function kindDefaults(script: Script, preset: 'quick' | undefined): KindDefaults {
  const defaults = scripts[script];
  if (preset !== 'quick') return defaults;
  return quick(
    defaults,
    script === 'language' ? { sparseSteps: 200, sample: 100 } : { sparseSteps: 300, sample: 200 },
  );
}

/**
 * Maskable parameters with LayerNorm frozen: embeddings of words, positions and types, and 12 layers of four
 * 768 x 768 matrices and two 768 x 3072 ones with their biases; no pooler.
 */
const layers = 12 * (4 * (768 * 768 + 768) + (768 * 3072 + 3072) + (3072 * 768 + 768));
const referenceMaskable = {
  bert: (119_547 + 512 + 2) * 768 + layers, // bert-base-multilingual-cased
  'xlm-roberta': (250_002 + 514 + 1) * 768 + layers, // xlm-roberta-base
};

/**
 * The default of k on any base: exactly the scripts' number on mBERT and XLM-R, and the same share of the maskable
 * parameters elsewhere (of the base that it resembles). `maskable` is counted with LayerNorm frozen, as the scripts do.
 */
export function defaultK(scriptK: number, modelType: string, maskable: number): number {
  const reference = modelType === 'xlm-roberta' ? referenceMaskable['xlm-roberta'] : referenceMaskable.bert;
  return Math.max(1, Math.floor((scriptK * maskable) / reference));
}
