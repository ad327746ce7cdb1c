import { expect, it } from 'vitest';
import type { LiveStatus } from '../../src/protocol/liveRun.ts';
import { actionsFor } from './actions.ts';

const live = (status: LiveStatus) =>
  ({ kind: 'live', live: { status, position: null, memory: 0, node: '', pid: 1 } }) as const;

it('K can be changed, and the mask chosen, while the full phase trains', () => {
  expect(actionsFor(live('running'), true).menu).toEqual(expect.arrayContaining(['changeK', 'selectNow']));
  expect(actionsFor(live('running'), false).menu).not.toContain('changeK');
  expect(actionsFor(live('queued'), true).menu).not.toContain('selectNow');
});

it('a run that works elsewhere can be looked at, and neither steered nor deleted', () => {
  const { buttons, menu } = actionsFor({ kind: 'elsewhere', what: '', advice: '' });
  expect(buttons).toEqual([]);
  expect(menu).not.toContain('delete');
  expect(menu).toContain('reveal');
});
