import type { EngineName } from '../core/engineNames.ts';
import type { BenchExample } from './bench.ts';

/** What a cell of an evaluation notebook asks for: the one field at its top. */
export const cellKinds = [
  'evaluate',
  'matrix',
  'compare',
  'sweep',
  'attribute',
  'interference',
  'expect',
] as const;
export type CellKind = (typeof cellKinds)[number];

export type CellLanguage = 'markdown' | 'sft-cell';

/** A field of a table. */
export interface TableField {
  readonly text: string;
  /** The best of its row, if it beats every other one. */
  readonly strong?: boolean | undefined;
  /** What is said when one points at it: an interval. */
  readonly note?: string | undefined;
}

export interface TableBlock {
  readonly type: 'table';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableField[])[];
}

/** Sentences. */
export interface TextBlock {
  readonly type: 'text';
  readonly tone: 'note' | 'warning';
  readonly lines: readonly string[];
}

/** Scores of labels or types of spans, fractions; `strict` where spans are read in seqeval's strict mode too. */
export interface LabelsBlock {
  readonly type: 'labels';
  readonly title: string;
  readonly rows: readonly {
    readonly label: string;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly support: number;
    readonly strict?: StrictScores | undefined;
  }[];
}

export interface StrictScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How often each gold label (row) was taken for which (column). */
export interface ConfusionBlock {
  readonly type: 'confusion';
  readonly title: string;
  readonly gold: readonly string[];
  /** The empty name stands for words that the model never saw. */
  readonly predicted: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** What a label of a word is in CoNLL-U: a column of its own, head and relation, or (a tag of another file) nothing of these. */
export const wordColumns = ['upos', 'xpos', 'feats', 'deprel', 'heads', 'tag'] as const;
export type WordColumn = (typeof wordColumns)[number];

/** Examples that went wrong. */
export interface ExamplesBlock {
  readonly type: 'examples';
  readonly title: string;
  readonly examples: readonly BenchExample[];
  /** How many there are in all. */
  readonly of: number;
  /** What the labels of words are in CoNLL-U; undefined where examples are not sentences of words. */
  readonly column?: WordColumn | undefined;
  /** SHA-256 of the block with all of them, where they lie in the cache. */
  readonly rest?: string | undefined;
}

/** Figures along one coefficient or along the share of entries that is kept. */
export interface CurveBlock {
  readonly type: 'curve';
  readonly title: string;
  readonly x: string;
  readonly metric: string;
  readonly points: readonly {
    readonly x: number;
    /** NaN is null. */
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

/** Figures of several systems below one another, the first one being that against which the others are held. */
export interface BarsBlock {
  readonly type: 'bars';
  readonly title: string;
  readonly metric: string;
  readonly bars: readonly {
    readonly name: string;
    /** NaN is null. */
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

/** Figures over two coefficients. */
export interface MapBlock {
  readonly type: 'map';
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly metric: string;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** A row for each of `ys`. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** A number by layer and module, as a heat map with chance in the middle of its scale. */
export interface PlacesBlock {
  readonly type: 'places';
  readonly title: string;
  readonly layers: readonly string[];
  readonly modules: readonly string[];
  /** A row for each layer; empty where there is nothing to say. */
  readonly texts: readonly (readonly string[])[];
  /** How far each place is from chance, from -1 to 1. */
  readonly shades: readonly (readonly number[])[];
}

/** What was expected, and whether it is so. */
export interface ClaimsBlock {
  readonly type: 'claims';
  readonly claims: readonly {
    readonly claim: string;
    readonly holds: boolean;
    /** What was found, in words. */
    readonly found: string;
  }[];
}

/** A block that is too large for the file, and lies in the cache under the SHA-256 of its content. */
export interface KeptBlock {
  readonly type: 'kept';
  readonly title: string;
  readonly hash: string;
  readonly bytes: number;
}

export type NotebookBlock =
  | TableBlock
  | TextBlock
  | LabelsBlock
  | ConfusionBlock
  | ExamplesBlock
  | BarsBlock
  | CurveBlock
  | MapBlock
  | PlacesBlock
  | ClaimsBlock
  | KeptBlock;

/** A figure of a cell that expectations may name. */
export interface NotebookFigure {
  readonly system: string;
  /** The file, the language, or `mean` over languages. */
  readonly on: string;
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly seeds: number;
  /** Coefficients were chosen by figures on this file. */
  readonly tuned: boolean;
}

/** A paired test between two systems of a cell. */
export interface NotebookComparison {
  readonly a: string;
  readonly b: string;
  readonly on: string;
  /** a - b. */
  readonly difference: number | null;
  /** After Holm over the cell's whole table. */
  readonly p: number | null;
}

/** From which texts an outcome was made: hashes, by which one sees that they have been changed since. */
export interface CellOrigin {
  readonly text: string;
  /** Of what the cell takes from those above it; undefined where that is nothing. */
  readonly above?: string | undefined;
}

/** What has changed since an outcome was made: its cell's own text, or what the cell takes from those above it. */
export type Staleness = 'text' | 'above';

/** What a cell gave: data; `text/plain`, `text/markdown` and pages are made from it. */
export interface CellOutput {
  readonly kind: CellKind;
  /** What it is about, first of all; what explains that, after it. */
  readonly blocks: readonly NotebookBlock[];
  readonly figures: readonly NotebookFigure[];
  readonly comparisons: readonly NotebookComparison[];
  /** SHA-256 of figures and comparisons that are too many for the file, where they lie in the cache. */
  readonly rest?: string | undefined;
  /** undefined in files of versions that did not keep it. */
  readonly from?: CellOrigin | undefined;
}

/** Why a cell could not be run. */
export interface CellProblem {
  readonly code: string;
  readonly what: string;
  readonly advice: string;
  /** In the cell's text, from 1. */
  readonly line?: number | undefined;
  readonly from?: CellOrigin | undefined;
}

/** How the last run of a cell ended. */
export type CellOutcome =
  | { readonly state: 'done'; readonly output: CellOutput }
  | { readonly state: 'failed'; readonly problem: CellProblem }
  | { readonly state: 'interrupted' };

/** How far a cell has come that runs. */
export interface CellProgress {
  /** What it does, in words. */
  readonly doing: string;
  /** Evaluations that are made, of how many; null where none are, or nobody knows yet. */
  readonly evaluations: { readonly done: number; readonly of: number } | null;
  /** Until all of them are made; null while nothing is known. */
  readonly secondsLeft: number | null;
}

/** Requests of notebooks to a session. */
export interface NotebookRequests {
  /** Runs the cell number `index` (from 0). All cells go with it, since one takes its base from those above it. */
  runCell: {
    params: {
      /** Folder of the notebook. */
      readonly folder: string;
      readonly cells: readonly { readonly language: CellLanguage; readonly text: string }[];
      readonly index: number;
      /** What computes: the compiled engine for the processor unless named. */
      readonly engine?: EngineName | undefined;
      /** What the cells above gave. */
      readonly above: readonly CellOutput[];
      /** So long after the last cell the base is dropped; 10 unless given. */
      readonly idleMinutes?: number | undefined;
      /** Under which `CellProgress` is told. */
      readonly progressToken?: string | number | undefined;
    };
    result: CellOutcome;
  };
  /** A block that was too large for its file; null where it is not in the cache any more. */
  keptBlock: { params: { readonly hash: string }; result: NotebookBlock | null };
}

/** MIME type of a cell's outcome, from which the editor's page draws it. */
export const outcomeMime = 'application/vnd.sft.outcome+json';

/** What an editor shows of a cell: its outcome, or that it is running, and how far it has come in words. */
export type ShownOutcome =
  | CellOutcome
  | { readonly state: 'running'; readonly progress?: string | undefined };
