import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../test/support/files.ts';
import { tinyWorkspace, type TinyWorkspace } from '../../test/support/tinyWorkspace.ts';
import { loadRecipe } from '../recipe/load.ts';
import type { Predictor } from '../training/predictor.ts';
import type { Weights } from '../training/weights.ts';
import { prepareData } from './prepare.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-sources-')));
  write('aa.txt', 'ba B-PER\nbe O\n');
  write('more.txt', 'ba O\n\nbi B-LOC\nbo B-ORG\n');
  write('bb.txt', 'ba O\n\nbe B-DATE\nbi B-PER\n');
  write('strange.txt', 'ba _\nbe X\nbi Y\n');
  write('aa.tsv', 'text\tlabel\nba be\tgood\nda\tbad\n');
  write('bb.tsv', 'text\tlabel\nba be\tgood\nda\tbad\nfa\tmixed\n');
  write('strange.tsv', 'text\tlabel\nba be\t0\nda\t1\n');
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(workspace.path(name), text);

const tags = { type: 'tagging', column: 'tag' };
const classes = { type: 'classification', text: 'text', label: 'label' };

/** What is said of a recipe with these training files, the sources `aa`, `bb` ... */
async function notesOf(task: object, ...files: readonly (string | string[])[]): Promise<readonly string[]> {
  const sources = files.map((train, i) => ({ name: 'abc'[i].repeat(2), train }));
  const recipe = workspace.task('several', { task, data: undefined, sources, validate: undefined });
  return (await prepareData(await loadRecipe(recipe))).data.notes;
}

describe('labels that differ between sources', () => {
  it('are told of, with the file and the line of the first', async () => {
    expect(await notesOf(tags, ['aa.txt', 'more.txt'], 'bb.txt')).toEqual([
      'Only aa has the labels B-LOC, B-ORG, the first in line 3 of more.txt.',
      'Only bb has the labels B-DATE, the first in line 3 of bb.txt.',
    ]);
    expect(await notesOf(classes, 'aa.tsv', 'bb.tsv')).toEqual([
      'Only bb has the labels mixed, the first in line 4 of bb.tsv.',
    ]);
  });

  it('are none where a name stands for another, or where labels are given', async () => {
    const rename = { 'B-DATE': 'O', 'B-LOC': 'O', 'B-ORG': 'O' };
    expect(await notesOf({ ...tags, rename }, ['aa.txt', 'more.txt'], 'bb.txt')).toEqual([]);
    expect(await notesOf({ ...classes, labels: ['bad', 'good', 'mixed'] }, 'aa.tsv', 'bb.tsv')).toEqual([]);
    expect(await notesOf(tags, 'aa.txt', 'aa.txt')).toEqual([]);
  });

  it('are refused where a source has none of the labels of the others, with the file and the line', async () => {
    const ofTags = await refused('source-labels', () => notesOf(tags, 'aa.txt', 'bb.txt', 'strange.txt'));
    expect(ofTags.message).toMatch(/strange\.txt:2: The source cc has no label in common.*: X, Y;/);
    const ofTexts = await refused('source-labels', () => notesOf(classes, 'bb.tsv', 'strange.tsv'));
    expect(ofTexts.message).toMatch(/\.tsv:2: The source \w+ has no label in common/);
  });
});

/** Takes the whole of a text for the answer. */
const wholeText = {
  async logits(_, examples, visit) {
    for (const [i, { ids }] of examples.entries())
      ids.forEach((__, piece) => visit(i, piece, Float32Array.of(-piece, piece)));
  },
} satisfies Partial<Predictor> as unknown as Predictor;

it('answers are compared as in the language of their source, or else of the recipe', async () => {
  const qas = [{ id: 'q', question: 'ba ?', answers: [{ text: 'ba', answer_start: 3 }] }];
  write('squad.json', JSON.stringify({ data: [{ title: 'x', paragraphs: [{ context: 'la ba', qas }] }] }));
  const files = { train: 'squad.json', validation: 'squad.json' };
  const recipe = workspace.task('answers', {
    task: { type: 'questionAnswering', stride: 4 },
    language: 'en',
    data: undefined,
    validate: undefined,
    sources: [
      { name: 'aa', ...files, language: 'es' },
      { name: 'bb', ...files },
    ],
  });
  const { sources = [] } = (await prepareData(await loadRecipe(recipe))).data;
  const matches = sources.map(async ({ validate }) => validate!(wholeText, {} as Weights));
  expect((await Promise.all(matches)).map(({ metrics }) => metrics.exactMatch)).toEqual([1, 0]);
});
