import { expect, test } from 'vitest';
import { distinctNames } from './distinctNames.ts';

const named = (name: string, file: string) => ({ name, file });

test('a name that one file has stays; of those that have one name each is told by its folder', () => {
  const files = [
    named('test', '/w/mt/test.conllu'),
    named('test', '/w/wo/test.conllu'),
    named('dev', '/w/wo/dev.conllu'),
  ];
  expect(distinctNames(files)).toEqual(['mt/test', 'wo/test', 'dev']);
  expect(distinctNames([named('pos', 'C:\\runs\\pos-1\\pos'), named('pos', 'C:\\runs\\pos-2\\pos')])).toEqual(
    ['pos-1/pos', 'pos-2/pos'],
  );
});

test('where the folders have one name, the one above, the file, or a number tells', () => {
  const deep = [named('test', '/a/data/test.conllu'), named('test', '/b/data/test.conllu')];
  expect(distinctNames(deep)).toEqual(['a/test', 'b/test']);
  const same = [named('mt', '/w/mt/dev.conllu'), named('mt', '/w/mt/test.conllu')];
  expect(distinctNames(same)).toEqual(['mt/dev.conllu', 'mt/test.conllu']);
  const one = named('x', '/w/x.txt');
  expect(distinctNames([one, { ...one }])).toEqual(['x', 'x (2)']);
});

test('a name that means something else is not taken', () => {
  expect(
    distinctNames([named('mean', '/w/mt/mean.conllu'), named('dev', '/w/dev.conllu')], ['mean']),
  ).toEqual(['mt/mean', 'dev']);
});
