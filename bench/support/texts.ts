import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Example } from '../../src/data/example.ts';
import { languageExamples } from '../../src/data/language.ts';
import { maskTokens } from '../../src/data/masking.ts';
import { collectLabels, taggingData, tagsOfTreebank } from '../../src/data/tagging.ts';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { loadConllu } from '../../src/formats/conllu.ts';
import type { ShapeName } from './shapes.ts';

const repository = resolve(import.meta.dirname, '..');
/** Real data, models and tokenizers; not part of the project. */
export const shared = process.env.SFT_SHARED ?? resolve(repository, '../shared');

const TREEBANK = join(shared, 'data/ud/English-EWT/train.conllu');
const TOKENIZER: Record<ShapeName, string> = {
  mBERT: join(shared, 'tokenizers/bert-base-multilingual-cased'),
  BASE: join(shared, 'models/all-MiniLM-L6-v2'),
  MiniLM: join(shared, 'models/all-MiniLM-L6-v2'),
};

/** Whether real sentences are at hand. */
export const hasTexts = existsSync(TREEBANK);

/** Batches of 8 sentences of a real treebank, tagged with UPOS. */
export async function taggingBatches(
  shape: ShapeName,
  count: number,
  batchSize = 8,
): Promise<{ batches: Example[][]; labels: number }> {
  const tokenizer = await loadTokenizer(TOKENIZER[shape]);
  const sentences = tagsOfTreebank(await loadConllu(TREEBANK), 'upos', TREEBANK);
  const labels = collectLabels(sentences, TREEBANK);
  const { examples } = taggingData(sentences, labels, tokenizer, { maxLength: 512, file: TREEBANK });
  // Of the first 1,500 sentences, as in the reference's run on real data, mixed as a shuffled epoch mixes them.
  const order = Array.from({ length: count * batchSize }, (_, i) => examples[(i * 97) % 1500]);
  return {
    batches: Array.from({ length: count }, (_, b) => order.slice(b * batchSize, (b + 1) * batchSize)),
    labels: labels.length,
  };
}

/** Batches of blocks of real text, 15 % masked. */
export async function languageBatches(
  shape: ShapeName,
  count: number,
  rows = 4,
  length = 256,
): Promise<Example[][]> {
  const tokenizer = await loadTokenizer(TOKENIZER[shape]);
  const sentences = await loadConllu(TREEBANK);
  const lines = sentences.map(({ words }) => words.map(({ form }) => form).join(' '));
  const blocks = languageExamples(lines, tokenizer, { blockSize: length, file: TREEBANK });
  return Array.from({ length: count }, (_, b) =>
    Array.from({ length: rows }, (__, r) => {
      const i = (b * rows + r) % blocks.length;
      return maskTokens(blocks[i], { probability: 0.15, seed: 1, draw: b }, tokenizer, i);
    }),
  );
}

/** Tokens of a batch's longest sequence. */
export function longest(batch: readonly Example[]): number {
  return Math.max(...batch.map(({ ids }) => ids.length));
}

/** A batch as the reference pads it: to its longest sequence. */
export function padded(batch: readonly Example[]): Record<string, number[][]> {
  const length = longest(batch);
  const rows = (of: (example: Example) => ArrayLike<number>, filler: number) =>
    batch.map((example) => {
      const values = Array.from(of(example));
      return [...values, ...Array.from({ length: length - values.length }, () => filler)];
    });
  return {
    input_ids: rows(({ ids }) => ids, 0),
    attention_mask: rows(({ ids }) => ids.map(() => 1), 0),
    labels: rows(({ labels }) => labels, -100),
  };
}
