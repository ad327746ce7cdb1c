import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { UserError } from '../../core/errors/userError.ts';
import { countRuns, expandSweep } from './expand.ts';
import { loadSweep } from './load.ts';
import { runName } from './names.ts';
import { rangeValues } from './ranges.ts';
import { checkSweep, parseSweep } from './read.ts';
import { sweepJsonSchema } from './schema.ts';

const recipe = `kind: task
base: base
data:
  train: data/{language}/train.conllu
language: '{language}'
select: { density: 0.08 }
`;

/** A folder with these files; gives the path of each. */
function folderWith(files: Readonly<Record<string, string>>): (name: string) => string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return (name) => join(folder, name);
}

const drawn = (seed: number) => `recipe: { kind: language, base: b, data: { text: t } }
vary:
  select.k: { from: 10, to: 1000, scale: log, whole: true }
  mlm.probability: [0.1, 0.15, 0.2]
search: { random: 20, seed: ${seed} }
`;

async function runsOf(sweep: string, files: Readonly<Record<string, string>> = {}) {
  const path = folderWith({ 'pos.sft.yaml': recipe, 'x.sweep.yaml': sweep, ...files });
  return expandSweep(await loadSweep(path('x.sweep.yaml')));
}

async function errorOf(sweep: string, files: Readonly<Record<string, string>> = {}): Promise<UserError> {
  const error: unknown = await runsOf(sweep, files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error('There is no error of the user.');
  return error;
}

it('a field of a sweep that is given twice hides no other problem', () => {
  const text = 'recipe: a\nrecipe: b\nvary: { seed: [1] }\nlanguage: x.tsv\n';
  expect(checkSweep(text, 'x.sweep.yaml').map(({ start, code }) => [start.line, code])).toEqual([
    [2, 'recipe-duplicate-key'],
    [4, 'sweep-unknown-key'],
  ]);
  expect(() => parseSweep('recipe: a\nrecipe: b\nvary: { seed: [1] }\n', 'x.sweep.yaml')).toThrow(
    'second time',
  );
});

describe('a sweep', () => {
  it('is every combination of tables, values and seeds, each a recipe of its own', async () => {
    const runs = await runsOf(
      `recipe: pos.sft.yaml
languages: languages.tsv
vary:
  select.density: [0.01, 0.08]
  optimizer.learningRate: { from: 1.0e-5, to: 1.0e-3, steps: 3, scale: log }
seeds: [1, 2]
`,
      { 'languages.tsv': 'language\tfamily\nmt\tsemitic\nfi\turalic\n' },
    );
    expect(runs).toHaveLength(2 * 2 * 3 * 2);
    expect(runs[0].name).toBe('mt-density0.01-learningRate0.00001-s1');
    expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
    const last = runs[runs.length - 1];
    expect(last.loaded.recipe).toMatchObject({
      name: last.name,
      language: 'fi',
      data: { train: 'data/fi/train.conllu' },
      select: { density: 0.08 },
      optimizer: { learningRate: 0.001 },
      seed: 2,
    });
    expect(last.loaded.folder).toBe(dirname(resolve(last.loaded.folder, 'pos.sft.yaml')));
  });

  it('takes the recipe of each task, and its own where it stands in the sweep', async () => {
    const runs = await runsOf(
      `recipe: '{task}.sft.yaml'
tasks: [pos, ner]
languages: [{ language: mt }]
`,
      { 'ner.sft.yaml': recipe.replace('kind: task', 'kind: task\ntask: { type: tagging, column: tag }') },
    );
    expect(runs.map(({ name, loaded }) => [name, Reflect.get(loaded.recipe, 'task')?.column])).toEqual([
      ['pos-mt', undefined],
      ['ner-mt', 'tag'],
    ]);
    const [inline] = await runsOf('recipe: { kind: language, base: b, data: { text: t } }\nseeds: [3]\n');
    expect(inline).toMatchObject({ name: 's3', loaded: { recipe: { kind: 'language', seed: 3 } } });
  });

  it('drawn at random is the same each time, within its ranges, and has no combination twice', async () => {
    const runs = await runsOf(drawn(1));
    expect(runs.map(({ settings }) => settings)).toEqual(
      (await runsOf(drawn(1))).map(({ settings }) => settings),
    );
    expect(runs.map(({ settings }) => settings)).not.toEqual(
      (await runsOf(drawn(2))).map(({ settings }) => settings),
    );
    expect(new Set(runs.map(({ settings }) => JSON.stringify(settings))).size).toBe(20);
    for (const { settings } of runs) {
      const k = Number(settings['select.k']);
      expect(Number.isInteger(k) && k >= 10 && k <= 1000).toBe(true);
    }
    // More than there are: each once.
    const few = await runsOf(
      'recipe: { kind: language, base: b, data: { text: t } }\nvary: { seed: [1, 2, 3] }\nsearch: { random: 50 }\n',
    );
    expect(few.map(({ settings }) => settings.seed).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      1, 2, 3,
    ]);
  });

  it('counts its runs without making them', async () => {
    const path = folderWith({
      'x.sweep.yaml': `recipe: { kind: language, base: b, data: { text: t } }
vary: { seed: { from: 1, to: 1000, steps: 1000 }, select.k: { from: 1, to: 1000, steps: 1000 } }
`,
    });
    const loaded = await loadSweep(path('x.sweep.yaml'));
    expect(countRuns(loaded)).toBe(1_000_000);
    expect(() => expandSweep(loaded)).toThrow(/1,000,000 runs; 100,000 are the most/);
  });
});

