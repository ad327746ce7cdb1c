import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { classificationData } from '../../src/data/classification.ts';
import { NO_LABEL } from '../../src/data/example.ts';
import { languageExamples } from '../../src/data/language.ts';
import { parsingData, universalRelations } from '../../src/data/parsing.ts';
import { questionData } from '../../src/data/questionAnswering.ts';
import { taggingData } from '../../src/data/tagging.ts';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { parseSquad } from '../../src/formats/squad.ts';
import { hasOracle, oracle, shared } from '../support/oracle.ts';

type ParserFeatures = Readonly<
  Record<'input_ids' | 'attention_mask' | 'labels_arcs' | 'labels_rels' | 'word_starts', number[][]>
>;

interface Preprocessing {
  readonly 'dependency-parsing': {
    readonly labels: string[];
    readonly examples: Readonly<Record<'tokens' | 'head' | 'deprel', string[][]>>;
    readonly features: ParserFeatures;
    readonly batch: ParserFeatures;
  };
  readonly 'question-answering': {
    readonly max_seq_length: number;
    readonly doc_stride: number;
    readonly examples: {
      readonly id: string[];
      readonly question: string[];
      readonly context: string[];
      readonly answers: { readonly text: string[]; readonly answer_start: number[] }[];
    };
    readonly train_features: Readonly<
      Record<'input_ids' | 'token_type_ids' | 'attention_mask', number[][]> &
        Record<'start_positions' | 'end_positions', number[]>
    >;
    readonly validation_features: {
      readonly example_id: string[];
      readonly offset_mapping: ([number, number] | null)[][];
    };
  };
  readonly 'token-classification': {
    readonly labels: string[];
    readonly examples: { readonly tokens: string[][]; readonly upos: number[][] };
    readonly features: { readonly input_ids: number[][]; readonly labels: number[][] };
  };
  readonly 'text-classification': {
    readonly max_seq_length: number;
    readonly examples: Readonly<Record<'premise' | 'hypothesis' | 'label', string[]>>;
    readonly features: {
      readonly input_ids: number[][];
      readonly token_type_ids: number[][];
      readonly attention_mask: number[][];
      readonly label: number[];
    };
  };
  readonly 'language-modeling': {
    readonly max_seq_length: number;
    readonly lines: string[];
    readonly features: { readonly input_ids: number[][]; readonly special_tokens_mask: number[][] };
  };
}

const multilingual = join(shared, 'tokenizers/bert-base-multilingual-cased');
const file = join(oracle, 'preprocessing.json');

/** An offset in UTF-16 units as one in code points. */
const points = (text: string, at: number): number => Array.from(text.slice(0, at)).length;

const recorded = (): Preprocessing => JSON.parse(readFileSync(file, 'utf8')) as Preprocessing;

