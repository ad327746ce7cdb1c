import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { recipeTemplate, recipeTemplates } from '../templates.ts';
import { maxRecipeLength, readYaml } from '../yamlTree.ts';
import { outlineOf } from './outline.ts';
import { endOf, entryAt, type Group, innerSpan, scalarOf, visit } from './outlineNodes.ts';

/** An outline as plain values, every scalar as its text. */
function plain(holder: Group): unknown {
  const inner = (entry: Group['entries'][number]): unknown => {
    const scalar = scalarOf(entry);
    if (scalar !== undefined) return scalar.text;
    return entry.value === undefined || entry.value.type === 'scalar' ? '' : plain(entry.value);
  };
  if (holder.type === 'list') return holder.entries.map(inner);
  return Object.fromEntries(holder.entries.map((entry) => [entry.key?.text ?? '?', inner(entry)]));
}

/** A value of the YAML parser with every scalar as text. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value !== 'object') return `${value as string | number}`;
  if (value === null) return '';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, texts(inner)]));
}

const word = fc.stringMatching(/^[a-z][a-zA-Z0-9./_-]{0,9}$/).filter((w) => !/^(null|true|false)$/.test(w));
const leaf = fc.oneof(word, fc.constantFrom('a b', 'x: y', '# no', '[1', "it's", '{a}', '- d', 'é', 'a,b'));
const { tree } = fc.letrec((tie) => ({
  tree: fc.dictionary(word, tie('value'), { maxKeys: 5, minKeys: 1 }),
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'd' },
    leaf,
    leaf,
    fc.array(fc.oneof(leaf, tie('tree')), { minLength: 1, maxLength: 4 }),
    tie('tree'),
  ),
}));

describe('an outline says what the YAML parser says', () => {
  it.each(recipeTemplates)('of the template %s', (template) => {
    const text = recipeTemplate(template).replaceAll(/^(\s*)# ([a-z]+: )/gm, '$1$2');
    const value = texts(readYaml(text.replace(/\d\.0e-5/, '"$&"')).value);
    expect(plain(outlineOf(text).root)).toEqual(value);
  });

  it.each([
    ['with CRLF', 'a: 1\r\n\r\nb:\r\n  c: 2\r\n  d: [x,\r\n    y]\r\ne: 3\r\n'],
    ['a list at the indentation of its key', 'a:\n- x\n- y: 1\n  z: 2\nb: 3\n'],
    ['lists in lists', 'a:\n  - - x\n    - y\n  - z\n'],
    ['as JSON', '{"a": 1, "b": {"c": ["d", "e"]},\n"f": "g"}'],
    ['comments everywhere', '# a\na: x # b\n#c\nb: # d\n  # e\n  c: x#y # f\n'],
    ['quotes', `"a": 'b: # c'\n'd': "e, \t{"\n`],
    ['values on the next line', 'a:\n  x\nb:\n  "y"\nc:\n  [z]\n'],
    ['document marks', '%YAML 1.2\n---\na: 1\n...\n'],
    ['tabs after a colon', 'a:\t1\nb: { c:\t2,\td: 3 }\n'],
    ['a mark of byte order', '\uFEFFa: 1\n'],
  ])('%s', (_, text) => {
    const { value, findings } = readYaml(text);
    expect(findings).toEqual([]);
    expect(plain(outlineOf(text).root)).toEqual(texts(value));
  });

  it('of what the YAML library writes', () => {
    const options = fc.constantFrom(
      { collectionStyle: 'block' } as const,
      { collectionStyle: 'flow' } as const,
    );
    const run = fc.property(tree, options, fc.constantFrom(2, 4), (value, style, indent) => {
      const text = stringify(value, { ...style, indent, lineWidth: 0, singleQuote: true });
      const found = JSON.stringify(plain(outlineOf(text).root)).replaceAll("''", "'");
      expect(found).toBe(JSON.stringify(texts(readYaml(text).value)));
    });
    fc.assert(run, { numRuns: 500 });
  });

  it('and places its words where they stand', () => {
    for (const template of recipeTemplates) {
      const text = recipeTemplate(template);
      const outline = outlineOf(text);
      const yaml = readYaml(text);
      for (const { path, entry } of visit(outline.root)) {
        expect(entryAt(outline, path)).toBe(entry);
        if (entry.key !== undefined) expect(entry.key.span).toEqual(yaml.locate(path, 'key'));
        const scalar = scalarOf(entry);
        if (scalar === undefined) continue;
        expect(scalar.span).toEqual(yaml.locate(path));
        expect(text.slice(...innerSpan(scalar))).toBe(scalar.text);
        expect(endOf(entry)).toBe(scalar.span[1]);
      }
    }
  });
});

describe('what is half written', () => {
  it.each([
    ['a group that is not closed', 'a: { b: 1, c\nd: 2', { a: { b: '1', '?': 'c' }, d: '2' }],
    ['over several lines', 'a: {\n  b: 1,\n  c: [x,\nd: 2', { a: { b: '1', c: ['x'] }, d: '2' }],
    ['a quote that is not closed', 'a: "b\nc: 1', { a: 'b', c: '1' }],
    ['a bracket too many', 'a: [b]]\nc: 1', { a: ['b'], c: '1' }],
    ['a key without its colon', 'a: 1\nb\nc: 2', { a: '1', '?': 'b', c: '2' }],
    ['a field without a value before a key', 'a: { b:, c: 1 }', { a: { b: '', c: '1' } }],
    ['keys without commas', 'a: { b: \n  c: 1 }', { a: { b: '', c: '1' } }],
    ['a level that fits nowhere', 'a:\n    b: 1\n  c: 2\nd: 3', { a: { b: '1' }, d: '3' }],
  ])('%s', (_, text, expected) => {
    expect(plain(outlineOf(text).root)).toEqual(expected);
  });

  it('never makes it throw, and spans stay in the text', () => {
    const piece = fc.constantFrom(
      'a',
      'kind',
      ': ',
      ':',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '#',
      ' #',
      '|',
    );
    const space = fc.constantFrom('\n', '\n', '  ', ' ', '\t', '\r\n', '\\', '---');
    const run = fc.property(fc.array(fc.oneof(piece, space), { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const outline = outlineOf(text);
      for (const { entry } of visit(outline.root)) {
        for (const span of [entry.key?.span, scalarOf(entry)?.span, [entry.start, endOf(entry)] as const]) {
          if (span === undefined) continue;
          expect(span[0]).toBeLessThanOrEqual(span[1]);
          expect(span[1]).toBeLessThanOrEqual(text.length);
        }
      }
    });
    fc.assert(run, { numRuns: 2000 });
  });

  it.each(['[', '{a: ', '- ', '[],', 'a: ', '"', "'\n", ' \n', 'a: "\n', '- [', 'a:\n ', '# '])(
    'reads a text as long as a recipe may be, made of %j alone, in proportion to its length',
    (piece) => {
      // A scanner that went back would read far more characters than there are.
      let reads = 0;
      const text = piece.repeat(maxRecipeLength / piece.length);
      const counted = new Proxy(Object(text) as object, {
        get: (target, key) => {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(text) : value;
        },
      });
      outlineOf(counted as unknown as string);
      expect(reads).toBeLessThan(40 * maxRecipeLength);
    },
  );
});
