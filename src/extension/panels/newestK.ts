import { SftProblem } from '../programs/programs.ts';
import { inTurn } from '../views/timing.ts';
import type { ToRunPanel } from '../../protocol/runPanel.ts';

type Answer = Extract<ToRunPanel, { type: 'kAnswer' }>;

/** Asks a run for one K after the other, so that the one that was wanted last is the one that it has. */
export interface NewestK {
  /** Asks for a K, once the run has answered; of several that wait, the newest is asked for alone. */
  want(k: number): Promise<void>;
  /** Tells a page that begins anew what is being asked. */
  readonly remind: () => void;
}

/**
 * `ask` asks the run, `tell` the page.
 */
export function newNewestK(ask: (k: number) => Promise<void>, tell: (answer: Answer) => void): NewestK {
  let wanted: number | undefined;
  let asking: number | undefined;
  const work = inTurn(async () => {
    const k = wanted;
    wanted = undefined;
    if (k === undefined) return;
    asking = k;
    try {
      await ask(k);
      tell({ type: 'kAnswer', k, answer: 'taken' });
    } catch (error) {
      tell({ type: 'kAnswer', k, answer: reasonOf(error) });
    } finally {
      asking = undefined;
    }
  });
  return {
    want(k) {
      wanted = k;
      return work();
    },
    remind() {
      const k = wanted ?? asking;
      if (k !== undefined) tell({ type: 'kAnswer', k, answer: 'asked' });
    },
  };
}

function reasonOf(error: unknown): { readonly what: string; readonly advice: string } {
  if (!(error instanceof SftProblem))
    return { what: error instanceof Error ? error.message : String(error), advice: '' };
  const { code, what, advice } = error;
  // What is advised there is about the command line.
  return { what, advice: code === 'select-k' ? '' : advice };
}
