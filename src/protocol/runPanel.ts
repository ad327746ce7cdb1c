import type { RunEvent } from './events.ts';
import type { LiveState } from './liveRun.ts';
import type { RunEnd } from './runEnd.ts';
import type { RunView } from './runView.ts';
import type { SaveMessage } from './savedExport.ts';
import type { WhatIf } from './whatIf.ts';

/** What stands at the head of a run panel beside what the run's events tell. */
export interface RunHeading {
  readonly name: string;
  readonly folder: string;
  /** `task` or `language`; what is trained, such as `tagging`, `language model`. */
  readonly kind: string;
  readonly task: string;
  readonly base: string;
  /** Name of the metric that decides which values are best; null where nothing is validated. */
  readonly metric: string | null;
  /** Bytes of the SFT, once there is one. */
  readonly size: number | null;
}

/** Whether a process works on the run, and what it is doing; or how it ended. */
export type RunPresence =
  | { readonly kind: 'live'; readonly live: LiveState }
  | { readonly kind: 'ended'; readonly end: RunEnd }
  /** A process works on it that cannot be asked, such as one of another machine. */
  | { readonly kind: 'elsewhere'; readonly what: string; readonly advice: string }
  /** The folder is no longer there. */
  | { readonly kind: 'gone' };

/** What the user may do from a run panel; each is a command of the extension. */
export const runActions = [
  'pause',
  'resume',
  'stop',
  'cancel',
  'changeK',
  'selectNow',
  'evaluate',
  'compose',
  'reveal',
  'delete',
  'openRecipe',
  'openLog',
  'compare',
] as const;
export type RunAction = (typeof runActions)[number];

/** From the extension's host to a run panel. */
export type ToRunPanel =
  /** Everything, in answer to `ready` or where a client has lost count. */
  | {
      readonly type: 'view';
      readonly heading: RunHeading;
      readonly view: RunView;
      readonly presence: RunPresence;
    }
  /** What has happened since; fold with `foldEvent` if `from` is the view's count, else say `ready` again. */
  | { readonly type: 'events'; readonly from: number; readonly events: readonly RunEvent[] }
  | { readonly type: 'presence'; readonly presence: RunPresence; readonly heading: RunHeading }
  /** A run that was drawn behind is gone. */
  | { readonly type: 'overlayGone'; readonly folder: string }
  /** Text of a tab. `truncated`: only its end is shown. */
  | { readonly type: 'log'; readonly text: string; readonly truncated: boolean }
  | { readonly type: 'recipe'; readonly text: string }
  /** Another run to be drawn behind this one; it replaces one of the same folder. */
  | { readonly type: 'overlay'; readonly folder: string; readonly name: string; readonly view: RunView }
  /** What has become of a K that the page asked for: the run is being asked, it has taken it, or why it has not. */
  | {
      readonly type: 'kAnswer';
      readonly k: number;
      readonly answer: 'asked' | 'taken' | { readonly what: string; readonly advice: string };
    }
  /** What was asked for by `whatIf`, or why there is none. */
  | { readonly type: 'whatIf'; readonly found: WhatIf | { readonly what: string; readonly advice: string } }
  /** Nothing can be shown: a sentence that says what is wrong, and one that says what to do. */
  | { readonly type: 'problem'; readonly what: string; readonly advice: string };

/** Iteration, phase (0 is the full one) and step; the step is null of a mask that was chosen, which stands behind those of its full phase. */
export type MomentPlace = readonly [iteration: number, phase: number, step: number | null];

/** What a run panel wants to have again after a reload; kept by the editor, not by us. */
export interface RunPanelState {
  readonly folder: string;
  readonly tab: 'charts' | 'table' | 'recipe' | 'log';
  /** Range of all steps that is shown, counted over all phases; null for all. */
  readonly zoom: readonly [number, number] | null;
  /** Place of what the time slider shows among all masks and movements, in the order of time; null follows the newest. */
  readonly frame: number | null;
  /** The moment that this is: a history that becomes long while nobody looks loses some before it. */
  readonly moment?: MomentPlace | undefined;
  /** Whether the map of the mask has its table under it. */
  readonly mapTable?: boolean | undefined;
  /** Series that are switched off. */
  readonly hidden: readonly string[];
  readonly overlays: readonly string[];
}

/** From a run panel to the extension's host. Every message is checked before it is used (`checkFromRunPanel`). */
export type FromRunPanel =
  | { readonly type: 'ready'; readonly overlays: readonly string[] }
  | { readonly type: 'action'; readonly action: RunAction }
  /** Asks for another size of the mask, while the full phase trains. */
  | { readonly type: 'chooseK'; readonly k: number }
  /** Asks for the text of a tab. */
  | { readonly type: 'tab'; readonly tab: 'recipe' | 'log' }
  | { readonly type: 'removeOverlay'; readonly folder: string }
  /** Asks for the masks that the run could have chosen. */
  | { readonly type: 'whatIf' }
  /** Trains the sparse phase for a mask of another size, or for random ones of that size. */
  | { readonly type: 'fork'; readonly k: number; readonly isRandom: boolean }
  /** Asks for a place to save a chart. */
  | SaveMessage;
