import { foldEvent, type RunView } from '../../src/protocol/runView.ts';
import type { RunHeading, RunPanelState, RunPresence, ToRunPanel } from '../../src/protocol/runPanel.ts';
import type { DrawnRun } from './curves.ts';

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
  /** A view was asked for and has not come yet: what is told until then is in it. */
  waits: boolean;
}

/** A panel that has asked for its run. */
export function newModel(): PanelModel {
  return { shown: null, overlays: new Map(), recipe: null, log: null, problem: null, waits: true };
}

/** Takes in a message; `lost` if the whole view must be asked for anew. */
export function receive(model: PanelModel, message: ToRunPanel): 'taken' | 'lost' {
  switch (message.type) {
    case 'view': {
      const { heading, view, presence } = message;
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
      model.overlays.set(folder, { folder, name, view });
      return 'taken';
    }
    default:
      model.problem = message;
      return 'taken';
  }
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
