import type { Event } from 'vscode';
import type { LiveRunItem } from './liveRuns.ts';

interface Followed {
  all(): readonly LiveRunItem[];
  readonly onDidChange: Event<void>;
}

/**
 * Fires when another set of runs lives, or one of them does something else. What live runs tell of how far they are comes each second,
 * and would have whoever reads files for an answer read them as often.
 */
export function onDidChangeRuns(live: Followed): Event<void> {
  return (listener, self, disposables) => {
    let before = standing(live.all());
    return live.onDidChange(
      () => {
        const now = standing(live.all());
        if (now === before) return;
        before = now;
        listener.call(self);
      },
      undefined,
      disposables,
    );
  };
}

/** Which runs live, and what they do. */
function standing(runs: readonly LiveRunItem[]): string {
  return JSON.stringify(
    runs.map(({ entry, progress }) => [entry.folder, entry.pid, progress?.live.status ?? entry.status]),
  );
}