describe('what is wrong with a sweep is said with file and line', () => {
  it.each([
    ['', 1, /The sweep is empty/],
    ['vary: {}\n', 1, /The sweep lacks|recipe/],
    ['recipe: a\nvry: {}\n', 2, /no field "vry" here.*Did you mean vary/s],
    ['recipe: a\nvary:\n  seed: { from: 1, to: 3, stepz: 3 }\n', 3, /"stepz".*Did you mean steps/s],
    ['recipe: a\nvary:\n  seed: { from: 1, to: 3 }\n', 3, /a grid needs steps/],
    ['recipe: a\nvary:\n  seed: { from: 0, to: 3, steps: 2, scale: log }\n', 3, /numbers above 0/],
    ['recipe: a\nseeds:\n  - 1\n  - 1\n', 4, /seeds has 1 twice/],
    ['recipe: a\nlanguages:\n  - mt\n  - { language: mt }\n', 4, /languages has .*mt.* twice/],
    ['recipe: a\ntasks:\n  - { a: x, b: y }\n  - { b: y, a: x }\n', 4, /tasks has .* twice/],
    [
      'recipe: a\nvary:\n  select.k: { from: 1, to: 2, steps: 5, whole: true }\n',
      3,
      /range of select\.k .*: rounded, 1 is among its 5 values more than once/,
    ],
    ['recipe: a\nvary:\n  seed: [1]\nseeds: [1]\n', 3, /seed is varied, and seeds are given too/],
    ['recipe: a\nsearch: rando\n', 2, /search/],
  ])('%j', (text, line, message) => {
    const [first] = checkSweep(text, 'x.sweep.yaml');
    expect(first.start.line).toBe(line);
    expect(`${first.problem.what} ${first.problem.advice}`).toMatch(message);
    expect(() => parseSweep(text, 'x.sweep.yaml')).toThrow(`x.sweep.yaml:${line}: `);
  });

  it.each([
    ['vary:\n  select.densty: [0.1]\n', /x\.sweep\.yaml:\d: .*no field "densty".*Did you mean density/s, {}],
    ['vary:\n  select.density: [0.1, 7]\n', /x\.sweep\.yaml:\d: select\.density/, {}],
    ['vary:\n  kind.of: [1]\n', /x\.sweep\.yaml:\d: kind\.of cannot be varied: kind is not a group/, {}],
    [
      'seeds: [1]\n',
      /pos\.sft\.yaml:4: .*\{langage\}.*Did you mean \{language\}/s,
      { 'pos.sft.yaml': recipe.replace('{language}/', '{langage}/') },
    ],
    [
      'seeds: [1]\n',
      /pos\.sft\.yaml:1: The recipe lacks "base"/,
      { 'pos.sft.yaml': recipe.replace('base: base', 'bas: base') },
    ],
    ['seeds: [1]\n', /pos\.sft\.yaml:1: This is not valid YAML/, { 'pos.sft.yaml': 'kind: [' }],
    ['tasks: [{ language: x }]\n', /Two tables have the column "language"/, {}],
  ])('%j', async (more, message, files) => {
    const error = await errorOf(`recipe: pos.sft.yaml\nlanguages: [mt]\n${more}`, files);
    expect(error.message).toMatch(message);
  });

  it('a table that has a row twice', async () => {
    const table = 'language\tfamily\nmt\tsemitic\nfi\turalic\nmt\tsemitic\n';
    const error = await errorOf('recipe: pos.sft.yaml\nlanguages: l.tsv\n', { 'l.tsv': table });
    expect(error.message).toMatch(/l\.tsv:4: l\.tsv has "mt" twice/);
  });

  it('a missing recipe, with the line that names it', async () => {
    const error = await errorOf('# pos\nrecipe: none.sft.yaml\nvary: { seed: [1, 2] }\n');
    expect(error).toMatchObject({ code: 'sweep-recipe-missing', place: { line: 2 } });
  });

  it('a missing table, and a broken one', async () => {
    expect((await errorOf('recipe: pos.sft.yaml\nlanguages: no.tsv\n')).code).toBe('data-file-missing');
    const broken = await errorOf('recipe: pos.sft.yaml\nlanguages: l.tsv\n', { 'l.tsv': 'a\tb\n1\n' });
    expect(broken.place?.line).toBe(2);
  });
});

