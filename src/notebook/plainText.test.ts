import { describe, expect, it } from 'vitest';
import type { CellOutcome } from '../protocol/notebook.ts';
import { outcomeHtml } from './html/blocks.ts';
import { outcomeText } from './plainText.ts';

const lenient = { label: 'PER', precision: 0.5, recall: 0.25, f1: 0.333, support: 12 };
const strict = { precision: 0.4, recall: 0.125, f1: 0.19 };

function outcomeOf(row: typeof lenient & { readonly strict?: typeof strict }): CellOutcome {
  const block = { type: 'labels' as const, title: 'types', rows: [row] };
  return { state: 'done', output: { kind: 'evaluate', blocks: [block], figures: [], comparisons: [] } };
}

/** The fields of a table's lines in plain text, and the cells of its rows in HTML, without marks. */
function shown(outcome: CellOutcome) {
  return {
    text: outcomeText(outcome)
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/)),
    html: [...outcomeHtml(outcome).matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) =>
      cell.replaceAll(/<[^>]*>/g, ''),
    ),
  };
}

/** Cells with a blank between two, and a - in place of each blank of theirs. */
const cells = (line: string) => line.split(' ').map((cell) => cell.replace('-', ' '));

describe('a table of types of spans', () => {
  it('has strict scores beside the lenient ones', () => {
    const { text, html } = shown(outcomeOf({ ...lenient, strict }));
    expect(text).toContainEqual([
      'label',
      'precision',
      'recall',
      'F1',
      'strict precision',
      'strict recall',
      'strict F1',
      'support',
    ]);
    expect(text).toContainEqual(['PER', '50.0 %', '25.0 %', '33.3 %', '40.0 %', '12.5 %', '19.0 %', '12']);
    const heading = 'label precision recall F1  strict-precision strict-recall strict-F1 support';
    const row = 'PER 50.0-% 25.0-% 33.3-% 33.3-% 40.0-% 12.5-% 19.0-% 12';
    expect(html).toEqual([...cells(heading), ...cells(row)]);
  });

  it('has none where there are none', () => {
    const { text, html } = shown(outcomeOf(lenient));
    expect(text).toContainEqual(['PER', '50.0 %', '25.0 %', '33.3 %', '12']);
    expect(html).toHaveLength(12);
  });
});