describe.skipIf(!hasOracle || !existsSync(multilingual))("the reference's preprocessing", () => {
  it('puts the label of a word on its first piece, without words tagged _', async () => {
    const { labels, examples, features } = recorded()['token-classification'];
    const sentences = examples.tokens.map((tokens, i) => ({
      line: 1,
      words: tokens.map((form, j) => ({ line: 1, form, tag: labels[examples.upos[i][j]] })),
    }));
    const known = labels.filter((label) => label !== '_');
    const tokenizer = await loadTokenizer(multilingual);
    const data = taggingData(sentences, known, tokenizer, { maxLength: 512, file });
    expect(data.examples.map(({ ids }) => [...ids])).toEqual(features.input_ids);
    expect(data.examples.map((example) => [...example.labels])).toEqual(features.labels);
  });

  it('puts two texts into one example, and cuts the longer one first', async () => {
    const { max_seq_length: maxLength, examples, features } = recorded()['text-classification'];
    const { premise, hypothesis, label } = examples;
    const tokenizer = await loadTokenizer(multilingual);
    const texts = premise.map((text, i) => ({ line: 1, text, pair: hypothesis[i], label: label[i] }));
    const labels = ['entailment', 'neutral', 'contradiction'];
    const data = classificationData(texts, labels, tokenizer, { maxLength, file });
    // The reference pads; we pack.
    const kept = features.input_ids.map((ids, i) => {
      const length = features.attention_mask[i].reduce((a, b) => a + b, 0);
      const types = features.token_type_ids[i].slice(0, length);
      return { ids: ids.slice(0, length), types, labels: [features.label[i]] };
    });
    expect(
      data.examples.map(({ ids, types, labels: one }) => ({
        ids: [...ids],
        types: [...(types ?? [])],
        labels: [...one],
      })),
    ).toEqual(kept);
    expect(data.cutTexts).toBeGreaterThan(0);
  });

  it('gives a parser the starts of words, their heads and relations', async () => {
    const { labels, examples, features, batch } = recorded()['dependency-parsing'];
    expect(universalRelations).toEqual(labels);
    // The reference leaves words without a head out; our reader has none, but for ranges and empty nodes.
    const sentences = examples.tokens.map((tokens, i) => ({
      line: 1,
      words: tokens.flatMap((form, j) => {
        const head = Number(examples.head[i][j]);
        if (Number.isNaN(head)) return [];
        const blank = { line: 1, lemma: '_', upos: '_', xpos: '_', feats: '_' };
        // Its slow tokenizer composes characters first, which neither the fast one does nor the one that it was written for.
        return [{ ...blank, form: form.normalize('NFC'), head, deprel: examples.deprel[i][j] }];
      }),
    }));
    const tokenizer = await loadTokenizer(multilingual);
    const data = parsingData(sentences, labels, tokenizer, { maxLength: 512, file });
    expect(data.examples.map(({ ids }) => [...ids])).toEqual(features.input_ids);
    expect(data.examples.map(({ wordStarts }) => [...wordStarts])).toEqual(features.word_starts);
    expect(data.trees.map(({ heads }) => [...heads])).toEqual(features.labels_arcs);
    expect(data.trees.map(({ relations }) => [...relations])).toEqual(features.labels_rels);
    // Nothing is learnt of a word without pieces, for which the reference's loss is no number, nor of heads that are not there.
    const learnt = (what: 'labels_arcs' | 'labels_rels') =>
      features[what].map((row, i) => {
        const starts = features.word_starts[i];
        return row.map((label, j) =>
          starts[j] === starts[j + 1] || features.labels_arcs[i][j] > row.length ? NO_LABEL : label,
        );
      });
    expect(data.examples.map(({ heads }) => [...heads])).toEqual(learnt('labels_arcs'));
    expect(data.examples.map(({ relations }) => [...relations])).toEqual(learnt('labels_rels'));
    // The reference's batch is these, padded with 0.
    const padded = (row: ArrayLike<number>) => {
      const { length } = batch.input_ids[0];
      return Array.from({ length }, (_, i) => row[i] ?? 0);
    };
    expect(data.examples.map(({ ids }) => padded(ids))).toEqual(batch.input_ids);
    expect(data.examples.map(({ wordStarts }) => padded(wordStarts))).toEqual(batch.word_starts);
    expect(data.trees.map(({ heads }) => padded(heads))).toEqual(batch.labels_arcs);
    expect(data.trees.map(({ relations }) => padded(relations))).toEqual(batch.labels_rels);
  });

  it('reads a long text in windows, with the characters of its pieces and the place of the answer', async () => {
    const recordedData = recorded()['question-answering'];
    const { max_seq_length: maxLength, doc_stride: stride, examples, train_features: train } = recordedData;
    const { example_id: ids, offset_mapping: offsets } = recordedData.validation_features;
    const data = examples.id.map((id, i) => {
      const { text, answer_start } = examples.answers[i];
      const answers = text.map((one, j) => ({ text: one, answer_start: answer_start[j] }));
      const qas = [{ id, question: examples.question[i], answers }];
      return { paragraphs: [{ context: examples.context[i], qas }] };
    });
    const { questions } = parseSquad(new TextEncoder().encode(JSON.stringify({ data })), file);
    const { windows } = questionData(questions, await loadTokenizer(multilingual), { maxLength, stride });

    const lengths = train.attention_mask.map((mask) => mask.reduce((a, b) => a + b, 0));
    const kept = (rows: number[][]) => rows.map((row, i) => row.slice(0, lengths[i]));
    expect(windows.map(({ example }) => [...example.ids])).toEqual(kept(train.input_ids));
    expect(windows.map(({ example }) => [...(example.types ?? [])])).toEqual(kept(train.token_type_ids));
    expect(windows.map(({ example }) => [...example.labels])).toEqual(
      train.start_positions.map((start, i) => [start, train.end_positions[i]]),
    );
    expect(windows.map(({ question }) => questions[question].id)).toEqual(ids);
    expect(
      windows.map(({ question, contextAt, starts, ends }) => {
        const { context } = questions[question];
        return Array.from({ length: maxLength }, (_, i) =>
          i < contextAt || i >= contextAt + starts.length
            ? null
            : [points(context, starts[i - contextAt]), points(context, ends[i - contextAt])],
        );
      }),
    ).toEqual(offsets);
  });

  it('joins lines and cuts them into blocks, whose special pieces are never masked', async () => {
    const { max_seq_length: blockSize, lines, features } = recorded()['language-modeling'];
    const tokenizer = await loadTokenizer(multilingual);
    const examples = languageExamples(lines, tokenizer, { blockSize, file });
    expect(examples.map(({ ids }) => [...ids])).toEqual(features.input_ids);
    const special = examples.map(({ ids }) => Array.from(ids, (id) => Number(tokenizer.specialIds.has(id))));
    expect(special).toEqual(features.special_tokens_mask);
  });
});
