import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/files.ts';
import { tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { universalRelations } from '../../data/parsing.ts';
import { loadRecipe } from '../../recipe/load.ts';
import type { TagColumn } from '../../recipe/types.ts';
import { NO_PREDICTION } from '../../training/predictions.ts';
import { type Base, loadBase } from '../base.ts';
import type { PredictionFormat } from '../prediction/predictionData.ts';
import { prepareData } from '../prepare.ts';
import { parsing } from './parsing.ts';
import { tagging } from './tagging.ts';

let workspace: TinyWorkspace;
let base: Base;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-tagging-')));
  base = await loadBase(workspace.path('base'));
  write('iob2.txt', 'ba B-PER\nbe I-PER\nbi O\nbo B-DATE\nbu I-DATE\n');
  write('iob1.txt', 'ba O\nbe I-PER\nbi I-PER\n\nbo I-DATE\nbu O\n');
  write('bioes.txt', 'ba B-PER\nbe E-PER\nbi O\nbo S-DATE\n');
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(workspace.path(name), text);

/** What training on `train` would say, and its labels. */
async function prepared(
  task: object,
  data: { readonly train: unknown; readonly validation?: string },
  fields: object = {},
) {
  const recipe = workspace.task('tags', {
    task: { type: 'tagging', column: 'tag', ...task },
    data,
    ...(data.validation === undefined ? { validate: undefined } : {}),
    ...fields,
  });
  const { data: found, recipe: resolved } = await prepareData(await loadRecipe(recipe));
  return { notes: found.notes, labels: found.labels, metric: resolved.validate?.metric };
}

type Options = Omit<Parameters<typeof tagging.evaluation>[0]['options'], 'data'>;

function evaluation(
  file: string,
  labels: readonly string[],
  options: Options = {},
  written?: Parameters<typeof tagging.evaluation>[0]['written'],
) {
  const data = workspace.path(file);
  return tagging.evaluation({ base, labels, written, maxLength: 40, options: { data, ...options } });
}

/** The gold labels of a file's first sentence. */
async function gold(...args: Parameters<typeof evaluation>): Promise<string[] | undefined> {
  const { outcome } = await evaluation(...args);
  return outcome?.(0, new Float64Array(20)).items.map((item) => item.gold);
}

describe('tags in IOB1', () => {
  const iob1 = ['B-DATE', 'B-PER', 'I-DATE', 'I-PER', 'O'];

  it('are told of, with their number and the first line, when they are trained on', async () => {
    const { notes } = await prepared({}, { train: ['iob2.txt', 'iob1.txt'], validation: 'iob1.txt' });
    expect(notes).toEqual([
      expect.stringMatching(
        /^Entities of the training data that start with I-, as in IOB1: 2, the first in line 2 of iob1\.txt\./,
      ),
      expect.stringContaining('the validation data that start with I-'),
    ]);
    // In the training data entities of the other file start with B-: these tags are in IOB2, with mistakes.
    expect(notes[0]).toMatch(/only f1Strict, which takes the tags for IOB2 or IOBES, leaves them out\.$/);
    expect(notes[1]).toMatch(/f1Strict takes the tags for IOB1\.$/);
  });

  it('are told of when a file is evaluated', async () => {
    const { notes } = await evaluation('iob1.txt', iob1);
    expect(notes).toEqual([
      expect.stringMatching(/of the data that start with I-.*: 2, the first in line 2/),
    ]);
  });

  it('are not found in IOB2, in BIOES, and where labels mark no spans', async () => {
    expect((await evaluation('iob2.txt', iob1)).notes).toEqual([]);
    expect((await prepared({}, { train: 'bioes.txt' })).notes).toEqual([]);
    write('kinds.txt', 'ba I-x\nbe X\n');
    expect((await prepared({}, { train: 'kinds.txt' })).notes).toEqual([]);
  });
});

describe('strict F1 judges a run', () => {
  const validate = { everySteps: 4, metric: 'f1Strict' };

  it('whose tags are in IOB2 or in IOBES', async () => {
    for (const file of ['iob2.txt', 'bioes.txt']) {
      const { metric } = await prepared({}, { train: file, validation: file }, { validate });
      expect(metric).toBe('f1Strict');
    }
  });

  it('and no other: the recipe is refused before it trains, with its line', async () => {
    write('kinds.txt', 'ba I-x\nbe X\n');
    write('loose.txt', 'ba B-x\nbe O\nbi X\n');
    for (const file of ['kinds.txt', 'loose.txt']) {
      const data = { train: file, validation: file };
      const { message } = await refused('recipe-metric-spans', () => prepared({}, data, { validate }));
      expect(message).toMatch(/tags\.sft\.yaml:\d+: validate\.metric is f1Strict/);
    }
  });
});

/** A row of a treebank. */
const row = (id: number, form: string, feats: string) =>
  `${id}\t${form}\t_\tNOUN\t_\t${feats}\t${id - 1}\t_\t_\t_\n`;

describe('predicted tags', () => {
  const labels = ['NOUN', 'VERB'];

  /** What is written of a file where the model says VERB of every word that it sees. */
  async function written(file: string, format: PredictionFormat, maxLength: number, column?: TagColumn) {
    const options = { data: workspace.path(file), column };
    const data = await tagging.prediction({ base, labels, written: undefined, maxLength, options });
    const seen = maxLength - 2;
    const all = Array.from({ length: data.examples }, () =>
      Float64Array.of(1, 1, 1).map((label, word) => (word < seen ? label : NO_PREDICTION)),
    );
    const content = data.write(all, format);
    return typeof content === 'string' ? content : new TextDecoder().decode(content);
  }

  it.each([
    ['upos', 3],
    ['deprel', 7],
  ] as const)('are none where a word was cut off, whatever its %s was before', async (column, place) => {
    write('three.conllu', `${row(1, 'ba', '_')}${row(2, 'be', '_')}${row(3, 'bi', '_')}\n`);
    const tagged = (await written('three.conllu', 'conllu', 4, column)).trim().split('\n');
    expect(tagged.map((line) => line.split('\t')[place])).toEqual(['VERB', 'VERB', '_']);
    expect(await written('three.conllu', 'columns', 4, column)).toBe('ba\tVERB\nbe\tVERB\nbi\t_\n\n');
    expect(JSON.parse(await written('three.conllu', 'jsonl', 4, column))).toMatchObject({
      [column]: ['VERB', 'VERB', null],
    });
  });
});

describe('a file whose ending does not say how it is read', () => {
  it('is told of before its words are tagged', async () => {
    write('eng.testa', 'ba O\nbe O\n');
    const options = { data: workspace.path('eng.testa') };
    const context = { base, labels: ['B-PER', 'O'], written: undefined, maxLength: 40, options };
    const wanted = [expect.stringMatching(/^eng\.testa is read as a word a line/)];
    expect((await tagging.prediction(context)).notes).toEqual(wanted);
    const parser = { ...context, labels: universalRelations };
    expect((await parsing.prediction(parser)).notes).toEqual(wanted);
  });
});

describe('tags that a file writes otherwise', () => {
  const rename = { 'B-DATE': 'O', 'I-DATE': 'O' };
  const labels = ['B-PER', 'I-PER', 'O'];

  it('are other labels in training and validation', async () => {
    const files = { train: 'iob2.txt', validation: 'iob2.txt' };
    expect((await prepared({ rename }, files)).labels).toEqual(labels);
    expect((await prepared({ rename, labels }, files)).labels).toEqual(labels);
  });

  it('are other labels in evaluation, as the recipe or the request says', async () => {
    const error = await refused('data-unknown-label', () => evaluation('iob2.txt', labels));
    expect(error.message).toMatch(/iob2\.txt:4: The label "B-DATE" .*--rename WRITTEN=LABEL/);
    const wanted = ['B-PER', 'I-PER', 'O', 'O', 'O'];
    expect(await gold('iob2.txt', labels, { rename })).toEqual(wanted);
    const written = { type: 'tagging' as const, rename: { 'B-DATE': 'O', 'I-DATE': 'I-PER' } };
    expect(await gold('iob2.txt', labels, { rename: { 'I-DATE': 'O' } }, written)).toEqual(wanted);
  });

  it('may be those of a treebank', async () => {
    write('one.conllu', readFileSync(workspace.path('dev.conllu'), 'utf8').split('\n\n')[0] + '\n\n');
    const told = { type: 'tagging' as const, column: 'deprel' as const };
    const found = await gold('one.conllu', ['head', 'dep'], { rename: { root: 'head' } }, told);
    expect(found?.[0]).toBe('head');
  });

  it('may be its features, of which words without any are left out', async () => {
    const [plural, singular] = ['Case=Nom|Number=Plur', 'Case=Nom|Number=Sing'];
    write('feats.conllu', `${row(1, 'ba', singular)}${row(2, 'be', '_')}${row(3, 'bi', plural)}\n`);
    const task = { column: 'feats', rename: {} };
    expect((await prepared(task, { train: 'feats.conllu' })).labels).toEqual([plural, singular]);
    const renamed = { column: 'feats', rename: { [plural]: singular } };
    expect((await prepared(renamed, { train: 'feats.conllu' })).labels).toEqual([singular]);
    expect(await gold('feats.conllu', [plural, singular], { column: 'feats' })).toEqual([singular, plural]);
    const { message } = await refused('data-column-absent', () =>
      prepared({ column: 'feats' }, { train: 'train.conllu' }),
    );
    expect(message).toMatch(/train\.conllu: .*feats/i);
  });

  it('are named as they are where a name of every object is one of them', async () => {
    write('names.txt', 'ba constructor\nbe toString\n');
    expect((await prepared({ rename }, { train: 'names.txt' })).labels).toEqual(['constructor', 'toString']);
  });
});
