/** A request whose progress is told under a token, where it gives one. */
export interface WithProgress {
  readonly progressToken?: string | number | undefined;
}

/** Gives what tells the progress of a request; `send` sends it. */
export function progressTeller<P>(
  send: (token: string | number, progress: P) => Promise<void>,
): (request: WithProgress) => (progress: P) => void {
  return ({ progressToken }) =>
    (progress) => {
      if (progressToken === undefined) return;
      // A window that has gone needs no progress; its session ends with it.
      send(progressToken, progress).catch(() => undefined);
    };
}
