import type { BenchProgress, BenchRequests } from './bench.ts';
import type { MetricInterval } from './events.ts';
import type { InspectRequests } from './inspect.ts';
import type { CellProgress, NotebookRequests } from './notebook.ts';
import type { RunReached } from './liveRun.ts';
import type { RunEnd } from './runEnd.ts';
import type { RunHeading } from './runPanel.ts';
import type { WhatIf } from './whatIf.ts';
import type { RunView } from './runView.ts';

/** Of what a window's session process understands. Both sides are of one version, so it only guards against mistakes. */
export const sessionVersion = 1;

/** Code of the answer to a request that was cancelled. */
export const requestCancelled = -32800;

/** Why something cannot be shown: what is wrong and where, and what to do. */
export interface SessionProblem {
  readonly code: string;
  readonly what: string;
  readonly advice: string;
}

/** An SFT in another one. */
export interface SftPart {
  /** Its file's name. */
  readonly name: string;
  readonly coefficient: number;
  /** Whether the whole has its head. */
  readonly head?: boolean | undefined;
}

/** An SFT file, as lists show it. */
export interface SftListing {
  readonly file: string;
  /** The file's name without its ending. */
  readonly name: string;
  readonly kind: 'language' | 'task' | 'composed';
  readonly task: string | null;
  readonly language: string | null;
  /** As the file names it; null where it does not. */
  readonly base: string | null;
  readonly baseFingerprint: string | null;
  readonly entries: number;
  /** Of what could be chosen; null where it is not known. */
  readonly density: number | null;
  readonly labels: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of one of the metrics, where it is known. */
  readonly interval?: MetricInterval | undefined;
  /** ISO 8601. */
  readonly date: string | null;
  readonly bytes: number;
  /** What it was added up from, or what was applied when it was trained. */
  readonly parts: readonly SftPart[];
  readonly reproducible: boolean;
}

/** A run folder, as lists show it. */
export interface RunListing {
  readonly folder: string;
  readonly name: string;
  readonly kind: string;
  /** null while a process works on it, as far as its owner file tells. */
  readonly end: RunEnd | null;
  /** When its record was last written, in milliseconds since 1970. */
  readonly time: number;
  /** Seconds of training, of one that is done. */
  readonly seconds: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of one of the metrics, where it is known. */
  readonly interval?: MetricInterval | undefined;
  /** The SFT that it made. */
  readonly sft: string | null;
  /** Set while a process of another computer works on it. */
  readonly elsewhere?: WorkElsewhere | undefined;
}

/** A run that another computer works on, as its folder on a shared disk tells it. */
export interface WorkElsewhere {
  readonly host: string;
  readonly progress: RunReached;
}

/** The runs of a sweep that nobody has started. */
export interface WaitingRuns {
  /** Of the sweep. */
  readonly folder: string;
  readonly names: readonly string[];
}

/** A base model, as lists show it. */
export interface BaseListing {
  readonly folder: string;
  readonly name: string;
  readonly modelType: string;
  readonly layers: number;
  readonly hiddenSize: number;
  /** Of the encoder. */
  readonly parameters: number;
}

/** A file or folder that could be read, or why not. */
export type Listed<T> =
  | { readonly path: string; readonly found: T }
  | { readonly path: string; readonly problem: SessionProblem };

/**
 * How something depends: an SFT was composed of it, or trained with it applied; a recipe applies it, or takes its full phase; a bench has it;
 * a notebook names it.
 */
export const dependences = ['composed', 'applied', 'recipe', 'fullPhase', 'bench', 'notebook'] as const;

/** What depends on SFT files, or on what runs have kept: it would have to do without them. */
export interface Dependent {
  /** The file that depends. */
  readonly file: string;
  readonly on: string;
  readonly how: (typeof dependences)[number];
}

/** Requests to a session, by method. */
export interface SessionRequests extends InspectRequests, BenchRequests, NotebookRequests {
  hello: { params: undefined; result: { readonly version: number } };
  /** SFT files, with those of SFT_HOME's library and of the Hugging Face cache unless `only` these are wanted. */
  listSfts: {
    params: { readonly files: readonly string[]; readonly only?: boolean };
    result: readonly Listed<SftListing>[];
  };
  /** Run folders. */
  listRuns: { params: { readonly folders: readonly string[] }; result: readonly Listed<RunListing>[] };
  /** Of run folders, the `most` that were written last; `left` are not listed. */
  recentRuns: {
    params: { readonly folders: readonly string[]; readonly most: number };
    result: { readonly runs: readonly Listed<RunListing>[]; readonly left: number };
  };
  /** Of sweeps, by their `plan.json`, the runs that nobody has started; of those that have some. */
  waitingRuns: { params: { readonly plans: readonly string[] }; result: readonly WaitingRuns[] };
  /** Model folders, with those of SFT_HOME and of the Hugging Face cache. */
  listBases: { params: { readonly folders: readonly string[] }; result: readonly Listed<BaseListing>[] };
  /** Of `files` and of what these runs have kept, among these SFTs, recipes, benches and notebooks. */
  dependents: {
    params: {
      readonly files: readonly string[];
      readonly runs: readonly string[];
      readonly sfts: readonly string[];
      readonly recipes: readonly string[];
      readonly benches: readonly string[];
      readonly notebooks: readonly string[];
    };
    result: readonly Dependent[];
  };
  /** All that a panel shows of a run that is not live; `end` is null where its owner says that it is. */
  openRun: {
    params: { readonly folder: string };
    result: { readonly heading: RunHeading; readonly view: RunView; readonly end: RunEnd | null };
  };
  /** The heading alone, for a live run. */
  runHeading: { params: { readonly folder: string }; result: RunHeading };
  runLog: {
    params: { readonly folder: string };
    result: { readonly text: string; readonly truncated: boolean };
  };
  runRecipe: { params: { readonly folder: string }; result: string };
  /** The masks that a run could have chosen, from what it has kept of its full phase. */
  runWhatIf: { params: { readonly folder: string }; result: WhatIf };
  /** Deletes files and folders so that they can be brought back; gives the ids by which they can. */
  trash: { params: { readonly paths: readonly string[] }; result: readonly string[] };
  restore: { params: { readonly ids: readonly string[] }; result: readonly string[] };
}

/** What a request tells of its progress, if it is asked to. */
export type SessionProgress<M extends keyof SessionRequests> = M extends 'runCell'
  ? CellProgress
  : BenchProgress;
