import type { EngineName } from '../../core/engineNames.ts';
import type { BenchData, BenchFigure, BenchRequests } from '../../protocol/bench.ts';
import {
  benchSettingOf,
  type ComposeSetting,
  fileName,
  type NamedSetting,
  type PastSetting,
  pastOf,
  settingKey,
} from '../../protocol/compose.ts';
import type { DifferenceView, EvaluationView, FigureView, Told } from '../../protocol/composePanel.ts';
import { newCountdown } from '../../protocol/countdown.ts';
import { tunedOnTest } from '../../protocol/results.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Session } from '../programs/session.ts';

/** What is to be evaluated. */
export interface BenchGoal {
  readonly base: string;
  readonly setting: ComposeSetting;
  readonly data: BenchData;
  readonly reference: NamedSetting | null;
  readonly isTuned: boolean;
  /** A slider is held: the sample is enough for now. */
  readonly isMoving: boolean;
}

export interface BenchWorkOptions {
  readonly session: () => Promise<Session>;
  readonly show: (evaluation: EvaluationView, difference: DifferenceView | null) => void;
  /** Told of every figure, of a sample too: on which file, and of which setting. */
  readonly looked: (data: string, setting: ComposeSetting) => void;
  readonly record: (past: PastSetting) => void;
  readonly fail: (error: unknown) => void;
  /** How long the sliders must rest before the whole file is evaluated, in milliseconds. */
  readonly rest: number;
  /** A whole file that takes longer, in seconds, is left out. */
  readonly longest?: number | undefined;
  readonly idleMinutes: () => number;
  readonly engine: () => EngineName | undefined;
}

/** Evaluates what is wanted last. */
export interface BenchWork {
  /** null: nothing. */
  want(goal: BenchGoal | null): void;
  /** Evaluates the same again, since a file has changed or something has failed. */
  again(): void;
  /** Gives up what is not done. */
  stop(): void;
}

/** Nobody waits for a bench so long, in seconds; the command line asks first. */
const fourHours = 4 * 3600;

/** Examples of a quick figure. */
export const sampleSize = 200;

export const noEvaluation: EvaluationView = {
  state: 'off',
  progress: null,
  reading: null,
  quick: null,
  whole: null,
  isTuned: false,
  warnings: [],
  problem: null,
};

/**
 * Evaluates a sample as sliders move, one after the other and always the newest setting; the whole file, and its difference to
 * the reference, when they rest. A whole file that is not wanted any more is given up.
 */
