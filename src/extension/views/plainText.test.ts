import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iconlessText, markdownText, messageText, plainText } from './plainText.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '[click](command:workbench.action.quit)',
    '<img src=x onerror=alert(1)>',
    '**bold** _it_ `code` ~~no~~ | cell | # head',
    'https://example.org www.example.org a@example.org',
    '$(trash) name',
    'שלום \u202eevil\u202c',
    '👩‍👩‍👧‍👦 family',
    'a\n\n# heading\r\n- list',
    '![x](https://example.org/x.png)',
    String.raw`\[already\](escaped)`,
  ),
);

describe('text of files', () => {
  it('is one line without marks that turn the direction, and keeps its letters', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const plain = plainText(text);
        expect(plain).not.toMatch(/[\n\r\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        expect(Array.from(plain).length).toBeLessThanOrEqual(401);
      }),
    );
    expect(plainText('👩‍👩‍👧‍👦 שלום')).toBe('👩‍👩‍👧‍👦 שלום');
  });

  it('is no Markdown: every mark of punctuation is escaped, and undoing that gives the text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const inside = markdownText(text).slice(1, -1);
        expect(inside.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
        expect(inside.replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(plainText(text));
      }),
    );
  });

  it('is no icon in labels and no link in messages', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(iconlessText(text)).not.toMatch(/(?<!\\)\$\(/);
        expect(messageText(text)).not.toContain('](');
      }),
    );
  });
});
