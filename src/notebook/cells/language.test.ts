import { describe, expect, it } from 'vitest';
import { expandSnippet, insertSnippet } from '../../../test/support/snippet.ts';
import type { ListFolder } from '../../recipe/language/files.ts';
import { checkCell } from './check.ts';
import { cellLanguage } from './language.ts';
import { cellPaths } from './paths.ts';

const cells = [
  `evaluate:
  base: ./my base # b
  compositions:
    none: base
    alone: pos.sft.safetensors
    both: [pos.sft.safetensors@0.5, { sft: qha@1, coefficient: 2 }]
  data: { file: test.conllu, role: test }`,
  `evaluate:
  base: "b"
  compositions: { a: 'it''s.sft' }
  data: [a.conllu, { file: b.tsv }]`,
  `compare:
  systems:
    one: a.sft@0.5
    two: [a.sft, b.sft@2]
    three: { seeds: [s1, [s2, s3@0.1], base] }
  data: d.txt`,
  `matrix:
  base: hf:bert
  tasks: { pos: [p@1, q], ner: n }
  languages: { mt: m }
  tests: [{ language: mt, task: pos, file: x.conllu }]
  texts: { mt: [t.txt, u.txt], sw: v.txt }`,
  'sweep:\n  sfts: [a@1, { sft: b }]\n  over: [{ sft: 1 }]\n  data: d',
  'attribute: { base: b, sft: a@0.5, with: [c@2, { sft: d }], data: { file: e } }',
  'interference:\n  sfts:\n    - a@1\n    - b',
];

/** What `cellPaths` calls the kinds of files. */
const wanted = { base: 'base', sft: 'sft', data: 'data', text: 'data' } as Readonly<Record<string, string>>;

describe('links of a cell', () => {
  it.each(cells)('are the files that it names when it runs: %s', (text) => {
    const { request, diagnostics } = checkCell(text);
    expect(diagnostics).toEqual([]);
    const found = cellLanguage.files(text);
    expect(found.map(({ kind, named }) => `${wanted[kind]} ${named}`).sort()).toEqual(
      cellPaths(request!)
        .map((one) => `${one.wanted} ${one.named}`)
        .sort(),
    );
    for (const { span, named } of found) expect(text.slice(...span).replaceAll("''", "'")).toBe(named);
  });

  it('are there in what is half written, and are no names, claims or numbers', () => {
    expect(cellLanguage.files('evaluate:\n  base: x\n  data: [a, b\n')).toHaveLength(3);
    expect(cellLanguage.files('expect: a > b')).toEqual([]);
    expect(cellLanguage.files('evaluate:\n  metric: accuracy\n  data: { file: , name: n }')).toEqual([]);
  });
});

