import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Printed {
  readonly seconds: number;
  readonly transfer: { target: string; taskOnly: number; wrongLanguage: number; composed: number }[];
}

describe('the demo', () => {
  it('transfers to languages without labelled data', { timeout: 600_000 }, () => {
    const printed = execFileSync(process.execPath, [join('dist', 'demo.js'), '--json'], { encoding: 'utf8' });
    const { transfer, seconds } = JSON.parse(printed) as Printed;
    expect(seconds).toBeGreaterThan(0);
    expect(transfer.length).toBeGreaterThanOrEqual(2);
    for (const { target, taskOnly, wrongLanguage, composed } of transfer) {
      expect(composed, target).toBeGreaterThan(taskOnly + 0.1);
      expect(composed, target).toBeGreaterThan(wrongLanguage + 0.1);
    }
  });
});
