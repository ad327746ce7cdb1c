import type { CheckpointExtra } from '../../src/runs/checkpoint.ts';
import type { TrainingState } from '../../src/training/state.ts';

/** What the checkpoints of these tests hold beside a state. */
export const checkpointExtra: CheckpointExtra = {
  recipeHash: 'abc',
  engine: { name: 'invented' },
  eventsLength: 0,
  seconds: 0,
  best: null,
};

/** A state all of whose numbers are its step, so that a mixture of two is seen. */
export function stateAt(step: number, entries = 100): TrainingState {
  const values = new Float32Array(entries).fill(step);
  return {
    position: { iteration: 1, phase: 'sparse', step },
    mask: new Map([['a.weight', Uint32Array.of(step)]]),
    start: [{ name: 'a.weight', indices: Uint32Array.of(step), values: Float32Array.of(step) }],
    groups: [{ name: 'a.weight', values, first: values, second: values }],
    best: { value: step, step },
  };
}
