import type { PhaseKind } from './events.ts';

/** What training a recipe would cost on this machine, and what its data are to the base's tokenizer. Plain JSON. */
export interface RecipeEstimate {
  readonly version: 1;
  readonly name: string;
  readonly kind: 'language' | 'task';
  readonly method: 'ltsft' | 'full' | 'head';
  readonly base: BaseFacts;
  /** Entries of the mask, and their share of the maskable ones; 0 where the method has no mask. */
  readonly k: number;
  readonly density: number;
  readonly examples: number;
  readonly phases: readonly PhaseEstimate[];
  readonly time: TimeEstimate;
  readonly memory: MemoryEstimate;
  readonly disk: DiskEstimate;
  readonly machine: EstimateMachine;
  readonly data: readonly DataFacts[];
  /** What the user should think about before starting, in sentences. */
  readonly warnings: readonly string[];
}

export interface BaseFacts {
  readonly name: string;
  /** Entries of the model that trains, head included. */
  readonly parameters: number;
  readonly maskable: number;
}

/** One phase of a run. Seconds are right within a factor of two. */
export interface PhaseEstimate {
  readonly iteration: number;
  readonly phase: PhaseKind;
  readonly steps: number;
  readonly secondsPerStep: number;
  readonly validations: number;
  readonly secondsPerValidation: number;
  /** Of the whole phase: steps, validations, checkpoints, compiling. */
  readonly seconds: number;
  /** Bytes at the worst moment. */
  readonly memory: number;
}

export interface TimeEstimate {
  readonly steps: number;
  /** Of the whole run, the reading of base and data, selection and the last evaluation included. */
  readonly seconds: number;
}

/** Bytes. */
export interface MemoryEstimate {
  readonly peak: number;
  /** What the machine can give now. */
  readonly free: number;
  readonly total: number;
  readonly fits: boolean;
}

/** Bytes. */
export interface DiskEstimate {
  readonly checkpoint: number;
  /** Values of the best validation; 0 where they are not kept. */
  readonly best: number;
  readonly sft: number;
  /** What the full phase learns; 0 where that is not kept. */
  readonly kept: number;
  /** At the worst moment: old and new checkpoint side by side. */
  readonly peak: number;
  /** On the disk of the runs folder; null where the system does not tell. */
  readonly free: number | null;
  readonly fits: boolean;
}

export interface EstimateMachine {
  readonly threads: number;
  /** Floating-point operations a second of a matrix product, measured. */
  readonly flopsPerSecond: number;
}

export type DataRole = 'train' | 'validation' | 'text';

/** Of every file. */
interface CommonFacts {
  readonly file: string;
  readonly role: DataRole;
  /** Blank-separated words of raw text; tagged words of a treebank. */
  readonly words: number;
  /** Word pieces, without the special ones and before anything is cut off. */
  readonly pieces: number;
  readonly piecesPerWord: number;
  readonly unknownPieces: number;
  /** unknownPieces / pieces */
  readonly unknownShare: number;
  /** Word pieces of the longest sentence or line, special ones included. */
  readonly longest: number;
  /** Sentences, or lines that are an example each, longer than `maxLength`. */
  readonly cut: number;
  readonly maxLength: number;
}

/** A file of sentences whose words have labels. */
export interface TaggedFacts extends CommonFacts {
  readonly type: 'tagged';
  readonly sentences: number;
  /** Words at the ends of sentences that are too long. */
  readonly cutWords: number;
  /** Words of which the tokenizer makes nothing. */
  readonly lostWords: number;
  /** Words whose label is `_`: they are left out. */
  readonly untagged: number;
  /** The most frequent first. */
  readonly labels: readonly LabelCount[];
}

export interface LabelCount {
  readonly label: string;
  readonly count: number;
}

/** A file of raw text. All counts are extrapolated where `sampled` is not null. */
export interface TextFacts extends CommonFacts {
  readonly type: 'text';
  readonly lines: number;
  /** Blocks, or lines, that are trained or validated on; of this file alone. */
  readonly examples: number;
  readonly sampled: TextSample | null;
}

/** What of a large file was read. */
export interface TextSample {
  readonly lines: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

/** A file of texts, or pairs of texts, with a label each. */
export interface ClassifiedFacts extends CommonFacts {
  readonly type: 'classified';
  readonly texts: number;
  /** The most frequent first. */
  readonly labels: readonly LabelCount[];
}

/** A file of questions about texts. */
export interface AnsweredFacts extends CommonFacts {
  readonly type: 'answered';
  /** Those with an answer. */
  readonly questions: number;
  /** Texts that they are about. */
  readonly contexts: number;
  /** Parts of texts, each with its question before it, that are read at once. */
  readonly windows: number;
}

export type DataFacts = TaggedFacts | TextFacts | ClassifiedFacts | AnsweredFacts;
