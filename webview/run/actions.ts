import type { RunAction, RunPresence } from '../../src/protocol/runPanel.ts';

/**
 * What can be done with a run as it stands: as buttons, the first one foremost, and in the menu. `isChoosing`: its full phase is under
 * way, and it will choose a mask.
 */
export function actionsFor(
  presence: RunPresence,
  isChoosing = false,
): {
  readonly buttons: readonly RunAction[];
  readonly menu: readonly RunAction[];
  /** The run is doing what it was asked for: its buttons wait. */
  readonly isBusy: boolean;
} {
  const always: readonly RunAction[] = ['compare', 'openRecipe', 'openLog'];
  if (presence.kind === 'gone') return { buttons: [], menu: [], isBusy: false };
  if (presence.kind === 'live') {
    const { status } = presence.live;
    const chooses: readonly RunAction[] = isChoosing ? ['changeK', 'selectNow'] : [];
    const menu: readonly RunAction[] = [...chooses, ...always, 'reveal', 'cancel'];
    if (status === 'queued')
      return { buttons: ['stop'], menu: [...always, 'reveal', 'cancel'], isBusy: false };
    const first: RunAction = status === 'paused' ? 'resume' : 'pause';
    // A button that becomes another under a finger would take back what it has just asked for; the list takes a pause back.
    return { buttons: [first, 'stop'], menu, isBusy: status === 'pausing' || status === 'stopping' };
  }
  if (presence.kind === 'elsewhere') return { buttons: [], menu: [...always, 'reveal'], isBusy: false };
  const { outcome, resumable } = presence.end;
  if (outcome === 'done') {
    return { buttons: ['evaluate', 'compose', 'reveal'], menu: [...always, 'delete'], isBusy: false };
  }
  return { buttons: resumable ? ['resume'] : [], menu: [...always, 'reveal', 'delete'], isBusy: false };
}

/** Codicons of the actions. */
export const actionIcons: Readonly<Record<RunAction, string>> = {
  pause: 'debug-pause',
  resume: 'debug-continue',
  stop: 'debug-stop',
  cancel: 'close',
  changeK: 'edit',
  selectNow: 'filter',
  evaluate: 'beaker',
  compose: 'combine',
  reveal: 'folder-opened',
  delete: 'trash',
  openRecipe: 'file-code',
  openLog: 'output',
  compare: 'git-compare',
};
