import { describe, expect, it } from 'vitest';
import { expandSnippet } from '../../../test/support/snippet.ts';
import { checkRecipe } from '../check.ts';
import { type Fix, fixesFor } from './fixes.ts';

const head = 'kind: task\nbase: b\ndata: { train: t, validation: v }\n';

/** What a text becomes by a fix of its first problem. */
function applied(text: string, { edits, snippet }: Fix): string {
  let result = text;
  for (const { span, text: into } of [...edits].sort((a, b) => b.span[0] - a.span[0])) {
    result = result.slice(0, span[0]) + (snippet ? expandSnippet(into) : into) + result.slice(span[1]);
  }
  return result;
}

function fixes(text: string): readonly Fix[] {
  return checkRecipe(text, 'r').flatMap((problem) => fixesFor(text, problem));
}

/** The text after the first fix of this title. */
function fixed(text: string, title: string): string {
  const found = fixes(text).find((fix) => fix.title === title);
  expect(
    found,
    fixes(text)
      .map((fix) => fix.title)
      .join('; '),
  ).toBeDefined();
  return applied(text, found!);
}

describe('a fix puts the problem right', () => {
  it.each([
    [
      'a name misspelt',
      `${head}optimiser: { batchSize: 4 }`,
      'Change to optimizer',
      'optimizer: { batchSize: 4 }',
    ],
    [
      'in a group',
      `${head}optimizer:\n  batchsize: 4\n`,
      'Change to batchSize',
      'optimizer:\n  batchSize: 4\n',
    ],
    ['in braces', `${head}select: { "densty": 0.1 }`, 'Change to density', 'select: { "density": 0.1 }'],
    ['a wrong choice', `${head}method: ltstf # x`, 'Change to ltsft', 'method: ltsft # x'],
    ['in a list', `${head}freeze: ['layernorm']`, 'Change to layerNorm', "freeze: ['layerNorm']"],
    ['another choice', `${head}method: ltstf`, 'Change to head', 'method: head'],
    [
      'a field of a group',
      `${head}lr: 0.1\nseed: 1\n`,
      'Move to optimizer.learningRate',
      'seed: 1\noptimizer:\n  learningRate: 0.1\n',
    ],
    [
      'of one that is there',
      `${head}lr: 0.1 # x\noptimizer:\n  batchSize: 4\nseed: 1\n`,
      'Move to optimizer.learningRate',
      'optimizer:\n  batchSize: 4\n  learningRate: 0.1\nseed: 1\n',
    ],
    [
      'of one in braces',
      `${head}lr: 0.1\noptimizer: { batchSize: 4 }\n`,
      'Move to optimizer.learningRate',
      'optimizer: { batchSize: 4, learningRate: 0.1 }\n',
    ],
    ['of the recipe', `${head}select: { k: 3, seed: 4 }`, 'Move to seed', 'select: { k: 3 }\nseed: 4\n'],
    ['a field too many', `${head}select: { k: 3, density: 0.1 }`, 'Remove density', 'select: { k: 3 }'],
    ['with its line', `${head}select:\n  density: 0.1 # x\n  k: 3\n`, 'Remove density', 'select:\n  k: 3\n'],
    [
      'with its group',
      `${head}seed: 1\nfull:\n  # x\n  nonsense:\n    a: 1\nmaxLength: 99`,
      'Remove nonsense',
      'seed: 1\nmaxLength: 99',
    ],
    ['of the other kind', `${head}mlm:\n  probability: 0.1\nseed: 1`, 'Remove mlm', 'seed: 1'],
    ['a value of the other kind', `${head}freeze: [decoder, head]`, 'Remove decoder', 'freeze: [head]'],
  ])('%s', (_, text, title, after) => {
    const result = fixed(text, title);
    expect(result).toBe(head + after);
    expect(checkRecipe(result, 'r')).toEqual([]);
  });

  it.each([
    ['kind', 'base: b\ndata: { train: t }\n', 'Add kind', 'kind: task\nbase: b\ndata: { train: t }\n'],
    ['data', 'kind: task\nbase: b', 'Add data', 'kind: task\nbase: b\ndata:\n  train: \n'],
    [
      'a field of a group',
      'kind: task\nbase: b\ndata:\n  validation: v\n',
      'Add data.train',
      'kind: task\nbase: b\ndata:\n  validation: v\n  train: \n',
    ],
    [
      'of one in braces',
      'kind: task\nbase: b\ndata: { validation: v }',
      'Add data.train',
      'kind: task\nbase: b\ndata: { validation: v, train:  }',
    ],
    [
      'with CRLF',
      'kind: task\r\nbase: b\r\nseed: 1',
      'Add data',
      'kind: task\r\nbase: b\r\nseed: 1\r\ndata:\n  train: \r\n',
    ],
  ])('%s that is missing', (_, text, title, after) => {
    expect(fixed(text, title)).toBe(after);
  });

  it('and none is offered where nobody knows', () => {
    expect(fixes(`${head}seed: x`)).toEqual([]);
    expect(fixes(`${head}x: [`)).toEqual([]);
    expect(fixes('')).toEqual([]);
    expect(fixes(`${head}full: { steps: 0 }`)).toEqual([]);
  });
});
