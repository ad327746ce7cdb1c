import type * as vscode from 'vscode';
import { setContextKey } from '../contextKeys.ts';

/** Things that were deleted together, with the ids by which they come back. */
export interface Deleted {
  readonly ids: readonly string[];
  /** What was deleted, in words. */
  readonly what: string;
}

const key = 'sft.deleted';
const most = 50;

type Context = Pick<vscode.ExtensionContext, 'workspaceState'>;

/** What was deleted in this workspace and can be brought back, the last one last. */
export function deletedOf({ workspaceState }: Context): readonly Deleted[] {
  const value: unknown = workspaceState.get(key);
  return Array.isArray(value) ? value.filter(isDeleted) : [];
}

/** Remembers what was deleted. */
export async function setDeleted({ workspaceState }: Context, deleted: readonly Deleted[]): Promise<void> {
  await workspaceState.update(key, deleted.slice(-most));
  setContextKey('sft.canUndoDelete', deleted.length > 0);
}

/** Says at the start whether there is something to bring back. */
export function announceUndo(context: Context): void {
  if (deletedOf(context).length > 0) setContextKey('sft.canUndoDelete', true);
}

function isDeleted(value: unknown): value is Deleted {
  if (typeof value !== 'object' || value === null) return false;
  const { ids, what } = value as Record<string, unknown>;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string') && typeof what === 'string';
}
