import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataFile, dataFileOf, namedDataFile, trainingChoices, validationChoices } from './dataFiles.ts';

const treebank =
  '# sent_id = 1\n1\tIl\til\tDET\t_\t_\t2\tdet\t_\t_\n2\tkelb\tkelb\tNOUN\t_\t_\t0\troot\t_\t_\n\n';
const columns = 'Malta\tB-LOC\nis\tO\n\nAnna\tB-PER\n';
const table = 'text\tlabel\nA good film\tpositive\nBoring from the start\tnegative\n';
const pairs = '"premise","hypothesis","label"\n"A dog, outside","An animal","entailment"\n';
const nli = (first: string) =>
  `id\tlanguage\tpremise\thypothesis\tlabel\n${first}12452\taym\tJupax sanwa: Mamita\tJupax janiw arskiti\tcontradiction\n`;
const squad = '{"version": "1.1", "data": [{"title": "x", "paragraphs": [{"context": "Milo saw';
const conll2003 = 'EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nPeter NNP B-NP B-PER\n';
const text = 'Il-kelb jiekol il-laħam.\nIl-qattus jorqod.\n';

describe('what a file looks like', () => {
  it.each([
    ['/d/mt_mudt-ud-train.conllu', treebank, { kind: 'conllu', language: 'mt', split: 'train' }],
    ['/d/mt_mudt-ud-dev.conllu', treebank, { kind: 'conllu', language: 'mt', split: 'validation' }],
    ['/d/qna-test.conllu', treebank, { kind: 'conllu', language: 'qna', split: 'test' }],
    ['/d/fo.txt', text, { kind: 'text', language: 'fo', split: null }],
    ['/d/wiki.sw.valid.txt', text, { kind: 'text', language: 'sw', split: 'validation' }],
    ['/d/ner/yor/train.txt', columns, { kind: 'columns', language: 'yor', split: 'train' }],
    [
      '/d/hau/dev.txt',
      'Malta B-LOC\nis O\n\nAnna B-PER\n',
      { kind: 'columns', language: 'hau', split: 'validation' },
    ],
    ['/d/pcm.iob2', '1\tMalta\tB-LOC\t-\n2\tis\tO\t-\n\n', { kind: 'columns', language: 'pcm', split: null }],
    ['/d/export.txt', treebank, { kind: 'conllu', language: null, split: null }],
    ['/d/eng.train.txt', conll2003, { kind: 'columns', language: 'eng', split: 'train' }],
    ['/d/xquad.mt.json', squad, { kind: 'questions', language: 'mt', split: null }],
    ['/d/train/corpus.txt', text, { kind: 'text', language: null, split: 'train' }],
  ])('%s', (path, head, expected) => {
    expect(dataFileOf(path, head)).toEqual({ path, ...expected });
  });

  it.each([
    ['/d/hau/dev.tsv', table, 'validation', ['text', 'label']],
    ['/d/hau/train.csv', pairs, 'train', ['premise', 'hypothesis', 'label']],
    ['/d/hau/test.jsonl', '{"text": "good", "label": 1}\n{"text": "ba', 'test', ['text', 'label']],
  ])('%s is a table, whose columns are known', (path, head, split, columns) => {
    const { table, ...file } = dataFileOf(path, head)!;
    expect(file).toEqual({ path, kind: 'table', language: 'hau', split });
    expect(table?.columns).toEqual(columns);
  });

  it('a numbered table of pairs is no list of words and tags, and neither is one of short texts', () => {
    const americas = dataFileOf('/d/dev/aym.tsv', nli('12451\taym\tMamita\tYatiñ utan\tneutral\n'));
    expect(americas).toMatchObject({ kind: 'table', language: 'aym', split: 'validation' });
    const words = 'id\tsentence\tlabel\n1\tgood\tpositive\n2\tbad\tnegative\n';
    expect(dataFileOf('/d/words.tsv', words)?.kind).toBe('table');
    expect(dataFileOf('/d/words.tsv', 'text\tlabel\ngood\tpositive\n')?.kind).toBe('table');
    expect(dataFileOf('/d/noHeader.tsv', words.slice(words.indexOf('\n') + 1))?.kind).toBe('columns');
    const sick = 'pair_ID\tsentence_A\tsentence_B\tentailment_judgment\n1\tA dog\tA cat\tNEUTRAL\n';
    expect(dataFileOf('/d/sick/trial.txt', sick)?.kind).toBe('table');
  });

  it('whatever it looks like, one that the user names is data of the task', () => {
    expect(namedDataFile('/d/mt.conllu', treebank, 'pos').kind).toBe('conllu');
    expect(namedDataFile('/d/x.dat', treebank, 'parsing').kind).toBe('conllu');
    expect(namedDataFile('/d/x.dat', '', 'pos').kind).toBe('columns');
    expect(namedDataFile('/d/x.txt', table, 'sentiment').table?.columns).toEqual(['text', 'label']);
    expect(namedDataFile('/d/x.txt', '', 'nli')).toEqual({
      path: '/d/x.txt',
      kind: 'table',
      language: null,
      split: null,
    });
    expect(namedDataFile('/d/package.json', '{}', 'qa').kind).toBe('questions');
  });

  it.each([
    ['/d/package.json', '{"name": "x", "data": [1]}'],
    ['/d/results.csv', '1,2\n3,4\n'],
    ['/d/ids.csv', 'id\na\nb\n'],
    ['/d/events.jsonl', 'no JSON\n'],
    ['/d/README.txt', text],
    ['/d/requirements-dev.txt', 'numpy\n'],
    ['/m/vocab.txt', '[PAD]\n[UNK]\n'],
    ['/d/empty.txt', '\n\n'],
    ['/d/numbers.tsv', '1\t2\t3\t4\n5\t6\t7\t8\n'],
    ['/d/binary.txt', 'a\0b'],
  ])('%s is no data', (path, head) => {
    expect(dataFileOf(path, head)).toBeUndefined();
  });

  const endings = fc.constantFrom('txt', 'tsv', 'csv', 'jsonl', 'json');
  it('never fails, whatever the name and the text', () => {
    fc.assert(
      fc.property(fc.string(), endings, fc.string(), (name, ending, head) => {
        const file = dataFileOf(`/d/${name}.${ending}`, head);
        if (file?.language !== undefined && file.language !== null)
          expect(file.language).toMatch(/^[a-z]{2,3}$/);
      }),
    );
  });
});

