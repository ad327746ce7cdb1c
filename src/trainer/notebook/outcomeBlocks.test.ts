import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventSft } from '../../../test/support/inventSft.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { universalRelations } from '../../data/parsing.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { biaffine } from '../../model/heads/biaffine.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import type { NotebookBlock } from '../../protocol/notebook.ts';
import { loadBase } from '../base.ts';
import { type Evaluated, newEvaluator } from '../evaluator/evaluator.ts';
import { outcomeBlocks } from './outcomeBlocks.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-outcome-')));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** What an invented SFT says of a file. */
async function evaluated(sft: Parameters<typeof inventSft>[2], data: string): Promise<Evaluated> {
  const base = workspace.path('base');
  const file = await inventSft(base, workspace.path('invented.sft.safetensors'), sft);
  const evaluator = newEvaluator(await loadBase(base), { engine: compiledEngine({ threads: 1 }) });
  try {
    return await evaluator.evaluate({ sfts: [{ sft: file, coefficient: 1 }] }, { data });
  } finally {
    await evaluator.release();
  }
}

function blockOf<T extends NotebookBlock['type']>(
  found: Evaluated,
  type: T,
): Extract<NotebookBlock, { type: T }> | undefined {
  return outcomeBlocks(found, 'x').find(
    (block): block is Extract<NotebookBlock, { type: T }> => block.type === type,
  );
}

