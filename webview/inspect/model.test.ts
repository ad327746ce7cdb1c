import { expect, test } from 'vitest';
import type { BaseOfSft, LinePage, SftOverview } from '../../src/protocol/inspect.ts';
import { lineAt, pageSize } from './lineStore.ts';
import { linesOf, newModel, newState, receive } from './model.ts';
import { linesIn, needs } from './needs.ts';

const overview = { words: { rows: 1000 }, listing: { file: '/x' } } as unknown as SftOverview;
const base: BaseOfSft = { folder: '/base', name: 'base', heads: 4, how: 'fingerprint', isSame: true };
const state = newState(['/x']);

function page(from: number, token: string | null): LinePage {
  const lines = Array.from({ length: pageSize }, (_, i) => ({
    line: from + i,
    token,
    entries: 1,
    l1: 1,
    l2: 1,
  }));
  return { from, lines, moved: 900, matched: 900, perLine: 8, most: 1 };
}

function opened() {
  const model = newModel();
  receive(model, { type: 'overview', overview, isChanged: false });
  return model;
}

test('what is looked at is asked for once, and again when it may have become another', () => {
  const model = opened();
  const query = { search: '', order: 'l2', from: 0, count: pageSize } as const;
  expect(needs(newModel(), state)).toEqual([]);
  expect(needs(model, state)).toEqual([{ type: 'lines', of: null, query }]);
  expect(needs(model, state)).toEqual([]);
  expect(needs(model, { ...state, tab: 'values' })).toEqual([{ type: 'values' }]);
  const place = { row: '0', column: 'q' } as const;
  const deep = { ...state, tab: 'values', place, part: 'head 0' } as const;
  expect(needs(model, deep)).toEqual([
    { type: 'parts', place },
    { type: 'lines', of: { place, part: 'head 0' }, query },
  ]);
  receive(model, { type: 'base', base });
  expect(needs(model, deep).map(({ type }) => type)).toEqual(['parts', 'lines']);
  receive(model, { type: 'overview', overview, isChanged: true });
  expect(needs(model, deep).map(({ type }) => type)).toEqual(['values', 'parts', 'lines']);
});

test('pages come as they are scrolled to; one that was read without the base comes too late', () => {
  const model = opened();
  receive(model, { type: 'base', base });
  const [first] = needs(model, state);
  expect(first.type).toBe('lines');
  const more = linesIn(model, state, null, 150, 450);
  expect(more.map((one) => (one.type === 'lines' ? one.query.from : -1))).toEqual([200, 400]);
  const answer = (from: number, folder: string | null, token: string | null) =>
    receive(model, {
      type: 'lines',
      base: folder,
      of: null,
      query: { search: '', order: 'l2', from, count: pageSize },
      page: page(from, token),
    });
  answer(200, null, null);
  const store = linesOf(model, null, state);
  expect(lineAt(store, 250)).toBeUndefined();
  answer(200, '/base', 'word');
  expect(lineAt(store, 250)).toMatchObject({ line: 250, token: 'word' });
  expect(store.facts).toMatchObject({ moved: 900 });
});

test('a question that another one has replaced is asked again', () => {
  const model = opened();
  needs(model, state);
  expect(needs(model, { ...state, search: 'a' })).toHaveLength(1);
  expect(needs(model, state)).toHaveLength(1);
});

test('a place that was left before it was answered is asked for again, one that was answered is not', () => {
  const model = opened();
  const [a, b] = (['q', 'k'] as const).map((column) => ({ row: '0', column }));
  const parts = (place: typeof a | null) =>
    needs(model, { ...state, place }).filter(({ type }) => type === 'parts');
  expect(parts(a)).toEqual([{ type: 'parts', place: a }]);
  expect(parts(a)).toEqual([]);
  expect(parts(b)).toEqual([{ type: 'parts', place: b }]);
  expect(parts(a)).toEqual([{ type: 'parts', place: a }]);
  receive(model, { type: 'parts', base: null, place: a, parts: [] });
  expect(parts(b)).toHaveLength(1);
  expect(parts(a)).toEqual([]);
});

test('what could not be answered is asked for again when one comes back to it, and its problem is gone', () => {
  const model = opened();
  const problem = { type: 'problem', what: 'the session has ended', advice: '', canForce: false } as const;
  const place = { row: '0', column: 'q' } as const;
  const asked = (...now: Partial<typeof state>[]) =>
    now.flatMap((one) => needs(model, { ...state, ...one })).map(({ type }) => type);
  expect(asked({ tab: 'values', place })).toEqual(['values', 'parts']);
  receive(model, { ...problem, topic: 'values' });
  receive(model, { ...problem, topic: 'parts' });
  expect(asked({ tab: 'values', place })).toEqual([]);
  expect([...model.problems.keys()]).toEqual(['values', 'parts']);
  asked({ tab: 'lineage' });
  expect([...model.problems.keys()]).toEqual([]);
  expect(asked({ tab: 'values', place })).toEqual(['values', 'parts']);
  expect(asked({ tab: 'values', place, part: 'head 0' })).toEqual(['lines']);
  receive(model, { ...problem, topic: 'part' });
  expect(asked({ tab: 'values', place, part: 'head 0' })).toEqual([]);
  expect(asked({ tab: 'values', place }, { tab: 'values', place, part: 'head 0' })).toEqual(['lines']);
});

test('a file that is gone keeps what was read of it; a problem of one part leaves the others', () => {
  const model = opened();
  receive(model, { type: 'gone' });
  expect([model.standing, model.overview]).toEqual(['gone', overview]);
  const problem = { type: 'problem', what: 'a value is NaN', advice: '', canForce: false } as const;
  receive(model, { ...problem, topic: 'values' });
  expect([model.problem, model.problems.get('values')?.what]).toEqual([null, 'a value is NaN']);
  receive(model, { ...problem, topic: 'base' });
  expect(model.base).toBeNull();
});
