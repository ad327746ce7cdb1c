import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFromRunPanel } from './runPanelCheck.ts';

describe('messages from a run panel', () => {
  it('are taken as they are when they are well-formed', () => {
    const messages = [
      { type: 'ready', overlays: ['/runs/a-1'] },
      { type: 'action', action: 'pause' },
      { type: 'chooseK', k: 250 },
      { type: 'tab', tab: 'log' },
      { type: 'removeOverlay', folder: '/runs/a-1' },
      { type: 'save', name: 'loss', format: 'csv', data: 'step,loss\n' },
    ];
    for (const message of messages) expect(checkFromRunPanel(message)).toEqual(message);
  });

  it('are passed over when they are anything else', () => {
    const messages = [
      null,
      'ready',
      {},
      { type: 'ready' },
      { type: 'ready', overlays: [1] },
      { type: 'action', action: 'format the disk' },
      { type: 'chooseK', k: '250' },
      { type: 'chooseK', k: 0 },
      { type: 'chooseK', k: 1.5 },
      { type: 'tab', tab: 'charts' },
      { type: 'save', name: 'loss', format: 'exe', data: '' },
      { type: 'save', name: 'loss', format: 'csv', data: 5 },
    ];
    for (const message of messages) expect(checkFromRunPanel(message)).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => checkFromRunPanel(value)).not.toThrow();
      }),
    );
  });

  it('name a file, never a path', () => {
    const save = { type: 'save', name: '../../etc/passwd', format: 'csv', data: '' };
    expect(checkFromRunPanel(save)).toMatchObject({ name: '..-..-etc-passwd' });
  });

  it('carry nothing beside what they are for', () => {
    expect(checkFromRunPanel({ type: 'action', action: 'stop', extra: 1 })).toEqual({
      type: 'action',
      action: 'stop',
    });
  });
});
