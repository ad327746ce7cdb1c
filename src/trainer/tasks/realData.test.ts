import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shared } from '../../../test/support/oracle.ts';
import { classLabels } from '../../data/classification.ts';
import { loadColumns } from '../../formats/columns.ts';
import { loadConllu } from '../../formats/conllu.ts';
import { loadRawText } from '../../formats/rawText.ts';
import { loadSquad } from '../../formats/squad.ts';
import { loadLabelled } from './classification.ts';

const sources = join(shared, 'SOURCES.md');

/** What the list of the real data says of each file: how many sentences, texts, questions or lines, and how many words. */
const listed = existsSync(sources)
  ? readFileSync(sources, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const row = /^\| (data\/\S+) \| (\d+)\/\d+(?: ALL)? \| (\d+) \|/.exec(line);
        return row === null ? [] : [{ file: row[1], count: Number(row[2]), words: Number(row[3]) }];
      })
  : [];

const inference = ['contradiction', 'entailment', 'neutral'];
const pair = { text: 'premise', pair: 'hypothesis', label: 'label', rename: {} };

/** How tables are read, by the beginning of their paths, and the labels that they have. */
const tables = [
  { start: 'data/americasnli/', columns: pair, labels: inference },
  {
    start: 'data/nli-source/indonli/',
    columns: { ...pair, rename: { e: 'entailment', c: 'contradiction', n: 'neutral' } },
    labels: inference,
  },
  {
    start: 'data/nli-source/sick-en/',
    columns: {
      text: 'sentence_A',
      pair: 'sentence_B',
      label: 'entailment_judgment',
      rename: Object.fromEntries(inference.map((label) => [label.toUpperCase(), label])),
    },
    labels: inference,
  },
  {
    start: 'data/nli-source/xnli-sw/',
    columns: { ...pair, text: 'sentence1_sw', pair: 'sentence2_sw' },
    labels: inference,
  },
  {
    start: 'data/nusax/',
    columns: { text: 'text', pair: null, label: 'label', rename: {} },
    labels: ['negative', 'neutral', 'positive'],
  },
];

const of = (...starts: string[]) =>
  listed.filter(({ file }) => starts.some((start) => file.startsWith(start)));
const at = (file: string) => join(shared, file);
const wordsOf = (sentences: readonly { readonly words: readonly unknown[] }[]) =>
  sentences.reduce((sum, { words }) => sum + words.length, 0);

describe.skipIf(listed.length === 0)('real data are read whole', () => {
  it('all kinds of them are listed', () => {
    for (const start of ['data/ud/', 'data/uner/', 'data/masakhaner/', 'data/xquad/', 'data/text/'])
      expect(of(start).length).toBeGreaterThan(0);
    for (const { start } of tables) expect(of(start).length).toBeGreaterThan(0);
    expect(of('data/americasnli/')).toHaveLength(20);
  });

  it.each(tables)('texts and pairs of $start, each with its label', async ({ start, columns, labels }) => {
    for (const { file, count } of of(start)) {
      const texts = await loadLabelled(at(file), columns);
      expect([file, texts.length]).toEqual([file, count]);
      expect(classLabels(texts)).toEqual(labels);
      const empty = texts.filter(({ text, pair }) => text.trim() === '' || pair?.trim() === '');
      expect(empty).toEqual([]);
    }
  });

  it('entities of UNER and MasakhaNER', async () => {
    for (const { file, count, words } of of('data/uner/', 'data/masakhaner/')) {
      const sentences = await loadColumns(at(file));
      expect([file, sentences.length, wordsOf(sentences)]).toEqual([file, count, words]);
    }
  });

  it('treebanks', async () => {
    for (const { file, count, words } of of('data/ud/')) {
      const sentences = await loadConllu(at(file));
      expect([file, sentences.length, wordsOf(sentences)]).toEqual([file, count, words]);
    }
  });

  it('questions of XQuAD, each with its answers', async () => {
    for (const { file, count } of of('data/xquad/')) {
      const { questions } = await loadSquad(at(file));
      expect([file, questions.length]).toEqual([file, count]);
      expect(questions.filter(({ answers }) => answers.length === 0)).toEqual([]);
    }
  });

  it('raw texts, line by line', async () => {
    for (const { file, count } of of('data/text/'))
      expect([file, (await loadRawText(at(file))).length]).toEqual([file, count]);
  });
});
