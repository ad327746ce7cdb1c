import * as vscode from 'vscode';
import { newClock } from './views/figures.ts';
import type { Voice } from './views/rows.ts';

/** How this window says things: in the editor's language, by the machine's clock. */
export function newVoice(): Voice {
  return {
    t: (message, ...values) => vscode.l10n.t(message, ...values),
    clock: newClock(vscode.env.language, Date.now),
    now: Date.now,
  };
}
