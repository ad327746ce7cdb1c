import { expect, test } from 'vitest';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import type { RunEvent } from '../../src/protocol/events.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { stagesOf } from './stages.ts';

const { start, steps, select, rewind, done } = eventsOf({ full: 4, sparse: 2 });

function states(...events: readonly RunEvent[]): string {
  const view = newRunView();
  for (const event of events) foldEvent(view, event);
  return stagesOf(view.run)
    .map(({ kind, state, done, steps }) => `${kind} ${state}${steps === 0 ? '' : ` ${done}/${steps}`}`)
    .join(', ');
}

test('the track follows the run from stage to stage', () => {
  expect(states(start)).toBe('full ahead 0/4, select ahead, rewind ahead, sparse ahead 0/2');
  expect(states(start, ...steps('full', 3))).toBe(
    'full current 3/4, select ahead, rewind ahead, sparse ahead 0/2',
  );
  expect(states(start, ...steps('full', 4))).toBe(
    'full done 4/4, select current, rewind ahead, sparse ahead 0/2',
  );
  expect(states(start, ...steps('full', 4), select)).toBe(
    'full done 4/4, select done, rewind current, sparse ahead 0/2',
  );
  expect(states(start, ...steps('full', 4), select, rewind, ...steps('sparse', 1))).toBe(
    'full done 4/4, select done, rewind done, sparse current 1/2',
  );
  expect(states(start, ...steps('full', 4), select, rewind, ...steps('sparse', 2), done)).toBe(
    'full done 4/4, select done, rewind done, sparse done 2/2',
  );
});

test('a phase that ended early is done when the next one has begun', () => {
  expect(states(start, ...steps('full', 2), select, ...steps('sparse', 1))).toBe(
    'full done 2/4, select done, rewind done, sparse current 1/2',
  );
});

test('a mask that is chosen without training has no full phase and no rewind', () => {
  const sparse = { ...start, phases: [{ iteration: 1, phase: 'sparse' as const, steps: 2 }] };
  expect(states(sparse, select, ...steps('sparse', 1))).toBe('select done, sparse current 1/2');
});
