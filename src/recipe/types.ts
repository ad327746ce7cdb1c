import type { Precision } from '../core/precision.ts';

/** What training starts: an SFT of a language (masked-language modelling) or of a task (labelled data). */
export type Kind = 'language' | 'task';

/** `ltsft`: the method of the paper; `full`: every parameter trains; `head`: only the task's head does. */
export type Method = 'ltsft' | 'full' | 'head';

/** How the mask is chosen: by size of change, at random, or at random with the lottery's count in every tensor. */
export type SelectBy = 'lottery' | 'random' | 'randomPerTensor';

/** Groups of parameters that can be kept as they are. */
export type Freeze = 'layerNorm' | 'embeddings' | 'decoder' | 'head';

/** What a validation is judged by. `loss` is better when smaller, the others when larger. */
export type Metric = 'loss' | 'accuracy' | 'f1' | 'f1Strict' | 'las' | 'uas' | 'exactMatch';

/** Column of a labelled file that holds the tags: of CoNLL-U, or `tag` of a two-column file. */
export type TagColumn = 'upos' | 'xpos' | 'feats' | 'deprel' | 'tag';

/** An SFT that is added to the base before training. */
export interface AppliedSft {
  /** Absolute path. */
  readonly sft: string;
  readonly coefficient: number;
  /** Whether training starts from its head, too (at most one of a recipe). */
  readonly head: boolean;
}

/** How long a phase is: `steps`, or `epochs` held between `minSteps` and `maxSteps` (see `phaseSteps`). */
export interface PhaseLength {
  readonly steps: number | null;
  readonly epochs: number | null;
  readonly minSteps: number | null;
  readonly maxSteps: number | null;
}

/** A phase of an iteration. */
export interface Phase extends PhaseLength {
  /** Lambda of the L1 term: lambda * sum|p - p0| / N; 0 turns it off. */
  readonly l1: number;
}

/** When the mask that a full phase would choose counts as settled: Jaccard indices of at least `overlap`, `over` times in a row. */
export interface Settle {
  readonly overlap: number;
  readonly over: number;
}

/** A full phase, which may end before its schedule does. */
export interface FullPhase extends Phase {
  readonly stopAfter?: number;
  readonly settle?: Settle;
}

export interface Select {
  /** Entries that may train, over all maskable parameters and all iterations together. */
  readonly k: number;
  /** k / maskable parameters; for information. */
  readonly density: number;
  readonly by: SelectBy;
  /** Each iteration adds floor(k / iterations) entries. */
  readonly iterations: number;
  /** Rows of `core/density.ts` (emb, 0, 1 ...) among which entries are chosen; absent: all. */
  readonly within?: readonly string[];
  /** Entries or shares of k (`10%`) of groups of those rows (emb, 0-5); the others share the rest. See `budget.ts`. */
  readonly budget?: Readonly<Record<string, number | string>>;
}

export interface Optimizer {
  readonly learningRate: number;
  readonly batchSize: number;
  /** Batches whose gradients make one step. */
  readonly accumulate: number;
  readonly warmupSteps: number;
  readonly weightDecay: number;
  /** Norm to which the masked gradient is clipped; 0: no clipping. */
  readonly maxGradNorm: number;
}

/** Probabilities of dropout: after sublayers and embeddings, on attention weights, before a task's head. */
export interface Dropout {
  readonly hidden: number;
  readonly attention: number;
  readonly head: number;
}

export interface Validate {
  /** Exactly one of the two is a number. */
  readonly everySteps: number | null;
  readonly everyEpochs: number | null;
  readonly metric: Metric;
  /** Whether each phase ends with the parameters of its best validation. */
  readonly keepBest: boolean;
  /** Only so many validation examples are used (the first ones); null: all. */
  readonly sample: number | null;
}

export interface Checkpoint {
  /** At least one of the two is a number; whichever comes first counts. */
  readonly everySteps: number | null;
  readonly everyMinutes: number | null;
}

/** Masked-language modelling. */
export interface Mlm {
  /** Share of the pieces to be predicted. */
  readonly probability: number;
  /** Word pieces an example; with `lines`, at most so many. */
  readonly blockSize: number;
  /** Whether each line is an example of its own; otherwise lines are joined and cut into blocks. */
  readonly lines: boolean;
  /** Whether the output matrix is a copy of the word embeddings, not the embeddings themselves. True where `freeze` holds decoder or head. */
  readonly untie: boolean;
}

interface TaggingTask {
  readonly type: 'tagging';
  readonly column: TagColumn;
  /** Labels in the order of their ids; null: those of the training data, sorted. */
  readonly labels: readonly string[] | null;
  /** Labels that the files write otherwise, and what they are to be; left out where there are none, as in runs before there were any. */
  readonly rename?: Readonly<Record<string, string>>;
}

interface ClassificationTask {
  readonly type: 'classification';
  /** Columns of the table. */
  readonly text: string;
  /** null for single texts. */
  readonly pair: string | null;
  readonly label: string;
  /** Labels in the order of their ids; null: those of the training data, sorted. */
  readonly labels: readonly string[] | null;
  /** Labels that the files write otherwise, and what they are to be. */
  readonly rename: Readonly<Record<string, string>>;
}

