import type { ComposeSetting, NamedSetting, PastSetting, SweepAxis, SweepPoint } from './compose.ts';
import type { SftComparison } from './inspect.ts';
import type { SaveMessage } from './savedExport.ts';

/** What is wrong, and what to do. */
export interface Told {
  readonly what: string;
  readonly advice: string;
}

/** What a page knows of an SFT beside its row. */
export interface SftFacts {
  readonly name: string;
  readonly kind: 'language' | 'task' | 'composed' | null;
  /** What its file says that it is for. */
  readonly task: string | null;
  readonly entries: number | null;
  readonly density: number | null;
  /** Whether it has labels, and so a head that can be evaluated. */
  readonly hasHead: boolean;
  /** Why it cannot be read. */
  readonly problem: Told | null;
}

/** Facts by file, of those that have been looked up. */
export type KnownSfts = Readonly<Partial<Record<string, SftFacts>>>;

/** A figure with its interval, and of which setting it is (`settingKey`). */
export interface FigureView {
  readonly key: string;
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly examples: number;
  readonly of: number;
  readonly units: number;
}

/**
 * How far the evaluation has come. `resting`: the whole file waits until the sliders rest; `sampled`: it would take hours, and is left
 * out.
 */
export const evaluationStates = [
  'off',
  'sampling',
  'resting',
  'evaluating',
  'done',
  'sampled',
  'failed',
] as const;

export interface EvaluationView {
  readonly state: (typeof evaluationStates)[number];
  /** Examples of the whole file that are predicted, of how many. */
  readonly progress: { readonly done: number; readonly of: number } | null;
  /** Share of a large text that has been gone through, before anything of it is predicted. */
  readonly reading: number | null;
  readonly quick: FigureView | null;
  readonly whole: FigureView | null;
  /** The SFTs or their coefficients have been chosen by figures on this file. */
  readonly isTuned: boolean;
  /** Sentences. */
  readonly warnings: readonly string[];
  readonly problem: (Told & { readonly canForce: boolean }) | null;
}

/** The difference of the whole file's figure to that of the reference. */
export interface DifferenceView {
  readonly key: string;
  /** Name of the reference. */
  readonly to: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  readonly problem: Told | null;
}

export interface SweepView {
  readonly axes: readonly SweepAxis[];
  /** What else was added; null where that is not known. */
  readonly setting: ComposeSetting | null;
  /** The data file, and its name. */
  readonly file: string;
  readonly data: string;
  readonly metric: string | null;
  /** As they come: the first axis varies slowest. */
  readonly points: readonly SweepPoint[];
  readonly of: number;
  readonly examples: number | null;
  readonly isRunning: boolean;
  readonly problem: Told | null;
  /** When it was done, ISO 8601, as far as that is known. */
  readonly time?: string | undefined;
}

export interface DataView {
  readonly file: string;
  readonly name: string;
  readonly role: 'dev' | 'test';
  /** Those that were named; empty where the SFT says them, null where the file has none to name. */
  readonly columns: readonly string[] | null;
}

/** All that a page of a compose bench shows. */
export interface ComposeView {
  readonly name: string;
  /** Evaluation and saving are off in restricted mode. */
  readonly isTrusted: boolean;
  /** Why there is no bench to show: its file cannot be read. */
  readonly problem: Told | null;
  readonly setting: ComposeSetting;
  /** By file. */
  readonly sfts: KnownSfts;
  /** `looking`: it is not known yet. */
  readonly base: { readonly folder: string; readonly name: string } | 'looking' | null;
  readonly data: DataView | null;
  readonly evaluation: EvaluationView;
  readonly reference: { readonly name: string; readonly isChosen: boolean } | null;
  readonly difference: DifferenceView | null;
  readonly history: readonly PastSetting[];
  /** When the data file or an SFT was changed last, ISO 8601: figures of before are not of these files; null until it is known. */
  readonly changed: string | null;
  /** Of all SFTs, two by two; null until it is there. */
  readonly pairs: SftComparison | null;
  /** `canForce`: SFTs of different bases can be put together all the same. */
  readonly pairsProblem: (Told & { readonly canForce: boolean }) | null;
  readonly sweep: SweepView | null;
}

/** From the extension's host: what has changed of the view, all of it in answer to `ready`. */
export interface ToCompose {
  readonly type: 'patch';
  /** Of this page's messages, from 1. */
  readonly number: number;
  readonly part: Partial<ComposeView>;
}

/** What a page can ask for that has no more to it than its name. */
export const composeActions = [
  'addSfts',
  'chooseData',
  'chooseColumns',
  'chooseBase',
  'undo',
  'redo',
  'saveSft',
  'exportModel',
  'stopSweep',
  'again',
  'openText',
] as const;
export type ComposeAction = (typeof composeActions)[number];

/** From a page to the extension's host. Every message is checked before it is used (`checkFromCompose`). */
export type FromCompose =
  | { readonly type: 'ready' }
  /** Another setting; `isMoving` while a slider is held; `seen`: the number of the last patch that was taken before. */
  | {
      readonly type: 'setting';
      readonly setting: ComposeSetting;
      readonly isMoving: boolean;
      readonly seen: number;
    }
  | { readonly type: 'reference'; readonly reference: NamedSetting | null }
  /** What the data file is for. */
  | { readonly type: 'role'; readonly role: 'dev' | 'test' }
  | { readonly type: 'sweep'; readonly axes: readonly SweepAxis[]; readonly isWhole: boolean }
  /** Files that were dropped onto the page: Uris. */
  | { readonly type: 'dropped'; readonly uris: readonly string[] }
  /** Opens an SFT in the inspector. */
  | { readonly type: 'open'; readonly file: string }
  | { readonly type: 'action'; readonly action: ComposeAction }
  | SaveMessage;
