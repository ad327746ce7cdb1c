import { expect, test } from 'vitest';
import { parseComposition, parseSystem } from './compositions.ts';

const files = new Set(['a.sft', 'b.sft', 'c+d.sft', 'e']);
const parse = (text: string) => parseComposition(text, (file) => files.has(file));

test('SFTs are added up with their coefficients', () => {
  expect(parse('a.sft + b.sft@0.7')).toEqual([
    { sft: 'a.sft', coefficient: 1 },
    { sft: 'b.sft', coefficient: 0.7 },
  ]);
  expect(parse('base')).toEqual([]);
});

test('a plus sign in a name or a number belongs to it where there is such a file', () => {
  expect(parse('a.sft+c+d.sft@-1+e@1e+2')).toEqual([
    { sft: 'a.sft', coefficient: 1 },
    { sft: 'c+d.sft', coefficient: -1 },
    { sft: 'e', coefficient: 100 },
  ]);
  expect(parse('none+a.sft').map(({ sft }) => sft)).toEqual(['none', 'a.sft']);
});

test('models of several seeds', () => {
  expect(parseSystem('x | y@2')).toEqual([[{ sft: 'x', coefficient: 1 }], [{ sft: 'y', coefficient: 2 }]]);
});
