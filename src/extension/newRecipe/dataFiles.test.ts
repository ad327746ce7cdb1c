import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataFile, dataFileOf, trainingChoices, validationChoices } from './dataFiles.ts';

const treebank =
  '# sent_id = 1\n1\tIl\til\tDET\t_\t_\t2\tdet\t_\t_\n2\tkelb\tkelb\tNOUN\t_\t_\t0\troot\t_\t_\n\n';
const columns = 'Malta\tB-LOC\nis\tO\n\nAnna\tB-PER\n';
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
    ['/d/train/corpus.txt', text, { kind: 'text', language: null, split: 'train' }],
  ])('%s', (path, head, expected) => {
    expect(dataFileOf(path, head)).toEqual({ path, ...expected });
  });

  it.each([
    ['/d/README.txt', text],
    ['/d/requirements-dev.txt', 'numpy\n'],
    ['/m/vocab.txt', '[PAD]\n[UNK]\n'],
    ['/d/empty.txt', '\n\n'],
    ['/d/numbers.tsv', '1\t2\t3\t4\n5\t6\t7\t8\n'],
    ['/d/binary.txt', 'a\0b'],
  ])('%s is no data', (path, head) => {
    expect(dataFileOf(path, head)).toBeUndefined();
  });

  it('never fails, whatever the name and the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, head) => {
        const file = dataFileOf(`/d/${name}.txt`, head);
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
];
const names = (chosen: readonly DataFile[]) => chosen.map(({ path }) => path.slice(3));

describe('what is offered', () => {
  it('is raw text for a language, and labelled data for a task, for training first', () => {
    expect(names(trainingChoices(files, 'language'))).toEqual(['mt.txt']);
    expect(names(trainingChoices(files, 'task'))).toEqual([
      'mt-train.conllu',
      'ner-train.tsv',
      'fo-dev.conllu',
      'mt-dev.conllu',
      'ner-dev.tsv',
      'mt-test.conllu',
    ]);
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
