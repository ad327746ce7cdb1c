import { newCountdown } from '../protocol/countdown.ts';
import type { EvaluationProgress } from '../trainer/evaluator/evaluator.ts';
import { count, duration, percent } from './format.ts';
import { inform } from './output.ts';
import { statusLine } from './statusLine.ts';

/** Shows how far an evaluation is: on a terminal on one line, elsewhere by lines that come the less often the longer it takes. */
export interface EvaluationWatch {
  readonly reading: (share: number) => void;
  readonly progress: (progress: EvaluationProgress) => void;
  /** The share of the SFTs' texts in which the file's were looked for. */
  readonly looking: (share: number) => void;
  end(): void;
}

/** Seconds between two lines at the least, and as a share of the time that has passed. */
const LINES = { least: 5, share: 0.02 };

/** `say` and `now` are for tests. */
export function watchEvaluation(
  say: (line: string) => void = inform,
  now: () => number = () => performance.now() / 1000,
): EvaluationWatch {
  const status = statusLine();
  const begun = now();
  let last = begun;
  const secondsLeft = newCountdown(now);
  const tell = (text: string): void => {
    status.show(text);
    const time = now();
    if (process.stderr.isTTY || time - last < Math.max(LINES.least, LINES.share * (time - begun))) return;
    last = time;
    say(text);
  };
  return {
    reading: (share) => tell(`reading the text: ${percent(share)}`),
    progress({ done, of }) {
      const left = secondsLeft({ done, of });
      const parts = [`${count(done)} of ${count(of)} examples`];
      tell([...parts, ...(left === undefined ? [] : [`${duration(left)} left`])].join(' · '));
    },
    looking: (share) => tell(`looking for its texts in what the SFTs have read: ${percent(share)}`),
    end: () => status.clear(),
  };
}
