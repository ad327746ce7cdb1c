import { describe, expect, it } from 'vitest';
import type { ExamplesBlock, NotebookBlock } from '../../src/protocol/notebook.ts';
import { blocksOf, chosenExamples, conllu, examplesBelow, newState } from './output.ts';

const block: ExamplesBlock = {
  type: 'examples',
  title: 'wrong',
  of: 3,
  rest: 'h',
  examples: [
    {
      place: 'line 1',
      items: [
        { text: 'Hund', gold: 'NOUN', predicted: 'VERB' },
        { text: 'bellt', gold: 'VERB', predicted: 'VERB' },
      ],
    },
    { place: 'line 4', items: [{ text: 'Katze', gold: 'NOUN', predicted: null }] },
  ],
};

const places = (part: Partial<ReturnType<typeof newState>>) =>
  chosenExamples(block, 2, { ...newState(), ...part }).map(({ place }) => place);

describe('examples', () => {
  it('are chosen by confusion and by text', () => {
    expect(places({})).toEqual(['line 1', 'line 4']);
    expect(places({ confusion: { block: 2, gold: 'NOUN', predicted: 'VERB' } })).toEqual(['line 1']);
    expect(places({ confusion: { block: 2, gold: 'NOUN', predicted: '' } })).toEqual(['line 4']);
    expect(places({ confusion: { block: 5, gold: 'X', predicted: '' } })).toEqual(['line 1', 'line 4']);
    expect(places({ text: ' KAT ' })).toEqual(['line 4']);
  });

  it('of a parser are chosen by the relations that its matrix has', () => {
    const examples = [
      { place: 'line 1', items: [{ text: 'x', gold: '2 nsubj', predicted: '2 obj' }] },
      { place: 'line 2', items: [{ text: 'x', gold: '2 nsubj', predicted: '3 nsubj' }] },
    ];
    const parses: ExamplesBlock = { ...block, examples, column: 'heads' };
    const chosen = (gold: string, predicted: string) =>
      chosenExamples(parses, 2, { ...newState(), confusion: { block: 2, gold, predicted } }).map(
        ({ place }) => place,
      );
    expect(chosen('nsubj', 'obj')).toEqual(['line 1']);
    expect(chosen('nsubj', 'nsubj')).toEqual(['line 2']);
    expect(chosen('obj', 'nsubj')).toEqual([]);
  });

  it('are copied as CoNLL-U', () => {
    expect(conllu(block.examples, 'upos')).toBe(
      '# line 1\n1\tHund\t_\tNOUN\t_\t_\t_\t_\t_\tPredicted=VERB\n2\tbellt\t_\tVERB\t_\t_\t_\t_\t_\t_\n\n' +
        '# line 4\n1\tKatze\t_\tNOUN\t_\t_\t_\t_\t_\tPredicted=\n\n',
    );
    const tree = [{ place: 'l', items: [{ text: 'x', gold: '2 nsubj', predicted: '0 root' }] }];
    expect(conllu(tree, 'heads')).toBe('# l\n1\tx\t_\t_\t_\t_\t2\tnsubj\t_\tPredicted=0:root\n\n');
    const words = [{ place: 'l', items: [{ text: 'sự thật', gold: 'B-PER', predicted: 'O' }] }];
    expect(conllu(words, 'tag')).toBe('# l\n1\tsự thật\t_\t_\t_\t_\t_\t_\t_\tTag=B-PER|Predicted=O\n\n');
    expect(conllu(words, 'feats')).toContain('\t_\t_\tB-PER\t_\t_\t_\tPredicted=O\n');
  });
});

it('takes what came from the cache in its place', () => {
  const kept: NotebookBlock = { type: 'kept', title: 't', hash: 'k', bytes: 1 };
  const whole = { ...block, of: 9 };
  const note: NotebookBlock = { type: 'text', tone: 'note', lines: [] };
  const outcome = {
    state: 'done' as const,
    output: { kind: 'evaluate' as const, blocks: [kept, block, kept], figures: [], comparisons: [] },
  };
  const state = {
    ...newState(),
    kept: new Map<string, NotebookBlock | null>([
      ['h', whole],
      ['k', note],
    ]),
  };
  const output = { outcome, state, change: () => undefined, fetch: undefined };
  expect(blocksOf(output)).toEqual([note, whole, note]);
  expect(blocksOf({ ...output, state: newState() })).toEqual([kept, block, kept]);
  expect(examplesBelow([note, block], 0)).toBe(1);
  expect(examplesBelow([block, note], 0)).toBeUndefined();
});
