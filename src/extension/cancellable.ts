import * as vscode from 'vscode';

/** Tells how far it has come. */
export type Report = (message: string) => void;

/** Does work under a notification with this title, which can be cancelled; gives undefined where it was. */
export async function cancellable<T>(
  title: string,
  work: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<T | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, cancelled) => {
      const end = new AbortController();
      cancelled.onCancellationRequested(() => end.abort());
      try {
        return await work(end.signal, (message) => progress.report({ message }));
      } catch (error) {
        if (end.signal.aborted) return undefined;
        throw error;
      }
    },
  );
}
