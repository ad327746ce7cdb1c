import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTree } from '../../src/core/trees.ts';
import { parseConllu } from '../../src/formats/conllu.ts';
import { sft, sftJson } from '../support/cli.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });
const predict = (name: string, data: string, ...more: string[]) =>
  json(
    'predict',
    '--base',
    'base',
    '--sft',
    `runs/${name}-1/${name}.sft.safetensors`,
    '--data',
    data,
    ...more,
  );
const textOf = async (...args: Parameters<typeof predict>) => String((await predict(...args)).text);
const rowsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const treesOf = async (data: string) =>
  parseConllu(new TextEncoder().encode(await textOf('trees', data)), 'x');

const words = (text: string) =>
  parseConllu(new TextEncoder().encode(text), 'x').flatMap((sentence) => sentence.words);

/** A treebank whose words have features that their tags tell; some have none. */
function withFeatures(text: string): string {
  const features: Readonly<Record<string, string>> = {
    NOUN: 'Case=Nom|Number=Sing',
    VERB: 'Mood=Ind',
    ADJ: 'Degree=Pos',
  };
  return text.replaceAll(/\t(NOUN|VERB|ADJ)\t_\t_\t/g, (_, tag: string) => `\t${tag}\t_\t${features[tag]}\t`);
}

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-predict-')));
  const sentences = inventSentences(40, 5).map((words) => words.map(({ form }) => form).join(' '));
  const rows = sentences.map((text) => `"${text}",${/^\w*[ae]\b/.test(text) ? 'good' : 'bad'}`);
  writeFileSync(workspace.path('texts.csv'), `text,label\n${rows.join('\n')}\n`);
  for (const file of ['train', 'dev'])
    writeFileSync(
      workspace.path(`${file}-feats.conllu`),
      withFeatures(readFileSync(workspace.path(`${file}.conllu`), 'utf8')),
    );
  const short = { full: { steps: 20 }, sparse: { steps: 20 } };
  for (const recipe of [
    workspace.task('pos', short),
    workspace.task('names', {
      ...short,
      task: { type: 'tagging', column: 'tag' },
      data: { train: 'train.tsv' },
      validate: undefined,
    }),
    workspace.task('feats', {
      ...short,
      task: { type: 'tagging', column: 'feats' },
      data: { train: 'train-feats.conllu', validation: 'dev-feats.conllu' },
    }),
    workspace.task('trees', { ...short, task: { type: 'parsing' }, validate: undefined }),
    workspace.task('mood', {
      ...short,
      task: { type: 'classification' },
      data: { train: 'texts.csv' },
      validate: undefined,
    }),
    workspace.task('pairs', {
      full: { steps: 1 },
      sparse: { steps: 1 },
      task: { type: 'classification', text: 'text', pair: 'text' },
      data: { train: 'texts.csv' },
      validate: undefined,
    }),
  ]) {
    await json('train', recipe);
  }
}, 120_000);

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

