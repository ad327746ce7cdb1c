import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NotebookBlock, ShownOutcome } from '../../src/protocol/notebook.ts';
import { checkFound, checkOutcome } from './checkMessage.ts';

const interval = { value: 0.5, low: null, high: null };
const title = 't';
const metric = 'f1';
/** One of each type, so that none is forgotten whose outputs would not be drawn. */
const blocks = {
  table: {
    type: 'table',
    title,
    columns: ['x'],
    rows: [[{ text: '1' }, { text: '2', strong: true, note: 'n' }]],
  },
  text: { type: 'text', tone: 'warning', lines: ['x'] },
  labels: {
    type: 'labels',
    title,
    rows: [
      {
        label: 'N',
        precision: 1,
        recall: 0,
        f1: 0,
        support: 3,
        strict: { precision: 1, recall: 0.5, f1: 0.25 },
      },
    ],
  },
  confusion: { type: 'confusion', title, gold: ['N'], predicted: ['N', ''], counts: [[1, 2]] },
  examples: {
    type: 'examples',
    title,
    examples: [{ place: 'line 1', items: [{ text: 'x', gold: 'N', predicted: null }] }],
    of: 4,
    column: 'upos',
    rest: 'h',
  },
  curve: { type: 'curve', title, x: 'kept, %', metric, points: [{ x: 1, ...interval }] },
  bars: { type: 'bars', title, metric, bars: [{ name: 'a', ...interval }] },
  map: { type: 'map', title, x: 'a', y: 'b', metric, xs: [0, 1], ys: [0], values: [[0.1, null]] },
  places: { type: 'places', title, layers: ['0'], modules: ['q'], texts: [['1.2']], shades: [[0.5]] },
  claims: { type: 'claims', claims: [{ claim: 'a > b', holds: false, found: 'x' }] },
  kept: { type: 'kept', title, hash: 'h', bytes: 1 },
} satisfies { readonly [Type in NotebookBlock['type']]: Extract<NotebookBlock, { type: Type }> };

const done: ShownOutcome = {
  state: 'done',
  output: {
    kind: 'evaluate',
    blocks: Object.values(blocks),
    figures: [{ system: 's', on: 'd', metric, ...interval, seeds: 1, tuned: false }],
    comparisons: [{ a: 'a', b: 'b', on: 'd', difference: null, p: 0.01 }],
  },
};
const outcomes: readonly ShownOutcome[] = [
  done,
  { state: 'failed', problem: { code: 'c', what: 'w', advice: 'a', line: 3 } },
  { state: 'failed', problem: { code: 'c', what: 'w', advice: 'a' } },
  { state: 'interrupted' },
  { state: 'running' },
  { state: 'running', progress: '1 of 2' },
];

/** A value with one of its fields, at any depth, made something else. */
function* spoilt(value: unknown): Generator<unknown, void> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const put = (other: unknown) =>
      Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    yield put({ nothing: 'of this kind' });
    for (const other of spoilt(part)) yield put(other);
  }
}

describe('an outcome', () => {
  it('of every kind is let through whole', () => {
    for (const outcome of outcomes) {
      expect(checkOutcome(outcome)).toEqual(outcome);
      expect(checkOutcome(JSON.parse(JSON.stringify(outcome)))).toEqual(outcome);
    }
  });

  it('is refused where any part of it is not what it should be', () => {
    for (const outcome of outcomes)
      for (const other of spoilt(outcome)) expect(checkOutcome(other), JSON.stringify(other)).toBeUndefined();
  });

  it('is nothing else', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(checkOutcome(data)).toBeUndefined();
        expect(checkFound(data)).toBeUndefined();
      }),
    );
    expect(checkOutcome({ state: 'done' })).toBeUndefined();
    expect(checkOutcome({ state: 'failed' })).toBeUndefined();
  });
});

describe('a block that was asked for', () => {
  it('is let through, also where it is gone', () => {
    for (const block of [null, ...Object.values(blocks)])
      expect(checkFound({ type: 'kept', hash: 'h', block })).toEqual({ hash: 'h', block });
  });

  it('is refused where it is none', () => {
    expect(checkFound({ hash: 'h' })).toBeUndefined();
    expect(checkFound({ hash: 1, block: null })).toBeUndefined();
    for (const block of Object.values(blocks))
      for (const other of spoilt(block)) expect(checkFound({ hash: 'h', block: other })).toBeUndefined();
  });
});
