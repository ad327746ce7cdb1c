import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns, mutations } from '../../test/support/mutate.ts';
import { UserError } from '../core/errors/userError.ts';
import { checkRecipe, readRecipe, recipeDiagnostics } from './check.ts';
import { parseRecipe } from './load.ts';

const fourLines = `kind: task
name: pos-en
base: ./base
data: { train: train.conllu }
`;

const full = `kind: task                     # a comment
name: pos-en
language: en
base: ./models/base
apply: [./en.sft.safetensors, b.sft.safetensors@0.5, { sft: c.sft.safetensors, coefficient: -1, head: true }]
task: { type: tagging, column: upos, labels: [ADJ, NOUN] }
data: { train: [a.conllu, b.conllu], validation: dev.conllu }
method: ltsft
select: { density: 0.08, by: randomPerTensor, iterations: 2 }
full:   { epochs: 3, minSteps: 10, maxSteps: 100, l1: 0 }
sparse: { steps: 400 }
optimizer: { learningRate: 5.0e-5, batchSize: 8, accumulate: 1, warmupSteps: 0, weightDecay: 0, maxGradNorm: 1.0 }
dropout: { hidden: 0.1 }
freeze: [layerNorm, embeddings]
l1OnSparseOnly: true
validate: { everyEpochs: 0.5, metric: f1, keepBest: false, sample: 100 }
report: { everySteps: 10 }
checkpoint: { everySteps: 100, everyMinutes: 5 }
maxLength: 128
seed: 1
preset: quick
`;

const language = `kind: language
base: ./base
data: { text: [a.txt], validation: b.txt }
mlm: { probability: 0.15, blockSize: 256, lines: true, untie: true }
`;

/** Problems as `line: what advice`. */
function problems(text: string): string[] {
  return checkRecipe(text, 'r.sft.yaml').map((d) => `${d.start.line}: ${d.problem.what} ${d.problem.advice}`);
}

