import { EXIT, inform } from './output.ts';

/** A closed terminal ends work as Ctrl-C does. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that Ctrl-C stops by a signal, and gives the exit code; a second Ctrl-C ends at once. `kept` says what is left of it.
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  kept: string,
): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    stop.abort(new Error('stopped'));
  };
  for (const ending of endings) process.on(ending, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    inform(`stopped; ${kept}`);
    return EXIT.interrupted;
  } finally {
    for (const ending of endings) process.off(ending, onSignal);
  }
}
