import { describe, expect, it } from 'vitest';
import type { LiveStatus, RunProgress } from '../../protocol/liveRun.ts';
import type { RunListing } from '../../protocol/session.ts';
import { english } from '../translate.ts';
import { newClock } from '../views/figures.ts';
import { endText } from './endText.ts';
import { findAgain, readLiveBefore, rememberLive } from './liveBefore.ts';
import { statusText } from './statusText.ts';

const now = () => Date.UTC(2026, 2, 4, 14, 0);
const voice = { t: english, now, clock: newClock('en-GB', now, 'UTC') };

function live(folder: string, status: LiveStatus, more: Partial<RunProgress> = {}) {
  const state = { status, position: null, memory: 1, node: 'plain Node', pid: 1 };
  const known = { phase: null, done: 0, steps: 0, phaseSecondsLeft: null, secondsLeft: null, loss: null };
  return { entry: { folder, status, since: 0 } as never, progress: { live: state, ...known, ...more } };
}

describe('the status bar', () => {
  it('shows the run that computes, with phase, its share and the time of its end, and how many more there are', () => {
    const steps = { done: 69, steps: 200, phaseDone: 69, phaseSteps: 100 };
    const running = live('/r/pos-1', 'running', { phase: 'full', ...steps, secondsLeft: 6000 });
    const said = statusText([live('/r/mt-1', 'queued'), running], voice);
    expect(said?.text).toBe('$(graph-line) pos-1 full 69 % · ≈ 15:40 (+1)');
    expect(said?.spoken).toBe('SFT training: pos-1 full 69 % · ≈ 15:40 (+1)');
    expect(said?.tooltip.replace(/[\\\u2068\u2069]/g, '').split('\n')).toEqual([
      '- **pos-1**: full 69 % · ≈ 15:40 · whole run 34 %',
      '- **mt-1**: queued',
    ]);
  });

  it('shows nothing where no run lives, and no icon that a name asks for', () => {
    expect(statusText([], voice)).toBeUndefined();
    expect(statusText([live('/r/$(trash)', 'running')], voice)?.text).toContain(String.raw`\$(trash)`);
  });
});

describe('the end of a run', () => {
  const listing: RunListing = {
    folder: '/r/pos-1',
    name: 'pos',
    kind: 'task',
    end: { outcome: 'done', cause: null, resumable: false },
    time: 1,
    seconds: 720,
    metrics: { accuracy: 0.944 },
    sft: '/r/pos-1/pos.sft.safetensors',
  };
  const cause = { what: 'Its process was killed.', advice: 'Resume goes on.', log: [] };

  it('is told with metric and time, and what can be done next', () => {
    expect(endText(listing, english)).toEqual({
      level: 'information',
      text: 'pos is trained: acc 94.4 %, in 12 min.',
      buttons: ['evaluate', 'reveal'],
    });
    expect(endText({ ...listing, metrics: {} }, english)?.text).toBe('pos was trained in 12 min.');
    const bare = { ...listing, metrics: {}, seconds: null, sft: null };
    expect(endText(bare, english)).toMatchObject({ text: 'pos is trained.', buttons: [] });
  });

  it('is told with its cause where something went wrong; Resume is offered where it can go on', () => {
    const failed = { ...listing, end: { outcome: 'failed', cause, resumable: true } } as const;
    expect(endText(failed, english)).toEqual({
      level: 'error',
      text: 'pos failed: Its process was killed. Resume goes on.',
      buttons: ['log', 'resume'],
    });
    const lost = { ...listing, end: { outcome: 'interrupted', cause, resumable: false } } as const;
    expect(endText(lost, english)).toMatchObject({ level: 'warning', buttons: ['log'] });
  });

  it('is no end while a process works on it', () => {
    expect(endText({ ...listing, end: null }, english)).toBeUndefined();
  });
});

describe('a window that was closed over runs', () => {
  const a = { folder: '/r/a', pid: 1, name: 'a' };
  const b = { folder: '/r/b', pid: 2, name: 'b' };

  it('says once of each that it went on, and tells of those that ended meanwhile', () => {
    const before = rememberLive([], [a, b]);
    const found = findAgain(before, [a]);
    expect(found.wentOn.map(({ name }) => name)).toEqual(['a']);
    expect(found.ended.map(({ name }) => name)).toEqual(['b']);
    const again = findAgain(rememberLive(found.now, [a]), [a]);
    expect(again.wentOn).toEqual([]);
  });

  it('takes a run that was resumed by another process for another one', () => {
    const found = findAgain(rememberLive([], [a]), [{ ...a, pid: 9 }]);
    expect(found.wentOn).toEqual([]);
    expect(found.ended.map(({ pid }) => pid)).toEqual([1]);
    expect(found.now).toEqual([{ ...a, pid: 9, told: false }]);
  });

  it('ignores what it cannot understand', () => {
    expect(readLiveBefore('x')).toEqual([]);
    expect(readLiveBefore([{ folder: 1 }, { ...a, told: true }])).toEqual([{ ...a, told: true }]);
  });
});