/** The only problem of a text. */
function problem(text: string): string {
  const found = problems(text);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('a well-formed recipe', () => {
  it.each([
    ['of four lines', fourLines],
    ['with every field', full],
    ['of a language', language],
    ['with CRLF', full.replaceAll('\n', '\r\n')],
    ['as JSON', '{"kind": "task", "base": "b", "data": {"train": "t"}}'],
  ])('%s has no problem', (_, text) => {
    expect(problems(text)).toEqual([]);
  });

  it('is parsed as it is written, with the place of each field', () => {
    const { recipe, place, fileName, folder } = parseRecipe(full, '/x/pos.sft.yaml');
    expect(recipe.select).toEqual({ density: 0.08, by: 'randomPerTensor', iterations: 2 });
    expect(recipe.optimizer?.learningRate).toBe(5e-5);
    expect(place(['select', 'density'])).toEqual({ file: '/x/pos.sft.yaml', line: 9 });
    expect(place(['select', 'absent']).line).toBe(9);
    expect([fileName, folder]).toEqual(['pos', '/x']);
  });
});

describe('a problem is named with its line and what to do', () => {
  it.each([
    [full.replace('column:', 'colum:'), 6, 'no field "colum" in task', 'Did you mean column?'],
    [full.replace('optimizer:', 'optimiser:'), 12, '"optimiser"', 'Did you mean optimizer?'],
    [
      `${fourLines}learning_rate: 1\n`,
      5,
      'no field "learning_rate" in the recipe',
      'optimizer.learningRate?',
    ],
    [`${fourLines}lr: 1\n`, 5, '"lr"', 'optimizer.learningRate?'],
    [`${fourLines}qqqqqqqqqq: 1\n`, 5, '"qqqqqqqqqq"', 'Fields here: kind, name, base'],
    [`${fourLines}__proto__: 1\n`, 5, '"__proto__"', 'Fields here'],
    [
      `${fourLines}method: full\nfull: { settle: {} }\n`,
      6,
      'full.settle is for a method that chooses a mask',
      'Remove',
    ],
    [
      `${fourLines}select: { by: random }\nkeepFullPhase: true\n`,
      6,
      'keepFullPhase is for a mask that a full phase chooses',
      'Remove',
    ],
    [
      `${fourLines}select: { k: 8, iterations: 2 }\nkeepFullPhase: true\n`,
      6,
      'keepFullPhase is for one iteration',
      'Remove',
    ],
    [`${fourLines}mlm: { blockSize: 64 }\n`, 5, 'mlm is for kind: language', 'change kind'],
    [`${language}maxLength: 64\n`, 5, 'maxLength is for kind: task', 'change kind'],
    [fourLines.replace('kind: task\n', ''), 1, 'The recipe lacks "kind"', 'language or task'],
    [fourLines.replace('kind: task', 'kind: tsak'), 1, 'kind cannot be "tsak"', 'Did you mean task?'],
    [fourLines.replace('base: ./base\n', ''), 1, 'The recipe lacks "base"', 'Add "base" (text)'],
    [fourLines.replace('train: train.conllu', ''), 4, 'data lacks "train"', 'Add "train"'],
    [fourLines.replace('pos-en', '2024'), 2, 'name must be text, not 2024', 'quotes'],
    [fourLines.replace('pos-en', 'a/b'), 2, 'name is "a/b"', 'letters'],
    [fourLines.replace('train.conllu', '3'), 4, 'data.train must be text or a list, not 3', '[a, b]'],
    [fourLines.replace('train.conllu', '[3]'), 4, 'data.train[0] must be text', 'quotes'],
    [fourLines.replace('train.conllu', '[]'), 4, 'data.train must be at least 1 entries long', ''],
    [`${fourLines}seed:\n`, 5, 'seed must be a number, not empty', 'Give a value'],
    [`${fourLines}seed: 1.5\n`, 5, 'a whole number, not 1.5', 'Write a whole number, such as 10.'],
    [`${fourLines}seed: "15"\n`, 5, 'a number, not "15"', 'Write a number without quotes.'],
    [`${fourLines}full: { epochs: two }\n`, 5, 'a number, not "two"', 'Write a number, such as 0.5.'],
    [`${fourLines}l1OnSparseOnly: "true"\n`, 5, 'true or false, not "true"', 'true or false without quotes.'],
    [`${fourLines}seed: 4294967296\n`, 5, 'at most 4294967295', ''],
    [`${fourLines}l1OnSparseOnly: yes\n`, 5, 'true or false, not "yes"', 'Write true or false.'],
    [`${fourLines}freeze: layerNorm\n`, 5, 'freeze must be a list, not "layerNorm"', ''],
    [`${fourLines}freeze: [layernorm]\n`, 5, 'freeze[0] cannot be "layernorm"', 'Did you mean layerNorm?'],
    [`${fourLines}task: { type: tagging, labels: [A, B, A] }\n`, 5, 'task.labels names A twice', ''],
    [`${fourLines}task: { type: chunking }\n`, 5, 'task.type cannot be "chunking"', 'Possible: tagging'],
    [
      `${fourLines.replace('train: train.conllu', 'train: t, validation: v')}task: { type: parsing }\nvalidate: { metric: f1 }\n`,
      6,
      'task parsing is not judged by that',
      'Give las or uas',
    ],
    ...[
      '',
      'task: { type: tagging, column: deprel }\n',
      'task: { type: tagging, column: tag, labels: [A, B] }\n',
    ].map((task): [string, number, string, string] => [
      `${fourLines.replace('train: train.conllu', 'train: t, validation: v')}${task}validate: { metric: f1Strict }\n`,
      task === '' ? 5 : 6,
      'the tags mark no spans in IOB1, IOB2',
      'name the column of such tags',
    ]),
    [`${language}validate: { metric: f1Strict }\n`, 5, 'validate.metric: f1Strict is for kind: task', ''],
    [`${fourLines}select: { density: 0 }\n`, 5, 'select.density must be above 0, and is 0', ''],
    [`${fourLines}select: { density: 1.01 }\n`, 5, 'select.density must be at most 1', ''],
    [`${fourLines}select: { density: .nan }\n`, 5, 'select.density must be a number', ''],
    [`${fourLines}select: { k: 0 }\n`, 5, 'select.k must be at least 1', ''],
    [
      `${fourLines}select: { k: 9, density: 0.1 }\n`,
      5,
      'select.density and select.k are both given',
      'Keep one',
    ],
    [`${fourLines}select: { k: 2, iterations: 3 }\n`, 5, 'iterations (3) is above select.k (2)', 'at most 2'],
    [
      `${fourLines}full: { steps: 9, epochs: 1 }\n`,
      5,
      'full.epochs and full.steps are both given',
      'Keep one',
    ],
    [
      `${fourLines}full:\n  minSteps: 9\n  maxSteps: 8\n`,
      6,
      'full.minSteps (9) is above full.maxSteps (8)',
      'Lower',
    ],
    [`${fourLines}sparse: { epochs: 0 }\n`, 5, 'sparse.epochs must be above 0', ''],
    [`${fourLines}dropout: 1\n`, 5, 'dropout must be below 1', ''],
    [`${fourLines}dropout: { hiden: 0.1 }\n`, 5, 'no field "hiden" in dropout', 'Did you mean hidden?'],
    [`${fourLines}apply: [{ file: a }]\n`, 5, 'apply[0] lacks "sft"', 'Add'],
    [
      `${fourLines}task: {}\n`,
      5,
      'task lacks "type"',
      '(tagging or classification or parsing or questionAnswering)',
    ],
    [`${fourLines}apply:\n  - a\n  - 7\n`, 7, 'apply[1] must be text or a group of fields, not 7', ''],
    [
      `${fourLines}apply: [{ sft: a, head: true }, { sft: b, head: true }]\n`,
      5,
      'Two SFTs',
      'Keep the head of one',
    ],
    [`${fourLines}freeze: [decoder]\n`, 5, 'freeze: decoder is for kind: language', ''],
    [`${fourLines}method: head\nfreeze: [head]\n`, 6, 'method: head trains the head alone', 'Remove head'],
    [`${fourLines}validate: { everySteps: 9 }\n`, 5, 'nothing to validate on', 'Add data.validation'],
    [`${language}validate: { metric: f1 }\n`, 5, 'validate.metric: f1 is for kind: task', ''],
    [
      `${language}freeze: [decoder]\n`.replace('untie: true', 'untie: false'),
      4,
      'the decoder',
      'untie: true',
    ],
    [`${fourLines}name: again\n`, 5, '"name" is given a second time; line 2', 'Remove one'],
    ['- a\n- b\n', 1, 'The recipe must be a group of fields, not a list', ''],
    ['hello', 1, 'The recipe must be a group of fields, not "hello"', ''],
    ['', 1, 'The recipe is empty', 'sft init'],
    ['# only a comment\n', 1, 'The recipe is empty', 'sft init'],
    [`${fourLines}---\n${fourLines}`, 5, 'a second one starts', ''],
    [`${fourLines}when: !!timestamp 2001-01-01\n`, 5, 'not valid YAML', ''],
    [`${fourLines}? [a]\n: 1\n`, 5, 'the name of a field must be a plain word', ''],
    [`${fourLines}freeze: &a [layerNorm]\nfoo: *a\n`, 6, 'alias', 'Write the value out'],
  ])('%#', (text, line, what, advice) => {
    const found = problems(text);
    expect(found[0]).toMatch(new RegExp(`^${line}: `));
    expect(found.some((p) => p.includes(what) && p.includes(advice))).toBe(true);
  });

  it('marks the value, not only the line', () => {
    const [found] = checkRecipe(`${fourLines}seed: minus\n`, 'r.sft.yaml');
    expect([found.start, found.end]).toEqual([
      { line: 5, column: 7 },
      { line: 5, column: 12 },
    ]);
  });

  it('finds all of them at once, in order of place', () => {
    const text = `kind: tsak\nbas: x\nfull: { steps: 1, epochs: 2 }\nseed: -1\ndata: {}\n`;
    expect(checkRecipe(text, 'r.sft.yaml').map((d) => [d.start.line, d.code])).toEqual([
      [1, 'recipe-missing'],
      [1, 'recipe-choice'],
      [2, 'recipe-unknown-key'],
      [3, 'recipe-either-or'],
      [4, 'recipe-range'],
      [5, 'recipe-missing'],
    ]);
  });

  it('finds a field that is given twice beside the others, which are of the first', () => {
    const text = `${fourLines}seed: 1\nseed: -1\nlr: 1\nfreeze: [layernorm]\n`;
    const { diagnostics, written, value } = readRecipe(text, 'r.sft.yaml');
    expect(diagnostics.map(({ start, code }) => [start.line, code])).toEqual([
      [6, 'recipe-duplicate-key'],
      [7, 'recipe-unknown-key'],
      [8, 'recipe-choice'],
    ]);
    expect(value).toMatchObject({ seed: 1 });
    // It is not guessed which one is meant when it comes to training.
    expect(readRecipe(`${fourLines}name: again\n`, 'r.sft.yaml').written).toBeUndefined();
    expect(written).toBeUndefined();
  });

  it('throws one error that names the first and the number of the others', () => {
    const text = `${fourLines}seed: -1\nlr: 1\nfreeze: 7\n`;
    const error = (() => {
      try {
        return parseRecipe(text, 'pos.sft.yaml');
      } catch (error) {
        return error as UserError;
      }
    })() as UserError;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^pos\.sft\.yaml:5: seed must be at least 0.*2 more problems: lines 6, 7\.$/,
    );
    expect(recipeDiagnostics(error)).toHaveLength(3);
    expect(recipeDiagnostics(new Error('other'))).toEqual([]);
  });
});

