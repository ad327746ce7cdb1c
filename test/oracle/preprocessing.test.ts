import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { classificationData } from '../../src/data/classification.ts';
import { languageExamples } from '../../src/data/language.ts';
import { taggingData } from '../../src/data/tagging.ts';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { hasOracle, oracle, shared } from '../support/oracle.ts';

interface Preprocessing {
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

  it('joins lines and cuts them into blocks, whose special pieces are never masked', async () => {
    const { max_seq_length: blockSize, lines, features } = recorded()['language-modeling'];
    const tokenizer = await loadTokenizer(multilingual);
    const examples = languageExamples(lines, tokenizer, { blockSize, file });
    expect(examples.map(({ ids }) => [...ids])).toEqual(features.input_ids);
    const special = examples.map(({ ids }) => Array.from(ids, (id) => Number(tokenizer.specialIds.has(id))));
    expect(special).toEqual(features.special_tokens_mask);
  });
});