interface ParsingTask {
  readonly type: 'parsing';
  /** Relations in the order of their ids; null: those of Universal Dependencies. */
  readonly relations: readonly string[] | null;
  /** How heads are chosen in validation. */
  readonly decoding: 'tree' | 'greedy';
  /** Whether words at the root are learnt. */
  readonly learnRoots: boolean;
  /** Relations that the files write otherwise, and what they are to be; left out where there are none, as in runs before there were any. */
  readonly rename?: Readonly<Record<string, string>>;
}

interface QuestionAnsweringTask {
  readonly type: 'questionAnswering';
  /** Word pieces that two neighbouring windows of a text share. */
  readonly stride: number;
}

/** A task, told apart by `type`. */
export type Task = TaggingTask | ClassificationTask | ParsingTask | QuestionAnsweringTask;

export const taskTypes = [
  'tagging',
  'classification',
  'parsing',
  'questionAnswering',
] as const satisfies readonly Task['type'][];

/** The task of a type. */
export type TaskOf<T extends Task['type']> = Extract<Task, { readonly type: T }>;

/** Files are absolute paths. */
export interface TaskData {
  readonly train: readonly string[];
  /** May be empty. */
  readonly validation: readonly string[];
}

/** Files are absolute paths. */
export interface LanguageData {
  readonly text: readonly string[];
  /** May be empty. */
  readonly validation: readonly string[];
  /** Where `validation` is empty: this share of the lines of `text`, its first ones, is held out for validation. */
  readonly validationShare: number;
}

interface Common {
  readonly name: string;
  /** Absolute path of the base model's folder. */
  readonly base: string;
  readonly apply: readonly AppliedSft[];
  readonly method: Method;
  /** Without effect unless `method` is ltsft. */
  readonly select: Select;
  /** The full phase; with methods full and head, the only phase. */
  readonly full: FullPhase;
  /** Absolute path of what another run's full phase learnt, in place of this one's; absent: it is trained. */
  readonly fullFrom?: string;
  /** Whether the run folder keeps what the full phase learns; absent: where there is room. */
  readonly keepFullPhase?: boolean;
  /** The sparse phase; without effect unless `method` is ltsft. */
  readonly sparse: Phase;
  readonly optimizer: Optimizer;
  readonly dropout: Dropout;
  /** Absent: single. */
  readonly precision?: Precision;
  readonly freeze: readonly Freeze[];
  /** Whether the L1 term counts the maskable parameters only, not the head. */
  readonly l1OnSparseOnly: boolean;
  /** null where there is nothing to validate on. */
  readonly validate: Validate | null;
  readonly report: { readonly everySteps: number };
  readonly checkpoint: Checkpoint;
  /** Word pieces of the longest example, special ones included. The block size in a language recipe. */
  readonly maxLength: number;
  /** An unsigned integer of 32 bits. */
  readonly seed: number;
  /** Tag of the language, such as mt; for the SFT's metadata. */
  readonly language: string | null;
}

export interface ResolvedLanguageRecipe extends Common {
  readonly kind: 'language';
  readonly data: LanguageData;
  readonly mlm: Mlm;
}

/** A source of labelled data, with the SFTs that are added while one of its batches is computed. */
export interface Source extends TaskData {
  readonly name: string;
  /** Tag of its language, by which answers are compared; absent: the recipe's. */
  readonly language?: string;
  /** Without heads. */
  readonly apply: readonly AppliedSft[];
  /** How often an epoch goes through it. */
  readonly repeat: number;
}

export interface ResolvedTaskRecipe<T extends Task = Task> extends Common {
  readonly kind: 'task';
  readonly task: T;
  /** Several sources; `data` then has the files of all. null where there is one, without a name. */
  readonly sources: readonly Source[] | null;
  readonly data: TaskData;
}

/** A recipe in which every field has its value: what training is started with, and what the run folder keeps. */
export type ResolvedRecipe = ResolvedLanguageRecipe | ResolvedTaskRecipe;

/** What the defaults must know of the base model (and, for the metric, of the data). */
export interface RecipeFacts {
  /** `model_type` of the base's config.json: bert, xlm-roberta. */
  readonly modelType: string;
  /** How many entries of the base may be in a mask when these groups are frozen. */
  readonly maskable: (freeze: readonly Freeze[]) => number;
  /** The same by row of the density table (emb, 0, 1 ...). */
  readonly maskableByRow: (freeze: readonly Freeze[]) => ReadonlyMap<string, number>;
  /** Word pieces of the longest input that the base takes: positions, less XLM-R's two reserved ones. */
  readonly maxLength: number;
  /** Whether the base has an output matrix of its own for masked-language modelling, instead of its word embeddings. */
  readonly ownsDecoder?: boolean;
  /** Dropout of the base's own config. */
  readonly dropout: Dropout;
  /** Whether the training data's labels mark spans (B-PER, I-PER, O), so that f1 is the metric by default. */
  readonly spans?: boolean;
  /** Whether they do in IOB1, IOB2 or IOBES, which strict F1 asks for; absent where they have not been looked at. */
  readonly strictSpans?: boolean;
}