export function newBenchWork({
  session,
  show,
  looked,
  record,
  fail,
  rest,
  longest = fourHours,
  idleMinutes,
  engine,
}: BenchWorkOptions): BenchWork {
  let goal: BenchGoal | null = null;
  /** Counts what was wanted, and which of that is done. */
  let wanted = 0;
  let done = 0;
  let isWorking = false;
  let giveUp = new AbortController();
  /** Of a sample: sliders that move let it be, for a figure that is a moment old is better than none. */
  let giveSampleUp = new AbortController();
  let wake: (() => void) | undefined;
  let shown = noEvaluation;
  let difference: DifferenceView | null = null;

  const forgetSample = (): void => {
    giveSampleUp.abort();
    giveSampleUp = new AbortController();
  };
  const tell = (part: Partial<EvaluationView>): void => {
    shown = { ...shown, ...part };
    show(shown, difference);
  };
  const renew = (): void => {
    wanted++;
    giveUp.abort();
    giveUp = new AbortController();
    wake?.();
    if (!isWorking && goal !== null) work().catch(fail);
  };
  const work = async (): Promise<void> => {
    isWorking = true;
    try {
      for (let next = todo(); next !== null; next = todo()) await attempt(next, wanted);
    } finally {
      isWorking = false;
    }
  };
  const todo = (): BenchGoal | null => (done === wanted ? null : goal);
  /** Evaluates a goal as far as it stays the newest. */
  const attempt = async (now: BenchGoal, number: number): Promise<void> => {
    const { signal } = giveUp;
    try {
      await evaluate(now, number, signal);
      if (number === wanted) done = number;
    } catch (error) {
      if (number !== wanted) return;
      done = number;
      difference = null;
      tell({ state: 'failed', progress: null, reading: null, problem: problemOf(error, fail) });
    }
  };
  const evaluate = async (now: BenchGoal, number: number, signal: AbortSignal): Promise<void> => {
    const { setting, data, isTuned } = now;
    const key = settingKey(setting);
    const { signal: sampleSignal } = giveSampleUp;
    const opened = {
      base: now.base,
      ...benchSettingOf(setting),
      engine: engine(),
      idleMinutes: idleMinutes(),
    };
    await withBench(await session(), opened, async (connection, bench, warnings) => {
      tell({ state: 'sampling', progress: null, problem: null, warnings, isTuned });
      const sampled = await connection.ask(
        'evaluateBench',
        { ...data, bench, sample: sampleSize, sampleOnly: true, tuned: isTuned },
        sampleSignal,
        (progress) => {
          if ('reading' in progress) tell({ reading: progress.reading });
        },
      );
      if (goal === null) return;
      looked(data.data, setting);
      const tuned = isTuned || sampled.tuned;
      const flattered = tuned && data.role === 'test' ? [tunedOnTest(fileName(data.data))] : [];
      tell({
        reading: null,
        state: 'resting',
        quick: figureView(key, sampled),
        warnings: [...flattered, ...said(warnings, sampled)],
        isTuned: tuned,
      });
      if (number !== wanted || now.isMoving) return;
      await resting();
      if (number !== wanted) return;
      tell({ state: 'evaluating' });
      const whole = await wholeFile(now, connection, bench, signal);
      if (whole === undefined) {
        const recorded = { ...data, bench, sample: sampleSize, sampleOnly: 'recorded', tuned } as const;
        await connection.ask('evaluateBench', recorded, signal);
        difference = null;
        tell({ state: 'sampled', whole: null, progress: null, reading: null });
        return;
      }
      tell({ whole: figureView(key, whole), progress: null, reading: null });
      record(pastSetting(now, whole));
      difference = await compare(now, connection, bench, signal);
      tell({ state: 'done' });
    });
  };
  /** undefined where it turns out to take too long. */
  const wholeFile = async (
    { data, isTuned }: BenchGoal,
    connection: Session,
    bench: number,
    signal: AbortSignal,
  ): Promise<BenchFigure | undefined> => {
    const tooLong = new AbortController();
    const secondsLeft = newCountdown(() => performance.now() / 1000);
    try {
      return await connection.ask(
        'evaluateBench',
        { ...data, bench, tuned: isTuned },
        AbortSignal.any([signal, tooLong.signal]),
        (progress) => {
          if ('reading' in progress) tell({ reading: progress.reading });
          else if ('done' in progress && !('variant' in progress) && !('point' in progress)) {
            tell({ progress, reading: null });
            if ((secondsLeft(progress) ?? 0) > longest) tooLong.abort();
          }
        },
      );
    } catch (error) {
      if (!tooLong.signal.aborted || signal.aborted) throw error;
      return undefined;
    }
  };
  const compare = async (
    { setting, reference, data }: BenchGoal,
    connection: Session,
    bench: number,
    signal: AbortSignal,
  ): Promise<DifferenceView | null> => {
    const key = settingKey(setting);
    if (reference === null || settingKey(reference.setting) === key) return null;
    const none = { key, to: reference.name, value: null, low: null, high: null, p: null };
    try {
      const asked = { ...data, bench, reference: benchSettingOf(reference.setting) };
      const { difference: value, low, high, p } = await connection.ask('compareBench', asked, signal);
      return { ...none, value, low, high, p, problem: null };
    } catch (error) {
      if (!(error instanceof SftProblem)) throw error;
      return { ...none, problem: problemOf(error, fail) };
    }
  };
  const resting = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, rest);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    want(next) {
      if (JSON.stringify(next) === JSON.stringify(goal)) return;
      if (isOfOther(next, goal)) forgetSample();
      goal = next;
      if (next === null) {
        difference = null;
        tell(noEvaluation);
      }
      renew();
    },
    again: renew,
    stop() {
      if (done === wanted) return;
      forgetSample();
      goal = null;
      renew();
    },
  };
}

/**
 * Opens a bench of the session's for one use. It is no more than its base and a setting: the base stays warm, and a bench that was
 * opened before may have gone with its session.
 */
export async function withBench(
  connection: Session,
  opened: BenchRequests['openBench']['params'],
  use: (connection: Session, bench: number, warnings: readonly string[]) => Promise<void>,
): Promise<void> {
  const { bench, warnings } = await connection.ask('openBench', opened);
  try {
    await use(connection, bench, warnings);
  } finally {
    connection.ask('closeBench', { bench }).catch(() => undefined); // it goes with its session, too
  }
}

/** Whether a figure of one goal says nothing of the other: it is of other data, or of another base. */
function isOfOther(one: BenchGoal | null, other: BenchGoal | null): boolean {
  if (one === null || other === null) return true;
  return one.base !== other.base || JSON.stringify(one.data) !== JSON.stringify(other.data);
}

function pastSetting({ setting, data }: BenchGoal, whole: BenchFigure): PastSetting {
  const { metric, value, low, high, examples } = whole;
  return {
    setting: pastOf(setting),
    data: data.data,
    figure: { metric, value, low, high, examples },
    time: new Date().toISOString(),
  };
}

function figureView(key: string, { metric, value, low, high, examples, of, units }: BenchFigure): FigureView {
  return { key, metric, value, low, high, examples, of, units };
}

function said(warnings: readonly string[], { warnings: more, notes }: BenchFigure): readonly string[] {
  return [...new Set([...warnings, ...more, ...notes])];
}

/** What a page says of an error; one that is not the user's to mend is told to `fail`, too. */
export function problemOf(
  error: unknown,
  fail: (error: unknown) => void,
): Told & { readonly canForce: boolean } {
  if (error instanceof SftProblem) {
    const { what, advice, code } = error;
    return { what, advice, canForce: code === 'sft-other-base' };
  }
  fail(error);
  return { what: error instanceof Error ? error.message : String(error), advice: '', canForce: false };
}
