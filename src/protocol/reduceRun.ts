import type { PhasePlan, RunEvent, StepEvent, ValidationEvent } from './events.ts';
import { emptyPhase, emptyRun, type PhaseSnapshot, type RunSnapshot } from './runSnapshot.ts';

const smoothedSteps = 50;
const timedSteps = 20;
/** A step that takes so many times longer than usual, and at least so many seconds: the machine slept, or its clock jumped. */
const sleptTimes = 20;
const sleptSeconds = 60;
const mostValidations = 1000;
const mostNotes = 100;

/** Folds one event into what is known of a run. Pure; an event of a kind that is not known changes nothing. */
export function reduceRun(run: RunSnapshot, event: RunEvent): RunSnapshot {
  switch (event.type) {
    case 'start':
      return {
        ...emptyRun,
        status: 'running',
        start: event,
        phases: event.phases.map(emptyPhase),
        notes: run.notes,
      };
    case 'phase':
      return changePhase(run, event, () => emptyPhase(event));
    case 'step':
      return changePhase(spend(run, { seconds: stepSeconds(run, event) }), event, (phase) =>
        addStep(phase, event),
      );
    case 'validation':
      return changePhase(spend(run, { seconds: validationSeconds(run, event) }), event, (phase) =>
        addValidation(phase, event),
      );
    case 'select':
      return { ...working(spend(run, event)), selections: [...run.selections, event] };
    case 'shortened':
      return changePhase(run, event, (phase) => ({
        ...phase,
        steps: event.step,
        shortened: event,
      }));
    case 'kept':
      return { ...working(spend(run, event)), kept: event };
    case 'mask':
      return { ...working(spend(run, event)), mask: event };
    case 'movement':
      return { ...working(spend(run, event)), movement: event };
    case 'checkpoint':
      return { ...working(run), checkpoint: event };
    case 'rewind':
      return working(run);
    case 'note':
      return { ...run, notes: [...run.notes, event.text].slice(-mostNotes) };
    case 'done':
    case 'stopped':
    case 'failed':
      return { ...run, status: event.type, end: event };
    default:
      return run;
  }
}

/** A run that tells of work is running, whatever it was before: a stopped one has been resumed. */
function working(run: RunSnapshot): RunSnapshot {
  return run.status === 'running' ? run : { ...run, status: 'running', end: null };
}

function spend(run: RunSnapshot, { seconds }: { seconds: number }): RunSnapshot {
  return { ...run, seconds: run.seconds + seconds };
}

/** Makes the event's phase the current one, and changes it; a phase that was not planned is added. */
function changePhase(
  run: RunSnapshot,
  { iteration, phase, ...rest }: Omit<PhasePlan, 'steps'> & { steps?: number },
  change: (phase: PhaseSnapshot) => PhaseSnapshot,
): RunSnapshot {
  const phases = [...run.phases];
  const found = phases.findIndex((one) => one.iteration === iteration && one.phase === phase);
  const current = found < 0 ? phases.length : found;
  phases[current] = change(phases[current] ?? emptyPhase({ iteration, phase, steps: rest.steps ?? 0 }));
  return { ...working(run), phases, current };
}

function addStep(phase: PhaseSnapshot, event: StepEvent): PhaseSnapshot {
  const { step, loss, seconds, tokens } = event;
  const slept = isSleep(phase, event);
  return {
    ...phase,
    done: step,
    steps: Math.max(phase.steps, step),
    last: event,
    smoothedLoss: recentMean(phase.smoothedLoss, loss, step, smoothedSteps),
    secondsPerStep: slept
      ? phase.secondsPerStep
      : recentMean(phase.secondsPerStep, seconds, step, timedSteps),
    tokensPerStep: slept ? phase.tokensPerStep : recentMean(phase.tokensPerStep, tokens, step, timedSteps),
  };
}

/** Seconds of a step in which the machine did not sleep: of one in which it did, what steps usually take. `run` is as it was before. */
export function stepSeconds(run: RunSnapshot, event: StepEvent): number {
  const phase = phaseOf(run, event);
  return phase !== undefined && isSleep(phase, event)
    ? (phase.secondsPerStep ?? event.seconds)
    : event.seconds;
}

/** The same of a validation. */
function validationSeconds(run: RunSnapshot, event: ValidationEvent): number {
  const phase = phaseOf(run, event);
  return phase === undefined ? event.seconds : awakeSeconds(phase, event);
}

function awakeSeconds({ validations }: PhaseSnapshot, { seconds }: ValidationEvent): number {
  const usual = validations.at(-1)?.seconds;
  if (usual === undefined || seconds <= Math.max(sleptSeconds, sleptTimes * usual)) return seconds;
  return usual;
}

function phaseOf({ phases }: RunSnapshot, place: Omit<PhasePlan, 'steps'>): PhaseSnapshot | undefined {
  return phases.find((one) => one.iteration === place.iteration && one.phase === place.phase);
}

/** Whether a step says nothing of speed. Two such steps in a row are a machine that has become slow, and count. */
function isSleep({ secondsPerStep, last }: PhaseSnapshot, { seconds }: StepEvent): boolean {
  if (secondsPerStep === null) return false;
  const most = Math.max(sleptSeconds, sleptTimes * secondsPerStep);
  return seconds > most && (last?.seconds ?? 0) <= most;
}

function addValidation(phase: PhaseSnapshot, event: ValidationEvent): PhaseSnapshot {
  const all = [...phase.validations, event];
  const best = event.best ? event : phase.best;
  // Every second one of the older ones goes, but not the best.
  const thinned = () => all.filter((one, i) => (all.length - 1 - i) % 2 === 0 || one === best);
  return {
    ...phase,
    validationSeconds: phase.validationSeconds + awakeSeconds(phase, event),
    validations: all.length <= mostValidations ? all : thinned(),
    best,
  };
}

/** Mean of the first `window` values, from then on an exponential one: `value` is number `count`, from 1. */
function recentMean(mean: number | null, value: number, count: number, window: number): number {
  return mean === null ? value : mean + (value - mean) / Math.max(1, Math.min(count, window));
}
