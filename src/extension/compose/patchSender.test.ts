import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptySetting } from '../../protocol/compose.ts';
import type { ComposeView, ToCompose } from '../../protocol/composePanel.ts';
import { noEvaluation } from './benchWork.ts';
import { newPatchSender } from './patchSender.ts';

const view: ComposeView = {
  name: 'mine',
  isTrusted: true,
  problem: null,
  setting: emptySetting,
  sfts: {},
  base: null,
  data: null,
  evaluation: noEvaluation,
  reference: null,
  difference: null,
  history: [],
  changed: null,
  pairs: null,
  pairsProblem: null,
  sweep: null,
};

describe('what is sent to a page', () => {
  let sent: ToCompose['part'][];
  const sender = () => newPatchSender(view, ({ part }) => sent.push(part));
  beforeEach(() => {
    sent = [];
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is everything at first, then what has changed, ten times a second at most', () => {
    const page = sender();
    page.begin();
    expect(sent).toEqual([view]);
    for (let i = 0; i < 1000; i++) {
      page.change({ evaluation: { ...noEvaluation, progress: { done: i, of: 1000 } } });
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(1000);
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.length).toBeLessThanOrEqual(12);
    expect(sent.at(-1)).toEqual({ evaluation: { ...noEvaluation, progress: { done: 999, of: 1000 } } });
    page.change({ evaluation: { ...noEvaluation, progress: { done: 999, of: 1000 } }, name: 'mine' });
    vi.advanceTimersByTime(1000);
    expect(Object.keys(sent[sent.length - 1])).toEqual(['evaluation']);
  });

  it('is not what the page itself has told, and nothing while it is hidden', () => {
    const page = sender();
    page.begin();
    page.known({ setting: { ...emptySetting, rule: 'priority' } }, 1);
    vi.advanceTimersByTime(1000);
    page.end();
    page.change({ name: 'other' });
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(1);
    page.begin();
    expect(sent[1]).toEqual({ ...view, name: 'other', setting: { ...emptySetting, rule: 'priority' } });
  });

  it('is what the page has told all the same, when something else was on its way to it', () => {
    const page = sender();
    page.begin();
    vi.advanceTimersByTime(1000);
    page.change({ setting: { ...emptySetting, force: true } });
    const told = { ...emptySetting, rule: 'priority' } as const;
    page.known({ setting: told }, 1);
    vi.advanceTimersByTime(1000);
    expect(sent.slice(1)).toEqual([{ setting: { ...emptySetting, force: true } }, { setting: told }]);
    page.known({ setting: emptySetting }, 3);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(3);
  });
});