describe('hostile text', () => {
  it.each([
    ['brackets', '['.repeat(100_000), /nested/],
    ['braces', '{'.repeat(100_000), /nested/],
    ['lists in lists', '- '.repeat(50_000), /nested/],
    ['keys of keys', '? '.repeat(50_000), /nested/],
    ['deep indentation', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), /nested/],
    ['a billion laughs', 'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n', /alias/],
    ['ten megabytes', 'a'.repeat(10_000_000), /10000000 bytes long; 131072 are allowed/],
    ['many errors', ']'.repeat(100_000), /not valid YAML/],
    ['many keys', Array.from({ length: 15_000 }, (_, i) => `k${i}:`).join('\n'), /no field "k0"|lacks/],
  ])('%s: a clear error', (_, text, expected) => {
    expect(problems(text).join('\n')).toMatch(expected);
  });

  it('of any damage ends in problems or a recipe, never in a crash', () => {
    for (const good of [full, language]) {
      fc.assert(
        fc.property(mutations(new TextEncoder().encode(good)), (bytes) => {
          const text = new TextDecoder().decode(bytes);
          const found = checkRecipe(text, 'r.sft.yaml');
          const lines = text.split(/\r\n?|\n/).length;
          for (const { start, end, problem } of found) {
            expect(start.line).toBeGreaterThan(0);
            expect(end.line).toBeLessThanOrEqual(lines + 1);
            expect(`${problem.what} ${problem.advice}`).not.toMatch(/undefined|\[object/);
          }
          if (found.length === 0) parseRecipe(text, 'r.sft.yaml');
        }),
        { numRuns: fuzzRuns / 2 },
      );
    }
  });
});

it('has one problem for one mistake', () => {
  expect(problem(`${fourLines}select: { desnity: 0.1 }\n`)).toContain('Did you mean density?');
});