describe('sft predict', () => {
  it('fills a column of a treebank and keeps all else, as evaluation finds it', async () => {
    const gold = readFileSync(workspace.path('dev.conllu'), 'utf8');
    writeFileSync(
      workspace.path('bare.conllu'),
      `# kept = yes\n${gold.replaceAll(/\t(NOUN|VERB|ADJ|ADV|PUNCT)\t/g, '\t_\t')}`,
    );
    await predict('pos', 'bare.conllu', '--out', 'tagged.conllu');
    const tagged = readFileSync(workspace.path('tagged.conllu'), 'utf8');
    expect(tagged).toMatch(/^# kept = yes\n/);
    const right = words(gold).filter(({ upos }, i) => upos === words(tagged)[i].upos).length;
    const found = await json(
      'evaluate',
      '--base',
      'base',
      '--sft',
      'runs/pos-1/pos.sft.safetensors',
      '--data',
      'dev.conllu',
    );
    expect(right / words(gold).length).toBe(found.value);
    expect(words(tagged).every(({ head }) => head >= 0)).toBe(true);
  });

  it('fills features as it fills tags', async () => {
    const gold = readFileSync(workspace.path('dev-feats.conllu'), 'utf8');
    expect(gold).toContain('Case=Nom|Number=Sing');
    await predict('feats', 'dev.conllu', '--out', 'featured.conllu');
    const filled = words(readFileSync(workspace.path('featured.conllu'), 'utf8'));
    const all = words(gold);
    expect(filled.map(({ form, upos }) => [form, upos])).toEqual(all.map(({ form, upos }) => [form, upos]));
    const judged = all.flatMap(({ feats }, i) => (feats === '_' ? [] : [filled[i].feats === feats]));
    const found = await json(
      'evaluate',
      '--base',
      'base',
      '--sft',
      'runs/feats-1/feats.sft.safetensors',
      '--data',
      'dev-feats.conllu',
    );
    expect(found.units).toBe(judged.length);
    expect(found.value).toBe(judged.filter(Boolean).length / judged.length);
    const [row] = rowsOf(await textOf('feats', 'dev.conllu', '--format', 'jsonl'));
    expect(row.feats).toEqual(filled.slice(0, (row.words as string[]).length).map(({ feats }) => feats));
  });

  it('tags plain text: a sentence a line as CoNLL-U, a word a line as columns, either as JSON', async () => {
    writeFileSync(workspace.path('plain.txt'), 'tako mi .\n\nzeva lu\n');
    const tagged = parseConllu(new TextEncoder().encode(await textOf('pos', 'plain.txt')), 'x');
    expect(tagged.map(({ words }) => words.map(({ form }) => form))).toEqual([
      ['tako', 'mi', '.'],
      ['zeva', 'lu'],
    ]);
    expect(tagged.every(({ words }) => words.every(({ upos }) => upos !== '_'))).toBe(true);
    writeFileSync(workspace.path('words.tsv'), 'tako\nmi\n\nzeva\tO\n');
    expect(await textOf('names', 'words.tsv')).toMatch(/^tako\t\S+\nmi\t\S+\n\nzeva\t\S+\n\n$/);
    const rows = rowsOf(await textOf('names', 'plain.txt', '--format', 'jsonl'));
    expect(rows).toMatchObject([{ words: ['tako', 'mi', '.'] }, { words: ['zeva', 'lu'] }]);
    expect(rows[0].tag).toHaveLength(3);
  });

  it.each(['raw', 'text', 'md'])('takes each line of a .%s file for a sentence or text', async (ending) => {
    writeFileSync(workspace.path(`news.${ending}`), 'tako mi .\nzeva lu\n');
    const sentences = [{ words: ['tako', 'mi', '.'] }, { words: ['zeva', 'lu'] }];
    expect(rowsOf(await textOf('names', `news.${ending}`, '--format', 'jsonl'))).toMatchObject(sentences);
    const texts = [{ text: 'tako mi .' }, { text: 'zeva lu' }];
    expect(rowsOf(await textOf('mood', `news.${ending}`))).toMatchObject(texts);
  });

  it('takes words of numbered files and of four columns, and gives them the tags that evaluation finds', async () => {
    const gold = readFileSync(workspace.path('dev.tsv'), 'utf8').trim().split('\n\n');
    const pairs = gold.map((sentence) => sentence.split('\n').map((line) => line.split('\t')));
    const written = (row: (form: string, tag: string, number: number) => string, comment = '') =>
      pairs
        .map((words) => `${comment}${words.map(([form, tag], i) => row(form, tag, i + 1)).join('\n')}\n\n`)
        .join('');
    writeFileSync(
      workspace.path('numbered.iob2'),
      written((form, tag, number) => `${number}\t${form}\t${tag}\t-\tx`, '# text = a b\n# newpar\n'),
    );
    writeFileSync(
      workspace.path('four.txt.iob'),
      `-DOCSTART- -X- -X- O\n\n${written((form, tag) => `${form} X Y ${tag}`)}`,
    );
    const names = ['--base', 'base', '--sft', 'runs/names-1/names.sft.safetensors'];
    for (const file of ['dev.tsv', 'numbered.iob2', 'four.txt.iob']) {
      const tagged = (await textOf('names', file)).trim().split('\n\n');
      const found = tagged.map((sentence) => sentence.split('\n').map((line) => line.split('\t')));
      expect(found.map((words) => words.map(([form]) => form))).toEqual(
        pairs.map((words) => words.map(([form]) => form)),
      );
      const right = found.flat().filter(([, tag], i) => tag === pairs.flat()[i][1]).length;
      const { metrics } = await json('evaluate', ...names, '--data', file);
      expect(metrics).toMatchObject({ accuracy: right / pairs.flat().length });
    }
  });

  it('parses: what it writes are trees', async () => {
    const parsed = await treesOf('plain.txt');
    for (const { words } of parsed) expect(isTree(words.map(({ head }) => head))).toBe(true);
    expect(parsed[0].words.some(({ deprel }) => deprel !== '_')).toBe(true);
    for (const { words } of [...parsed, ...(await treesOf('dev.conllu'))])
      for (const { head, deprel } of words) expect(deprel === 'root').toBe(head === 0);
  });

  it('classifies texts of a table or of a file', async () => {
    const rows = rowsOf(await textOf('mood', 'texts.csv'));
    expect(rows).toHaveLength(40);
    const gold = readFileSync(workspace.path('texts.csv'), 'utf8').trim().split('\n').slice(1);
    const right = rows.filter(({ label }, i) => gold[i].endsWith(`,${String(label)}`)).length;
    const mood = ['--sft', 'runs/mood-1/mood.sft.safetensors', '--data', 'texts.csv'];
    const { metrics } = (await json('evaluate', '--base', 'base', ...mood)) as {
      metrics: { accuracy: number };
    };
    expect(right / rows.length).toBe(metrics.accuracy);
    expect(rowsOf(await textOf('mood', 'plain.txt'))).toMatchObject([
      { text: 'tako mi .' },
      { text: 'zeva lu' },
    ]);
    // A .txt file of which columns are asked is a table, as it is when it is evaluated.
    writeFileSync(workspace.path('table.txt'), 'a\tb\ntako mi .\tx\n');
    expect(rowsOf(await textOf('mood', 'table.txt', '--text', 'a'))).toMatchObject([{ text: 'tako mi .' }]);
  });

  it.each([
    [['--data', 'plain.txt'], 'nothing to predict'],
    [['--data', 'texts.csv', '--sft', 'runs/mood-1/mood.sft.safetensors', '--format', 'conllu'], 'jsonl'],
    [['--data', 'gone.txt', '--sft', 'runs/pos-1/pos.sft.safetensors'], 'gone.txt'],
    [
      ['--data', 'plain.txt', '--sft', 'runs/pos-1/pos.sft.safetensors', '--pair', 'b'],
      '--pair says nothing',
    ],
    [['--data', 'plain.txt', '--sft', 'runs/mood-1/mood.sft.safetensors', '--text', 'a'], 'no column "a"'],
    [['--data', 'plain.txt', '--sft', 'runs/pairs-1/pairs.sft.safetensors'], 'no column "text"'],
  ])('%j: says what is wrong', async (args, message) => {
    const { code, stderr } = await sft(['predict', '--base', 'base', ...args], { cwd: workspace.folder });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('writes over nothing that it reads', async () => {
    const before = readFileSync(workspace.path('dev.conllu'), 'utf8');
    const pos = 'runs/pos-1/pos.sft.safetensors';
    for (const out of ['dev.conllu', './dev.conllu', pos, 'base/config.json']) {
      const { code, stderr } = await sft(
        ['predict', '--base', 'base', '--sft', pos, '--data', 'dev.conllu', '--out', out],
        { cwd: workspace.folder },
      );
      expect(code).toBe(1);
      expect(stderr).toContain('This file is one of those that are read');
    }
    const { stderr } = await sft(
      ['evaluate', '--base', 'base', '--sft', pos, '--data', 'dev.conllu', '--examples', 'dev.conllu'],
      { cwd: workspace.folder },
    );
    expect(stderr).toContain('This file is one of those that are read');
    expect(readFileSync(workspace.path('dev.conllu'), 'utf8')).toBe(before);
  });
});
