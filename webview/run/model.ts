import { foldEvent, type RunView } from '../../src/protocol/runView.ts';
import type { RunHeading, RunPanelState, RunPresence, ToRunPanel } from '../../src/protocol/runPanel.ts';
import type { WhatIf } from '../../src/protocol/whatIf.ts';
import type { DrawnRun } from './curves.ts';

/** What the user wants of K that is not so yet. */
export interface KWishes {
  /** K as the slider is moved; nobody has been asked for it. */
  held: number | null;
  /** K that the run is being asked for. */
  asked: number | null;
  /** Why a K was not taken. */
  refused: { readonly what: string; readonly advice: string } | null;
  /** What stands in the number field is no K: it is neither asked for nor drawn over. */
  isWrong: boolean;
}

/** The masks that a run could have chosen, and which of them is looked at. */
export type WhatIfModel =
  | { readonly state: 'asked' }
  | { readonly state: 'failed'; readonly what: string; readonly advice: string }
  | { readonly state: 'found'; readonly found: WhatIf; readonly at: number };

/** What the panel has been told. It changes in place, since views do. */
export interface PanelModel {
  shown: {
    heading: RunHeading;
    view: RunView;
    presence: RunPresence;
  } | null;
  readonly overlays: Map<string, DrawnRun>;
  recipe: string | null;
  log: { readonly text: string; readonly truncated: boolean } | null;
  problem: { readonly what: string; readonly advice: string } | null;
  /** Masks of other sizes: null until they are asked for. */
  whatIf: WhatIfModel | null;
  /** A view was asked for and has not come yet: what is told until then is in it. */
  waits: boolean;
  readonly k: KWishes;
}

/** A panel that has asked for its run. */
export function newModel(): PanelModel {
  return {
    shown: null,
    overlays: new Map(),
    recipe: null,
    log: null,
    problem: null,
    whatIf: null,
    waits: true,
    k: { held: null, asked: null, refused: null, isWrong: false },
  };
}

/** Takes in a message; `lost` if the whole view must be asked for anew. */
export function receive(model: PanelModel, message: ToRunPanel): 'taken' | 'lost' {
  switch (message.type) {
    case 'view': {
      const { heading, presence } = message;
      const view = compact(message.view);
      model.shown = { heading, view, presence };
      model.problem = null;
      model.waits = false;
      return 'taken';
    }
    case 'events':
      return model.waits ? 'taken' : foldBatch(model, message);
    case 'presence':
      if (model.shown !== null) {
        model.shown.presence = message.presence;
        model.shown.heading = message.heading;
      }
      return 'taken';
    case 'log':
      model.log = message;
      return 'taken';
    case 'recipe':
      model.recipe = message.text;
      return 'taken';
    case 'overlay': {
      const { folder, name, view } = message;
      model.overlays.set(folder, { folder, name, view: compact(view) });
      return 'taken';
    }
    case 'overlayGone':
      model.overlays.delete(message.folder);
      return 'taken';
    case 'whatIf': {
      const { found } = message;
      model.whatIf =
        'masks' in found ? { state: 'found', found, at: found.own } : { state: 'failed', ...found };
      return 'taken';
    }
    case 'kAnswer':
      takeAnswer(model, message);
      return 'taken';
    default:
      model.problem = message;
      return 'taken';
  }
}

function takeAnswer(
  { k: wishes, shown }: PanelModel,
  { k, answer }: Extract<ToRunPanel, { type: 'kAnswer' }>,
): void {
  if (answer === 'asked') {
    wishes.asked = k;
    return;
  }
  // Another one is on its way: its answer counts.
  if (wishes.asked !== k) return;
  wishes.asked = null;
  if (answer !== 'taken') wishes.refused = answer;
  else if (shown?.presence.kind === 'live') {
    // The run says so itself with the next that it tells.
    shown.presence = { kind: 'live', live: { ...shown.presence.live, k } };
  }
}

/** The same view, which is plain JSON: arrays of a message never hold numbers as such, but each in a box of its own. */
function compact(view: RunView): RunView {
  return JSON.parse(JSON.stringify(view)) as RunView;
}

function foldBatch(
  model: PanelModel,
  { from, events }: Extract<ToRunPanel, { type: 'events' }>,
): 'taken' | 'lost' {
  const view = model.shown?.view;
  if (view === undefined || view.events !== from) {
    model.waits = true;
    return 'lost';
  }
  for (const event of events) foldEvent(view, event);
  return 'taken';
}

/** What a panel starts with that has nothing to restore. */
export function newState(folder: string): RunPanelState {
  return { folder, tab: 'charts', zoom: null, frame: null, hidden: [], overlays: [] };
}

/** The state with one more series switched off, or one fewer. */
export function toggled(state: RunPanelState, series: string): RunPanelState {
  const { hidden } = state;
  return {
    ...state,
    hidden: hidden.includes(series) ? hidden.filter((one) => one !== series) : [...hidden, series],
  };
}
