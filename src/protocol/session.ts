import type { RunEnd } from './runEnd.ts';
import type { RunHeading } from './runPanel.ts';
import type { RunView } from './runView.ts';

/** Of what a window's session process understands. Both sides are of one version, so it only guards against mistakes. */
export const sessionVersion = 1;

/** Why something cannot be shown: what is wrong and where, and what to do. */
export interface SessionProblem {
  readonly code: string;
  readonly what: string;
  readonly advice: string;
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
  /** ISO 8601. */
  readonly date: string | null;
  readonly bytes: number;
  /** What it was added up from, or what was applied when it was trained. */
  readonly parts: readonly { readonly name: string; readonly coefficient: number }[];
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
  /** The SFT that it made. */
  readonly sft: string | null;
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

/** What depends on SFT files: it would have to do without them. */
export interface Dependent {
  /** The file that depends. */
  readonly file: string;
  readonly on: string;
  readonly how: 'composed' | 'applied' | 'recipe';
}

/** Requests to a session, by method. */
export interface SessionRequests {
  hello: { params: undefined; result: { readonly version: number } };
  /** SFT files, those of SFT_HOME's library with them. */
  listSfts: { params: { readonly files: readonly string[] }; result: readonly Listed<SftListing>[] };
  /** Run folders. */
  listRuns: { params: { readonly folders: readonly string[] }; result: readonly Listed<RunListing>[] };
  /** Of run folders, the `most` that were written last; `left` are not listed. */
  recentRuns: {
    params: { readonly folders: readonly string[]; readonly most: number };
    result: { readonly runs: readonly Listed<RunListing>[]; readonly left: number };
  };
  /** Model folders, with those of SFT_HOME and of the Hugging Face cache. */
  listBases: { params: { readonly folders: readonly string[] }; result: readonly Listed<BaseListing>[] };
  /** Of `files`, among these SFTs and recipes. */
  dependents: {
    params: {
      readonly files: readonly string[];
      readonly sfts: readonly string[];
      readonly recipes: readonly string[];
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
  /** Deletes files and folders so that they can be brought back; gives the ids by which they can. */
  trash: { params: { readonly paths: readonly string[] }; result: readonly string[] };
  restore: { params: { readonly ids: readonly string[] }; result: readonly string[] };
}
