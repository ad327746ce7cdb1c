import { describe, expect, it } from 'vitest';
import type { ExamplesBlock } from '../protocol/notebook.ts';
import { outcomeMarkdown } from './markdownText.ts';

function markdownOf(examples: ExamplesBlock['examples'], of = examples.length): string {
  return outcomeMarkdown({
    state: 'done',
    output: {
      kind: 'evaluate',
      blocks: [{ type: 'examples', title: 'gone wrong', examples, of }],
      figures: [],
      comparisons: [],
    },
  });
}

describe('examples that went wrong, as Markdown', () => {
  it('are tables with gold and predicted under the text, what is wrong in bold', () => {
    const items = [
      { text: 'Hund', gold: 'NOUN', predicted: 'VERB' },
      { text: 'bellt', gold: 'VERB', predicted: 'VERB' },
      { text: 'laut', gold: 'ADV', predicted: null },
    ];
    expect(markdownOf([{ place: 'line 3', items }])).toBe(`**gone wrong** (1)

line 3

| text | Hund | bellt | laut |
| --- | --- | --- | --- |
| gold | NOUN | VERB | ADV |
| predicted | **VERB** | VERB | **-** |`);
  });

  it('are five, and it says how many more there are', () => {
    const examples = Array.from({ length: 7 }, (_, i) => ({
      place: `line ${i + 1}`,
      items: [{ text: 'x', gold: 'A', predicted: 'B' }],
    }));
    const text = markdownOf(examples, 1200);
    expect(text.match(/^line \d$/gm)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
    expect(text).toMatch(/^\*\*gone wrong\*\* \(1,200\)/);
    expect(text).toMatch(/\n\nand 1,195 more$/);
    expect(markdownOf(examples.slice(0, 2))).not.toContain('more');
  });

  it('stand for themselves, whatever the file holds', () => {
    const text = 'a|b *c* <img src=x> [l](http://x)\n# `d`';
    const place = 'line 1 | *of* <b>';
    const lines = markdownOf([{ place, items: [{ text, gold: '_X_', predicted: '**' }] }]).split('\n');
    expect(lines.slice(2)).toEqual([
      String.raw`line 1 \| \*of\* \<b\>`,
      '',
      '| text | a\\|b \\*c\\* \\<img src=x\\> \\[l\\](http://x) \\# \\`d\\` |',
      '| --- | --- |',
      String.raw`| gold | \_X\_ |`,
      String.raw`| predicted | **\*\*** |`,
    ]);
  });
});