/** The problems of a range from 1 to 9. */
function rangeProblems(steps: number, search = '') {
  const range = `{ from: 1, to: 9, steps: ${steps}, whole: true }`;
  return checkSweep(`recipe: a\nvary:\n  select.k: ${range}\n${search}`, 'x.sweep.yaml');
}

it('a range of whole numbers may have as many values as there are; one that is drawn at random, more', () => {
  expect(rangeProblems(9)).toEqual([]);
  expect(rangeProblems(10)).toHaveLength(1);
  expect(rangeProblems(100, 'search: { random: 5 }\n')).toEqual([]);
});

describe('the values of a range', () => {
  it('have its ends, ascend, and lie at equal distances or ratios', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1.5, max: 1e3, noNaN: true }),
        fc.integer({ min: 2, max: 50 }),
        fc.constantFrom('linear' as const, 'log' as const),
        (from, factor, steps, scale) => {
          const values = rangeValues({ from, to: from * factor, scale }, steps);
          expect(values).toHaveLength(steps);
          expect(values[0]).toBeCloseTo(from, 5);
          expect(values[steps - 1] / (from * factor)).toBeCloseTo(1, 4);
          for (let i = 1; i < steps; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
        },
      ),
    );
  });
});

describe('the name of a run', () => {
  it('is fit for a file, short, and its own', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (label, field, value) => {
        const name = runName([label], { [field === '' ? 'x' : field]: value }, 1);
        expect(name).toMatch(/^[\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}_.+-]*[\p{L}\p{M}\p{N}_+-])?$/u);
        expect(name.length).toBeLessThanOrEqual(80);
      }),
    );
    const [a, b] = ['a', 'b'].map((end) => runName(['x'.repeat(100) + end], {}, null));
    expect(a).not.toBe(b);
    expect(runName([], { 'full.steps': 3, 'sparse.steps': 4 }, null)).toBe('full.steps3-sparse.steps4');
  });
});

const schema = resolve(import.meta.dirname, '../../../media/sft-sweep.schema.json');

it('is what media/sft-sweep.schema.json describes (UPDATE_SCHEMA=1 writes it anew; then run oxfmt)', () => {
  const now: unknown = JSON.parse(JSON.stringify(sweepJsonSchema()));
  if (process.env.UPDATE_SCHEMA !== undefined) writeFileSync(schema, JSON.stringify(now, null, 2));
  expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(now);
});
