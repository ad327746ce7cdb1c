import type { ResultRecord } from './results.ts';
import { checkSave, type SaveMessage } from './savedExport.ts';

/** What the page of results is told. */
export interface ToResultsPanel {
  readonly type: 'results';
  /** The newest first. */
  readonly results: readonly ResultRecord[];
}

/** What it asks for. `ready`: the results, again and again. */
export type FromResultsPanel = { readonly type: 'ready' } | SaveMessage;

/** A message of the page, if it is one. */
export function checkFromResults(message: unknown): FromResultsPanel | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'ready') return { type: 'ready' };
  return message.type === 'save' ? checkSave({ ...message }) : undefined;
}
