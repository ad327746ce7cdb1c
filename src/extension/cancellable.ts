import * as vscode from 'vscode';
import { messageText } from './views/plainText.ts';

/** Tells how far it has come. */
export type Report = (message: string) => void;

/** What takes no longer needs no sign of it. */
const briefMilliseconds = 1000;

/**
 * Waits for what is under way already. Once that has taken a second, a notification with this title says so, where the waiting can be
 * cancelled, not what is waited for: gives undefined then.
 */
export async function waitFor<T>(
  title: string,
  running: Promise<T>,
): Promise<{ readonly done: T } | undefined> {
  const ended = running.then((done) => ({ done }));
  if (await isBrief(ended)) return ended;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: messageText(title), cancellable: true },
    (_progress, cancelled) =>
      Promise.race([
        ended,
        new Promise<undefined>((resolve) => {
          cancelled.onCancellationRequested(() => resolve(undefined));
        }),
      ]),
  );
}

/**
 * Does work that is mostly brief; once it has taken a second, it is shown and can be cancelled. Work that is cancelled ends soon, and
 * gives what it has done.
 */
export async function cancellableWhenLong<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const running = work(end.signal);
  if ((await waitFor(title, running)) === undefined) end.abort();
  return running;
}

async function isBrief(ended: Promise<unknown>): Promise<boolean> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<false>((resolve) => {
    late = setTimeout(() => resolve(false), briefMilliseconds);
  });
  try {
    return await Promise.race([
      ended.then(
        () => true,
        () => true,
      ),
      patience,
    ]);
  } finally {
    clearTimeout(late);
  }
}

/** Does work under a notification with this title, which can be cancelled; gives undefined where it was. */
export async function cancellable<T>(
  title: string,
  work: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<T | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: messageText(title), cancellable: true },
    async (progress, cancelled) => {
      const end = new AbortController();
      cancelled.onCancellationRequested(() => end.abort());
      try {
        return await work(end.signal, (message) => progress.report({ message: messageText(message) }));
      } catch (error) {
        if (end.signal.aborted) return undefined;
        throw error;
      }
    },
  );
}