const file = (name: string, head: string): DataFile => dataFileOf(`/d/${name}`, head)!;
const files = [
  file('mt-test.conllu', treebank),
  file('fo-dev.conllu', treebank),
  file('mt-dev.conllu', treebank),
  file('mt-train.conllu', treebank),
  file('mt.txt', text),
  file('ner-train.tsv', columns),
  file('ner-dev.tsv', columns),
  file('dev.tsv', table),
  file('nli-dev.csv', pairs),
  file('train.csv', pairs),
  file('xquad.json', squad),
];
const names = (chosen: readonly DataFile[]) => chosen.map(({ path }) => path.slice(3));

describe('what is offered', () => {
  it('is raw text for a language, and labelled data for a task, for training first', () => {
    expect(names(trainingChoices(files, 'language'))).toEqual(['mt.txt']);
    expect(names(trainingChoices(files, 'pos'))).toEqual([
      'mt-train.conllu',
      'ner-train.tsv',
      'fo-dev.conllu',
      'mt-dev.conllu',
      'ner-dev.tsv',
      'mt-test.conllu',
    ]);
    expect(names(trainingChoices(files, 'parsing'))).toHaveLength(4);
    expect(names(trainingChoices(files, 'ner'))).toEqual(['ner-train.tsv', 'ner-dev.tsv']);
    expect(names(trainingChoices(files, 'sentiment'))).toEqual(['train.csv', 'dev.tsv', 'nli-dev.csv']);
    expect(names(trainingChoices(files, 'nli'))).toEqual(['train.csv', 'nli-dev.csv']);
    expect(names(trainingChoices(files, 'qa'))).toEqual(['xquad.json']);
  });

  it('is for inference a table of two texts, those with the usual names first', () => {
    const tables = [
      file('a-train.tsv', 'id\ttext\tlabel\tlang\n1\tA film\tgood\ten\n2\tA book\tbad\tfr\n'),
      file('b-train.tsv', 'id\tone\ttwo\tlabel\n1\tA b\tC d\tyes\n2\tE f\tG h\tno\n'),
      file('z-dev.tsv', nli('')),
    ];
    expect(names(trainingChoices(tables, 'nli'))).toEqual(['z-dev.tsv', 'b-train.tsv']);
    expect(names(trainingChoices(tables, 'sentiment'))).toEqual(['a-train.tsv', 'b-train.tsv', 'z-dev.tsv']);
    expect(trainingChoices(tables, 'ner')).toEqual([]);
  });

  it('is for validation of a table one with its columns', () => {
    const train = files.find(({ path }) => path === '/d/train.csv')!;
    expect(names(validationChoices(files, train, ['premise', 'hypothesis', 'label']))).toEqual([
      'nli-dev.csv',
    ]);
    expect(names(validationChoices(files, train, ['label']))).toEqual(['dev.tsv', 'nli-dev.csv']);
  });

  it('is for validation what goes with the training data, and test data last', () => {
    expect(names(validationChoices(files, files[3]))).toEqual([
      'mt-dev.conllu',
      'fo-dev.conllu',
      'mt-test.conllu',
    ]);
    expect(names(validationChoices(files, files[5]))).toEqual(['ner-dev.tsv']);
    expect(validationChoices(files, files[4])).toEqual([]);
  });
});
