import type { FromRunPanel, RunAction, RunPanelState } from '../../src/protocol/runPanel.ts';
import type { KControl } from './kControl.ts';
import type { PanelModel } from './model.ts';

/** What the parts of the page draw, and what they can do. */
export interface Panel {
  readonly model: PanelModel;
  readonly state: RunPanelState;
  /** Keeps a change of the state and draws it. */
  readonly change: (part: Partial<RunPanelState>) => void;
  readonly send: (message: FromRunPanel) => void;
  readonly kControl: KControl;
}

/** Asks the extension for one of its commands. */
export function act({ send }: Panel, action: RunAction): () => void {
  return () => send({ type: 'action', action });
}
