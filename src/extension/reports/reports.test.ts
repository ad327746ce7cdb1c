import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecipeEstimate } from '../../protocol/estimate.ts';
import { estimateLine, estimateReport } from './estimateReport.ts';
import { escaped, markdownTable } from './markdown.ts';
import { matrixReport } from './matrixReport.ts';
import { withoutPaths } from './withoutPaths.ts';

const estimate: RecipeEstimate = {
  version: 1,
  name: 'pos-[en](command:x)',
  kind: 'task',
  method: 'ltsft',
  base: { name: 'mbert', parameters: 178_000_000, maskable: 177_224_448 },
  k: 14_155_776,
  density: 0.08,
  examples: 1200,
  phases: [
    {
      iteration: 1,
      phase: 'full',
      steps: 450,
      secondsPerStep: 0.25,
      validations: 2,
      secondsPerValidation: 30,
      seconds: 180,
      memory: 3e9,
    },
  ],
  time: { steps: 450, seconds: 200 },
  memory: { peak: 3e9, free: 2e9, total: 8e9, fits: false },
  disk: { checkpoint: 1e9, best: 0, kept: 2e8, sft: 1.1e8, peak: 2e9, free: null, fits: true },
  machine: { threads: 2, flopsPerSecond: 1e11 },
  data: [
    {
      type: 'tagged',
      file: '/d/en|x.conllu',
      role: 'train',
      words: 1000,
      pieces: 1300,
      piecesPerWord: 1.3,
      unknownPieces: 13,
      unknownShare: 0.01,
      longest: 40,
      cut: 0,
      maxLength: 128,
      sentences: 100,
      cutWords: 0,
      lostWords: 0,
      untagged: 0,
      labels: [
        { label: 'NOUN', count: 750 },
        { label: '<img>', count: 250 },
      ],
    },
  ],
  warnings: ['It needs more memory than is free.'],
};

describe('an estimate as a document', () => {
  const text = estimateReport(estimate);

  it('warns before anything else', () => {
    const [title, , warning] = text.split('\n\n');
    expect(title).toContain('about 3 min');
    expect(warning).toContain('It needs more memory than is free.');
    expect(estimateLine(estimate)).toContain('It needs more memory');
    expect(estimateLine({ ...estimate, warnings: [] })).toBe(
      'pos-[en](command:x): about 3 min, 3.0 GB of memory.',
    );
  });

  it('has cost, phases, data and labels, and takes no name for markup', () => {
    expect(text).toContain('| Memory | about 3.0 GB | 2.0 GB of 8.0 GB |');
    expect(text).toContain('| full | 450 | 250 ms | 2 of 30 s | 3 min | 3.0 GB |');
    expect(text).toContain('| NOUN | 750 | 75.0 % |');
    expect(text).not.toMatch(/<img>|\]\(command|en\|x/);
  });
});

describe('Markdown', () => {
  it('shows texts as they are, in one cell and one line', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cell = escaped(text);
        expect(cell).not.toMatch(/[|<>[\]`*_\n\r]/);
        const table = markdownTable([['a', 'left']], [[cell]]);
        expect(table.split('\n')).toHaveLength(3);
      }),
    );
  });
});

describe('a text for everybody', () => {
  const personal = { user: 'maria', host: 'bigbox', folders: ['/home/maria', '/home/maria/secret project'] };

  it.each([
    ['ENOENT: no such file, open /home/maria/secret project/x.txt', 'ENOENT: no such file, open …'],
    ["open '/home/maria/secret project/x.txt' failed", "open '…' failed"],
    [String.raw`C:\Users\maria\a.txt is missing`, '… is missing'],
    ['at run (file:///home/maria/a.js:1:2)', 'at run …'],
    ['~/models/mbert and ./data/x.txt and data/mt.txt', '… and … and …'],
    ['maria on bigbox', '… on …'],
    ['3 of 4 steps, loss 0.5', '3 of 4 steps, loss 0.5'],
  ])('%s', (text, expected) => {
    expect(withoutPaths(text, personal)).toBe(expected);
  });

  it('holds no separator with something on both sides', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('/', '\\', 'a', ' ', "'", '"', '~', '.', 'C:'), { maxLength: 30 }),
        (parts) => {
          expect(withoutPaths(parts.join(''), personal)).not.toMatch(/\w[\\/]\w/);
        },
      ),
    );
  });
});

it('counts the labels of texts as of words', () => {
  const data = [
    {
      type: 'classified' as const,
      file: '/d/train.tsv',
      role: 'train' as const,
      texts: 30,
      words: 300,
      pieces: 330,
      piecesPerWord: 1.1,
      unknownPieces: 0,
      maxLength: 128,
      unknownShare: 0,
      longest: 20,
      cut: 0,
      labels: [
        { label: 'neutral', count: 20 },
        { label: 'entailment', count: 10 },
      ],
    },
  ];
  const report = estimateReport({ ...estimate, data });
  expect(report).toContain('| Label | texts | share |');
  expect(report).toContain('| neutral | 20 | 66.7 % |');
  expect(report).toContain('What the full phase learns, kept');
});

describe('the matrix of a sweep', () => {
  const cell = { evaluation: 'mt|wo', metric: 'accuracy', mean: 0.5, sd: 0.01, seeds: 3, runs: ['a'] };

  it('has settings down and evaluations across, and names of files as they are', () => {
    const text = matrixReport('pos', {
      cells: [{ ...cell, settings: { 'select.density': '0.1' } }],
      missing: [],
    });
    expect(text).toContain('| select.density | mt&#124;wo accuracy |');
    expect(text).toContain('50.00 % ± 1.00 % &#40;3&#41;');
    expect(text).toContain('over seeds');
    expect(text).not.toContain('not done');
  });

  it('says which runs are not done, and why; of many, how many more', () => {
    const missing = Array.from({ length: 42 }, (_, i) => ({
      run: `r${i}`,
      state: 'failed',
      note: 'no space',
    }));
    const text = matrixReport('pos', { cells: [], missing });
    expect(text).toContain('No run is done yet.');
    expect(text).toContain('- r0: failed, no space');
    expect(text).toContain('- and 2 more');
  });
});