describe('files that a cell may name are offered', () => {
  const files: Readonly<Record<string, readonly string[]>> = {
    '/n': ['pos.sft.safetensors', 'n.sftnb', 'test.conllu', 'my nli.tsv', 'a.png', 'models/', 'runs/'],
    '/n/models': ['bert/'],
    '/n/models/bert': ['config.json', 'vocab.txt'],
    '/n/runs': ['qha.sft.safetensors'],
  };
  const list: ListFolder = (folder) =>
    Promise.resolve(
      (files[folder] ?? []).map((name) => ({ name: name.replace('/', ''), folder: name.endsWith('/') })),
    );
  const found = (marked: string) =>
    cellLanguage.completeFiles(marked.replace('|', ''), marked.indexOf('|'), {
      folder: '/n',
      list,
      cancelled: () => false,
    });
  const labels = async (marked: string) =>
    (await found(marked)).filter(({ detail }) => detail !== 'folder').map(({ label }) => label);

  const take = async (marked: string, label: string) => {
    const item = (await found(marked)).find((one) => one.label === label);
    return insertSnippet(marked.replace('|', ''), item!.replace, item!.insert);
  };

  const bases = ['./models/bert'];
  const sfts = ['./pos.sft.safetensors', './runs/qha.sft.safetensors'];
  const data = ['./my nli.tsv', './test.conllu', './models/bert/config.json', './models/bert/vocab.txt'];

  it.each<[string, readonly string[]]>([
    ['evaluate:\n  base: |', bases],
    ['evaluate:\n  compositions:\n    a: |', sfts],
    ['evaluate:\n  compositions: { a: [|] }', sfts],
    ['evaluate:\n  compositions:\n    a:\n      - sft: |', sfts],
    ['evaluate:\n  data: |', data],
    ['evaluate:\n  data: { file: | }', data],
    ['evaluate:\n  data:\n    - |', data],
    ['compare:\n  systems:\n    a: { seeds: [x, |] }', sfts],
    ['matrix: { tasks: { pos: | } }', sfts],
    ['matrix:\n  tests:\n    - language: mt\n      file: |', data],
    ['matrix:\n  texts: { mt: | }', ['./models/bert/vocab.txt']],
    ['sweep:\n  sfts: [./runs/|]', ['./runs/qha.sft.safetensors']],
    ['attribute: { sft: | }', sfts],
    ['interference: { sfts: [a, |] }', sfts],
    ['evaluate:\n  metric: |', []],
    ['matrix:\n  tests: [{ language: | }]', []],
    ['expect: |', []],
    ['|', []],
  ])('%s', async (text, expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  it('in quotes where YAML needs them, and in place of what is typed', async () => {
    expect(await take('evaluate: { data: ./my| }', './my nli.tsv')).toBe(
      'evaluate: { data: "./my nli.tsv" }',
    );
    expect(await take('sweep: { sfts: [./po|] }', './pos.sft.safetensors')).toBe(
      'sweep: { sfts: [./pos.sft.safetensors] }',
    );
  });
});

describe('hover over a field', () => {
  it('says what it is for, and its default, in whatever kind of cell', () => {
    expect(hover('eva|luate:\n  data: x')).toEqual(['evaluate', expect.stringContaining('**evaluate**')]);
    expect(hover('evaluate:\n  met|ric: f1')).toEqual(['metric', expect.stringMatching(/macroF1.*Default/s)]);
    expect(hover('compare:\n  data: { file: x, ro|le: dev }')).toEqual([
      'role',
      expect.stringMatching(/choosing \(dev\) or reporting \(test\)/),
    ]);
    // Also over what stands in it.
    expect(hover('sweep:\n  sfts: [{ sft: a, coefficient: 0|.5 }]')).toEqual([
      '0.5',
      expect.stringMatching(/multiplied by/),
    ]);
  });

  it('says nothing of names, unknown fields and what lies between', () => {
    expect(hover('evaluat|: {}')).toBeUndefined();
    expect(hover('evaluate:\n  metrik|: f1')).toBeUndefined();
    expect(hover('evaluate: | { data: x }')).toBeUndefined();
  });
});

/** The text after the first fix of this title. */
function fixed(text: string, title: string): string {
  const all = checkCell(text).diagnostics.flatMap((problem) => cellLanguage.fixes(text, problem));
  const found = all.find((one) => one.title === title);
  expect(found, all.map((one) => one.title).join('; ')).toBeDefined();
  return found!.edits.reduceRight(
    (done, { span, text: into }) =>
      done.slice(0, span[0]) + (found!.snippet ? expandSnippet(into) : into) + done.slice(span[1]),
    text,
  );
}

describe('a fix puts a cell right', () => {
  it.each([
    ['evaluat:\n  data: x', 'Change to evaluate', 'evaluate:\n  data: x'],
    [
      'evaluate:\n  compositions: { a: base }\n  data: x\n  metrik: f1',
      'Change to metric',
      'evaluate:\n  compositions: { a: base }\n  data: x\n  metric: f1',
    ],
    [
      'evaluate:\n  compositions: { a: [{ sft: x, coeficient: 1 }] }\n  data: x',
      'Change to coefficient',
      'evaluate:\n  compositions: { a: [{ sft: x, coefficient: 1 }] }\n  data: x',
    ],
    [
      'evaluate:\n  compositions: { a: base }\n  data: { file: x, role: train }',
      'Change to test',
      'evaluate:\n  compositions: { a: base }\n  data: { file: x, role: test }',
    ],
    [
      'evaluate:\n  compositions: { a: base }',
      'Add evaluate.data',
      'evaluate:\n  compositions: { a: base }\n  data: ',
    ],
    [
      'attribute: { sft: a, by: layer, keep: [1], data: f }',
      'Remove keep',
      'attribute: { sft: a, by: layer, data: f }',
    ],
  ])('%s: %s', (text, title, expected) => {
    expect(fixed(text, title)).toBe(expected);
  });

  it('and never by a field of another kind of cell', () => {
    const text = 'evaluate:\n  compositions: { a: base }\n  data: x\n  tests: []';
    const titles = checkCell(text).diagnostics.flatMap((problem) =>
      cellLanguage.fixes(text, problem).map(({ title }) => title),
    );
    expect(titles).toEqual(['Remove tests']);
  });
});

/** The field under the mark, and what is said of it. */
function hover(marked: string) {
  const found = cellLanguage.hover(marked.replace('|', ''), marked.indexOf('|'));
  return found && [marked.replace('|', '').slice(...found.span), found.markdown];
}
