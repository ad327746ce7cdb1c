import { cursorTo, clearLine } from 'node:readline';
import { reduceRun } from '../protocol/reduceRun.ts';
import { emptyRun, type RunSnapshot } from '../protocol/runSnapshot.ts';
import { timeLeft, tokensPerSecond } from '../protocol/timeLeft.ts';
import type { DoneEvent, MetricInterval, RunEvent, ValidationEvent } from '../protocol/events.ts';
import { metricText } from '../core/texts.ts';
import { bytesText } from '../protocol/bytesText.ts';
import { count, duration, percent } from './format.ts';
import { print } from './output.ts';

/** Shows a run's events to a person. */
export interface Progress {
  show(event: RunEvent): void;
  /** Takes in what happened before the run was resumed. */
  readonly remember: (event: RunEvent) => void;
  /** Takes in where a run stands that was not followed from its start. */
  begin(run: RunSnapshot): void;
  /** Takes the bar away. */
  end(): void;
}

const BAR = 24;
const SHORTEST_BAR = 4;

/** On a terminal one line that is drawn anew, elsewhere a line every `everySteps` steps; both on standard error. */
export function newProgress(everySteps: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  let run: RunSnapshot = emptyRun;
  let drawn = 0;
  const interactive = stream.isTTY;
  const erase = () => {
    if (!interactive) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  const line = (text: string) => {
    erase();
    stream.write(`${text}\n`);
  };
  return {
    show(event) {
      run = reduceRun(run, event);
      const text = describe(event);
      if (text !== undefined) line(text);
      if (event.type !== 'step') return;
      if (!interactive) {
        if (event.step % everySteps === 0 || event.step === run.phases[run.current]?.steps)
          line(progressText(run));
        return;
      }
      // Ten times a second is as much as an eye can use.
      if (performance.now() - drawn < 100) return;
      drawn = performance.now();
      erase();
      // Some terminals say that they have no columns. The bar gives way to the words.
      const room = Math.max(20, (stream.columns || 80) - 1);
      const words = progressText(run);
      stream.write(`${bar(run, Math.min(BAR, room - words.length - 1))}${words}`.slice(0, room));
    },
    remember(event) {
      run = reduceRun(run, event);
    },
    begin(snapshot) {
      run = snapshot;
      if (run.start !== null) line(describe(run.start) ?? '');
      if (run.current >= 0) line(progressText(run));
    },
    end: erase,
  };
}

function bar({ phases, current }: RunSnapshot, width: number): string {
  const phase = phases[current];
  if (phase === undefined || width < SHORTEST_BAR) return '';
  const filled = Math.round((width * phase.done) / Math.max(1, phase.steps));
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} `;
}

function progressText(run: RunSnapshot): string {
  const phase = run.phases[run.current];
  if (phase?.last === undefined || phase.last === null) return '';
  const left = timeLeft(run);
  const rate = tokensPerSecond(phase);
  const several = run.phases.length > 2 ? `${phase.iteration}.` : '';
  return [
    `${several}${phase.phase} ${count(phase.done)}/${count(phase.steps)}`,
    `loss ${(phase.smoothedLoss ?? phase.last.loss).toFixed(3)}`,
    ...(rate === null ? [] : [`${count(rate)} tokens/s`]),
    ...(left.phase === null ? [] : [`phase ${duration(left.phase)} left`]),
    ...(left.run === null ? [] : [`all ${duration(left.run)}`]),
  ].join(' · ');
}

function describe(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'start': {
      const share =
        event.k > 0
          ? `K ${count(event.k)} (${percent(event.k / event.maskable)} of ${count(event.maskable)})`
          : 'no mask';
      return `${event.name}: ${share}, ${event.engine} with ${event.threads} threads, seed ${event.seed}`;
    }
    case 'phase':
      return `${event.phase} phase${event.iteration > 1 ? ` of iteration ${event.iteration}` : ''}: ${count(event.steps)} steps`;
    case 'validation':
      return describeValidation(event);
    case 'select':
      return `selected ${count(event.chosen)} entries by ${event.by}, threshold |p - p0| = ${event.threshold.toExponential(2)} (${duration(event.seconds)})`;
    case 'shortened':
      return `the full phase ends after step ${count(event.step)} of ${count(event.steps)}, ${count(event.steps - event.step)} steps are saved: ${event.reason === 'settled' ? 'its mask has settled' : 'as asked'}`;
    case 'kept':
      return `kept what the full phase learnt: ${count(event.count)} of the ${count(event.moved)} entries that moved, ${bytesText(event.bytes)} (${duration(event.seconds)})`;
    case 'note':
      return `note: ${event.text}`;
    case 'stopped':
      return 'stopped; a checkpoint was kept: --resume goes on from it';
    default:
      return undefined;
  }
}

/** Prints the result of a finished run, which is what a command is for. */
export function printDone({ file, entries, metrics, interval, seconds }: DoneEvent): void {
  const values = Object.entries(metrics).map(
    ([name, value]) => `${name} ${metricText(name, value)}${intervalText(interval, name)}`,
  );
  print([file, `${count(entries)} entries`, ...values, duration(seconds)].join('  '));
}

/** The interval of a metric, to be put behind its value; '' where there is none. */
export function intervalText(interval: MetricInterval | undefined, name: string): string {
  if (interval?.metric !== name) return '';
  return ` (95 % interval ${metricText(name, interval.low)} to ${metricText(name, interval.high)})`;
}

function describeValidation({ phase, step, metrics, best }: ValidationEvent): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${metricText(name, value)}`);
  return `validation after ${count(step)} ${phase} steps: ${values.join(', ')}${best ? ' (best so far)' : ''}`;
}
