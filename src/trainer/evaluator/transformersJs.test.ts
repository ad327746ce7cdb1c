import { env, pipeline } from '@huggingface/transformers';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventSft, type InventedSft } from '../../../test/support/inventSft.ts';
import {
  conlluText,
  inventSentences,
  writeTinyBase,
  writeTinyXlmR,
} from '../../../test/support/tinyWorkspace.ts';
import { pickHead } from '../../core/composition.ts';
import { NO_LABEL } from '../../data/example.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { exportModel } from '../../library/exportModel.ts';
import { loadTerms } from '../../library/terms.ts';
import { maskedLanguageModelling } from '../../model/heads/maskedLanguageModelling.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import { answerText } from '../../training/evaluateAnswers.ts';
import { LOSS_COLUMNS, predictPieces } from '../../training/predictions.ts';
import type { Predictor } from '../../training/predictor.ts';
import type { Weights } from '../../training/weights.ts';
import { type Base, loadBase } from '../base.ts';
import type { EvaluationData } from './evaluationData.ts';
import { dataForHead } from './headTask.ts';
import { newWarmModel } from './warmModel.ts';

let folder: string;
const sentences = inventSentences(7, 3);
const texts = sentences.map((words) => words.map(({ form }) => form).join(' '));
const tags = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
const classes = ['bad', 'good', 'none'];
const NEAR = 1e-5;