/** Letters alone, for what decoding does with blanks. */
const plain = (text: string): string => text.replaceAll(/##|\[\w+\]|\s/g, '').toLowerCase();

const total = (counts: readonly (readonly number[])[]): number =>
  counts.flat().reduce((sum, count) => sum + count, 0);

describe('what explains an evaluation', () => {
  it('of tags has a confusion matrix of all words', async () => {
    const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
    const found = await evaluated({ seed: 1, labels }, workspace.path('dev.conllu'));
    const confusion = blockOf(found, 'confusion');
    expect(confusion?.gold).toEqual(labels);
    expect(total(confusion?.counts ?? [])).toBe(found.units);
    expect(blockOf(found, 'labels')?.rows.map(({ label }) => label)).toEqual(labels);
  });

  it('of spans has the strict scores of each type beside the lenient ones', async () => {
    const file = workspace.path('spans.txt');
    writeFileSync(file, 'ba I-PER\nbe I-PER\nbi O\nbo I-LOC\n\nda I-PER\nde B-PER\n');
    const labels = ['B-PER', 'I-LOC', 'I-PER', 'O'];
    const found = await evaluated({ seed: 4, labels, metadata: { task: 'tagging', labels } }, file);
    const block = blockOf(found, 'labels');
    expect(block?.rows.map(({ label, support }) => [label, support])).toEqual([
      ['LOC', 1],
      ['PER', 3],
    ]);
    expect(block?.rows.map(({ strict }) => strict)).toEqual(
      ['LOC', 'PER'].map((type) => {
        const { precision, recall, f1 } = found.byTypeStrict?.get(type) ?? { precision: 0, recall: 0, f1: 0 };
        return { precision, recall, f1 };
      }),
    );
  });

  it('of texts has labels, their confusions, and the texts with gold and predicted', async () => {
    const labels = ['bad', 'good'];
    const file = workspace.path('texts.tsv');
    const texts = ['ba be', 'da de di', 'fa', 'ga go gu', 'ka ke', 'la'];
    const rows = texts.map((text, i) => `${text}\t${labels[i % 2]}`);
    writeFileSync(file, `text\tlabel\n${rows.join('\n')}\n`);
    const metadata = { task: 'classification', labels };
    const found = await evaluated({ seed: 3, labels, head: sequenceClassification, metadata }, file);
    const confusion = blockOf(found, 'confusion');
    expect(confusion).toMatchObject({ title: 'x: gold against predicted', gold: labels });
    expect(total(confusion?.counts ?? [])).toBe(6);
    const examples = blockOf(found, 'examples')?.examples ?? [];
    expect(examples.length).toBeGreaterThan(0);
    for (const { place, items } of examples) {
      const at = Number(place.replace('line ', '')) - 2;
      const [gold, predicted] = at % 2 === 0 ? labels : labels.toReversed();
      expect(items).toEqual([{ text: texts[at], gold, predicted }]);
    }
  });

  it('of trees confuses relations alone, and shows heads with relations', async () => {
    const metadata = { task: 'parsing', labels: [...universalRelations] };
    const found = await evaluated(
      { seed: 7, labels: universalRelations, head: biaffine, metadata },
      workspace.path('dev.conllu'),
    );
    const confusion = blockOf(found, 'confusion');
    expect(confusion?.gold).toEqual(['dep', 'root']);
    for (const name of confusion?.predicted ?? []) expect(universalRelations).toContain(name);
    expect(total(confusion?.counts ?? [])).toBe(found.units);
    const [{ items }] = blockOf(found, 'examples')?.examples ?? [];
    expect(items.map(({ gold }) => gold)).toEqual(['0 root', ...items.slice(1).map(() => '1 dep')]);
    for (const { predicted } of items) expect(predicted).toMatch(/^\d+ \S+$/);
  });

  it('of answers has no confusion matrix, and shows questions with both answers', async () => {
    const file = workspace.path('squad.json');
    const context = 'ba be bi bo bu da de di';
    const qas = ['ba', 'bo', 'di'].map((text) => ({
      id: `q-${text}`,
      question: `${text} ?`,
      answers: [{ text, answer_start: context.indexOf(text) }],
    }));
    writeFileSync(file, JSON.stringify({ data: [{ title: 'x', paragraphs: [{ context, qas }] }] }));
    const labels = ['start', 'end'];
    const found = await evaluated(
      { seed: 8, labels, head: questionAnswering, metadata: { task: 'questionAnswering', labels } },
      file,
    );
    expect(blockOf(found, 'confusion')).toBeUndefined();
    expect(blockOf(found, 'labels')).toBeUndefined();
    const examples = blockOf(found, 'examples')?.examples ?? [];
    expect(examples.length).toBeGreaterThan(0);
    for (const { place, items } of examples) {
      const { gold, predicted, text } = items[0];
      expect(place).toBe(`question q-${gold}`);
      expect(text).toBe(`${gold} ?`);
      expect(context).toContain(predicted);
      expect(predicted).not.toBe(gold);
    }
  });

  it('of raw text shows blocks as the model saw them, with the true and the likeliest pieces', async () => {
    const file = workspace.path('raw.txt');
    const lines = inventSentences(60, 3).map((words) => words.map(({ form }) => form).join(' '));
    writeFileSync(file, lines.join('\n'));
    const found = await evaluated({ seed: 5, share: 0.2, metadata: { task: 'language' } }, file);
    expect(blockOf(found, 'confusion')).toBeUndefined();
    const { examples, title } = blockOf(found, 'examples') ?? { examples: [], title: '' };
    expect(title).toBe('x: examples gone wrong');
    const told = examples.flatMap(({ items }) => items.filter(({ gold }) => gold !== ''));
    expect(examples.map(({ place }) => place)).toEqual(examples.map((_, i) => `block ${i + 1}`));
    expect(told).toHaveLength(found.units);
    const { tokenizer } = await loadBase(workspace.path('base'));
    const known = new Set(Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.piece(id)));
    for (const { gold, predicted } of told)
      expect([known.has(gold), known.has(predicted ?? '')]).toEqual([true, true]);
    expect(told.some(({ text }) => text === '[MASK]')).toBe(true);
    // With the true pieces in their places it is what the file says.
    const said = examples.map(({ items }) => items.map(({ text, gold }) => gold || text).join(' ')).join(' ');
    expect(plain(lines.join(' ')).startsWith(plain(said))).toBe(true);
  });
});
