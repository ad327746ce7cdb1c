import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFromInspector } from './inspectPanelCheck.ts';

const place = { row: '3', column: 'q' };
const query = { search: 'ing', order: 'l2', from: 0, count: 100 };

describe('messages from a page of the inspector', () => {
  it('are taken as they are when they are well-formed', () => {
    const messages = [
      { type: 'ready', base: null, force: false },
      { type: 'ready', base: '/models/x', force: true },
      { type: 'values' },
      { type: 'lineage' },
      { type: 'chooseBase' },
      { type: 'parts', place },
      { type: 'lines', of: null, query },
      { type: 'lines', of: { place, part: 'head 3' }, query },
      { type: 'action', action: 'compose' },
      { type: 'open', file: '/runs/a/a.sft.safetensors' },
      { type: 'save', name: 'tokens', format: 'csv', data: 'row\n' },
    ];
    for (const message of messages) expect(checkFromInspector(message)).toEqual(message);
  });

  it('are passed over when they are anything else', () => {
    const messages = [
      null,
      'ready',
      {},
      { type: 'ready' },
      { type: 'ready', base: 1, force: false },
      { type: 'parts', place: { row: '3', column: 'nonsense' } },
      { type: 'lines', query },
      { type: 'lines', of: { place }, query },
      { type: 'lines', of: null, query: { ...query, from: -1 } },
      { type: 'lines', of: null, query: { ...query, order: 'x' } },
      { type: 'action', action: 'delete' },
      { type: 'open', file: null },
    ];
    for (const message of messages) expect(checkFromInspector(message)).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => checkFromInspector(value)).not.toThrow();
      }),
    );
  });

  it('carry nothing beside what they are for', () => {
    expect(checkFromInspector({ type: 'values', extra: 1 })).toEqual({ type: 'values' });
    expect(checkFromInspector({ type: 'parts', place: { ...place, extra: 1 } })).toEqual({
      type: 'parts',
      place,
    });
  });
});
