import { percent } from '../../core/texts.ts';
import type { CellProgress } from '../../protocol/notebook.ts';
import type { EvaluationProgress } from '../evaluator/evaluator.ts';

/** Counts the evaluations of a cell, and tells how far it is and how long it will take. */
export interface CellMeter {
  /** Says what is done that is no evaluation. */
  say(doing: string): void;
  /** Says how many evaluations there will be. */
  expect(evaluations: number): void;
  /** An evaluation begins. */
  begin(doing: string): void;
  /** So many of its examples are predicted. */
  readonly within: (progress: EvaluationProgress) => void;
  /** Such a share of a large text has been gone through, before anything of it is predicted. */
  readonly reading: (share: number) => void;
  /** It is done. */
  readonly end: () => void;
}

/** Before so much of the first evaluation is done, nothing is known of how long one takes. */
const leastShare = 0.05;

/** `now`: milliseconds. */
export function newCellMeter(
  tell: ((progress: CellProgress) => void) | undefined,
  now: () => number = () => performance.now(),
): CellMeter {
  let of: number | undefined;
  let done = 0;
  let doing = '';
  /** Of those that were not predicted before: how many, and how long they took. */
  let computed = 0;
  let spent = 0;
  let began = 0;
  let share = 0;

  /** What an evaluation takes whose examples are to be predicted, in milliseconds. */
  const each = (): number | undefined => {
    if (computed > 0) return spent / computed;
    return share < leastShare ? undefined : (now() - began) / share;
  };
  const report = (words: string): void => {
    const cost = each();
    const left = of === undefined ? undefined : Math.max(0, of - done - share);
    tell?.({
      doing: words,
      evaluations: of === undefined ? null : { done, of },
      secondsLeft: cost === undefined || left === undefined || done === of ? null : (left * cost) / 1000,
    });
  };
  return {
    say: report,
    expect(evaluations) {
      of = evaluations;
    },
    begin(words) {
      doing = words;
      began = now();
      share = 0;
      report(words);
    },
    within(progress) {
      share = progress.of === 0 ? 1 : Math.min(1, progress.done / progress.of);
      report(`${doing}: ${progress.done} of ${progress.of}`);
    },
    reading(part) {
      report(`${doing}: reading the text, ${percent(part, 0)}`);
    },
    end() {
      // One whose predictions were all kept is over at once, and says nothing of the others.
      if (share > 0) {
        computed++;
        spent += now() - began;
      }
      done++;
      share = 0;
    },
  };
}
