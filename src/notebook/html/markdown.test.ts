import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { markdownHtml } from './markdown.ts';

it('shows what notes of a notebook need', () => {
  expect(markdownHtml('# A\n\nb *c* **d** `*e*`\nf\n\n- g\n- h\n\n> i\n\n```\n<x>\n```')).toBe(
    '<h1>A</h1>\n<p>b <em>c</em> <strong>d</strong> <code>*e*</code> f</p>\n<ul><li>g</li><li>h</li></ul>\n' +
      '<blockquote><p>i</p></blockquote>\n<pre><code>&lt;x&gt;</code></pre>',
  );
  expect(markdownHtml('[a](https://b.org/c) [d](javascript:e)')).toBe(
    '<p><a href="https://b.org/c" rel="noopener">a</a> [d](javascript:e)</p>',
  );
});

it('keeps an address with stars whole', () => {
  expect(markdownHtml('[a](https://b.org/*c*/**d**) *e*')).toBe(
    '<p><a href="https://b.org/%2Ac%2A/%2A%2Ad%2A%2A" rel="noopener">a</a> <em>e</em></p>',
  );
});

it('ends, and lets no HTML through, whatever is written', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '<img src=x onerror=y>',
      '"',
      "'",
      '# ',
      '\u2028',
      '|',
      '```',
      '> ',
      '- ',
      '\n',
      '](https://"x',
      '[a](https://b*c',
      '*)',
      '*',
    ),
  );
  const allowed =
    /<\/?(h[1-6]|p|ul|ol|li|blockquote|pre|code|em|strong|table|thead|tbody|tr|th|td)>|<a href="https?:\/\/[^"<>]*" rel="noopener">|<\/a>/g;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      expect(markdownHtml(pieces.join('')).replaceAll(allowed, '')).not.toMatch(/[<>]/);
    }),
    { numRuns: 1000 },
  );
});
