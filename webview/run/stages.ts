import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';

/** A stretch of the track that a run follows. */
export interface Stage {
  readonly kind: 'full' | 'select' | 'rewind' | 'sparse';
  readonly iteration: number;
  readonly state: 'done' | 'current' | 'ahead';
  /** Steps done and planned; 0 of 0 for what has none. */
  readonly done: number;
  readonly steps: number;
}

/** The stages of a run in order: full > select > rewind > sparse, in each iteration those that it has. */
export function stagesOf({ status, phases, current, selections }: RunSnapshot): readonly Stage[] {
  const stages: Stage[] = [];
  phases.forEach((phase, i) => {
    const { iteration } = phase;
    const isSparse = phase.phase === 'sparse';
    const isOver = status === 'done' || i < current;
    const isFinished = phase.steps > 0 && phase.done >= phase.steps;
    if (isSparse) {
      const before = phases[i - 1];
      const hasFull = before?.iteration === iteration && before.phase === 'full';
      const isSelected = selections.some((one) => one.iteration === iteration) || isOver || i <= current;
      const fullIsOver = !hasFull || i - 1 < current || before.done >= before.steps;
      const isBegun = i <= current || isOver;
      stages.push({ kind: 'select', iteration, state: stateOf(isSelected, fullIsOver), done: 0, steps: 0 });
      if (hasFull) {
        stages.push({ kind: 'rewind', iteration, state: stateOf(isBegun, isSelected), done: 0, steps: 0 });
      }
    }
    const state = stateOf(isOver || (isFinished && i <= current), i === current);
    stages.push({ kind: phase.phase, iteration, state, done: phase.done, steps: phase.steps });
  });
  // One stage is under way: the first that is not done.
  const at = stages.findIndex((stage) => stage.state === 'current');
  return stages.map((stage, i) =>
    stage.state === 'current' && (i !== at || status === 'starting')
      ? { ...stage, state: 'ahead' as const }
      : stage,
  );
}

function stateOf(isDone: boolean, isCurrent: boolean): Stage['state'] {
  if (isDone) return 'done';
  return isCurrent ? 'current' : 'ahead';
}