beforeAll(async () => {
  // What is not there is not fetched.
  env.allowRemoteModels = false;
  folder = mkdtempSync(join(tmpdir(), 'sft-transformers-js-'));
  await writeTinyBase(join(folder, 'bert'), 1);
  await writeTinyXlmR(join(folder, 'xlm-roberta'), 2);
  writeFileSync(join(folder, 'dev.conllu'), conlluText(sentences));
  writeFileSync(join(folder, 'dev.txt'), `${texts.join('\n')}\n`);
  writeFileSync(join(folder, 'dev.tsv'), `text\tlabel\n${texts.map((text) => `${text}\tgood\n`).join('')}`);
  const paragraphs = texts.slice(1).map((context, i) => {
    const answers = [{ text: context.split(' ')[0], answer_start: 0 }];
    return { context, qas: [{ id: `q${i}`, question: texts[0], answers }] };
  });
  writeFileSync(
    join(folder, 'dev.json'),
    JSON.stringify({ version: '1.1', data: [{ title: 'x', paragraphs }] }),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A task's SFT on a language's, exported, and what we have of the same composition. */
interface Composed {
  readonly exported: string;
  readonly base: Base;
  readonly data: EvaluationData;
  readonly predictor: Predictor;
  readonly weights: Weights;
}

async function composed(
  type: string,
  name: string,
  head: Omit<InventedSft, 'seed'>,
  file: string,
  use: (model: Composed) => Promise<void>,
): Promise<void> {
  const path = (what: string) => join(folder, `${type} ${name} ${what}`);
  const own = join(folder, type);
  const task = await inventSft(own, path('task.sft.safetensors'), { seed: 11, scale: 0.3, ...head });
  const language = await inventSft(own, path('language.sft.safetensors'), { seed: 12, scale: 0.3 });
  const references = [task, language].map((sft) => ({ sft, coefficient: 1 }));
  await exportModel(own, references, path('exported'), { format: 'onnx' });
  const base = await loadBase(own);
  const terms = await loadTerms(references);
  const data = await dataForHead(base, pickHead(terms, {}), { data: join(folder, file) });
  const model = newWarmModel(base, compiledEngine({ threads: 1 }));
  model.set(terms, {});
  await use({ exported: path('exported'), base, data, ...(await model.ready(data)) });
  await model.release();
}

/** Letters alone: it writes an answer from its pieces, where we cut it out of the text. */
const plain = (text: string): string => text.replaceAll(/##|\s/g, '').toLowerCase();

/** The likeliest label and its share, as a pipeline tells them. */
function told(logits: Float32Array, labels: readonly string[]): { label: string; score: number } {
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return { label: labels[logits.indexOf(largest)], score: 1 / total };
}

describe.each(['bert', 'xlm-roberta'])(
  'what is exported of a composed %s says in transformers.js what we say',
  (type) => {
    it('of words', async () => {
      await composed(
        type,
        'tagging',
        { labels: tags },
        'dev.conllu',
        async ({ exported, base, data, predictor, weights }) => {
          const tagger = await pipeline('token-classification', exported, { dtype: 'fp32' });
          const found: { entity: string; score: number; index: number }[][] = [];
          for (const text of texts) found.push(await tagger(text, { ignore_labels: [] }));
          let words = 0;
          await predictor.logits(weights, data.inputs, (sentence, piece, logits) => {
            const { label, score } = told(logits, tags);
            const theirs = found[sentence].find(({ index }) => index === piece);
            if (theirs === undefined) {
              // It tells nothing of pieces without a letter.
              expect(base.tokenizer.piece(data.inputs[sentence].ids[piece])).toBe('▁');
              return;
            }
            expect(theirs.entity).toBe(label);
            expect(Math.abs(theirs.score - score)).toBeLessThan(NEAR);
            words++;
          });
          expect(words).toBeGreaterThan(10);
          await tagger.dispose();
        },
      );
    });

    it('of texts', async () => {
      const head = {
        labels: classes,
        head: sequenceClassification,
        pooler: true,
        metadata: { task: 'classification' },
      };
      await composed(type, 'classes', head, 'dev.tsv', async ({ exported, data, predictor, weights }) => {
        const classifier = await pipeline('text-classification', exported, { dtype: 'fp32' });
        const found = (await classifier(texts)).flat();
        const seen = new Set<string>();
        await predictor.logits(weights, data.inputs, (text, _, logits) => {
          const { label, score } = told(logits, classes);
          expect(found[text].label).toBe(label);
          expect(Math.abs(found[text].score - score)).toBeLessThan(NEAR);
          seen.add(`${label} ${score}`);
        });
        expect(seen.size).toBe(texts.length);
        await classifier.dispose();
      });
    });

    it('of questions', async () => {
      const metadata = { task: 'qa', labels: undefined };
      const head = { labels: ['start', 'end'], head: questionAnswering, metadata };
      await composed(type, 'answers', head, 'dev.json', async ({ exported, data, predictor, weights }) => {
        const answerer = await pipeline('question-answering', exported, { dtype: 'fp32' });
        const chosen = texts.slice(1).map((_, i) => i);
        const ours = await data.predict(predictor, weights, chosen, () => Promise.resolve());
        for (const [i, context] of texts.slice(1).entries()) {
          const [theirs] = [await answerer(texts[0], context)].flat();
          expect(plain(theirs.answer)).toBe(plain(answerText(ours[i])));
        }
        await answerer.dispose();
      });
    });

    it('of masked words', async () => {
      const metadata = { kind: 'language', task: undefined, labels: undefined } as const;
      const head = { labels: ['piece'], head: maskedLanguageModelling(true), metadata };
      await composed(type, 'masks', head, 'dev.txt', async ({ exported, base, predictor, weights }) => {
        const filler = await pipeline('fill-mask', exported, { dtype: 'fp32' });
        const { tokenizer } = base;
        const mask = tokenizer.piece(tokenizer.special.mask);
        for (const words of sentences) {
          const masked = words.map(({ form }, i) => (i === 1 ? mask : form)).join(' ');
          const ids = tokenizer.encodeText(masked);
          const labels = ids.map((id) => (id === tokenizer.special.mask ? id : NO_LABEL));
          const [row] = await predictPieces(predictor, weights, [{ ids, labels }], [0]);
          const [theirs] = (await filler(masked, { top_k: 1 })).flat();
          expect(row).toHaveLength(LOSS_COLUMNS + 1);
          expect(theirs.token).toBe(row[LOSS_COLUMNS]);
        }
        await filler.dispose();
      });
    });
  },
);
