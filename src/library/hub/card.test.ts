import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { refused } from '../../../test/support/files.ts';
import type { SftMetadata } from '../../formats/sftMetadata.ts';
import { type CardFacts, cardResult, modelCard } from './card.ts';

const facts: CardFacts = {
  id: 'me/pos-mt',
  base: 'bert-base-multilingual-cased',
  kind: 'task',
  file: 'pos-mt.sft.safetensors',
  entries: 14_155_776,
  hasReference: true,
  results: [{ data: 'mt-test', metric: 'accuracy', value: 0.8123, interval: [0.79, 0.83], examples: 518 }],
};

const metadata: SftMetadata = {
  kind: 'task',
  task: 'tagging',
  labels: ['ADJ', 'NOUN'],
  language: 'mt',
  density: 0.0796,
  metrics: { accuracy: 0.9, loss: 0.1234 },
  date: '2026-01-02T03:04:05Z',
};

function headOf(card: string): Record<string, unknown> {
  const [, head] = /^---\n([\s\S]*?)\n---\n/.exec(card) ?? [];
  return parse(head) as Record<string, unknown>;
}

test('the card of a task SFT: what the Hub reads, figures with intervals, how to use it here and there', () => {
  const card = modelCard(metadata, facts);
  expect(headOf(card)).toEqual({
    base_model: 'bert-base-multilingual-cased',
    base_model_relation: 'adapter',
    language: 'mt',
    pipeline_tag: 'token-classification',
    tags: ['sparse-fine-tuning', 'lt-sft', 'sft-task', 'sft-tagging'],
  });
  for (const text of [
    '| `mt-test` | accuracy | 81.23 % | 79.00 % to 83.00 % | 518 |',
    '| validation data, at the end of training | loss | 0.123 | not measured |  |',
    '| changed parameters | `14,155,776` |',
    '| density | `7.96 %` |',
    'sft pull me/pos-mt\nsft evaluate --base hf:bert-base-multilingual-cased --sft hf:me/pos-mt --data FILE',
    'AutoModelForTokenClassification.from_pretrained("bert-base-multilingual-cased", config=config)',
    'num_labels=2',
    'SFT("me/pos-mt").apply(model)',
  ])
    expect(card).toContain(text);
});

test('a language SFT is applied without its head, and one without the file of the reference says how to make it', () => {
  const card = modelCard(
    { kind: 'language', language: 'pt-BR' },
    { ...facts, kind: 'language', base: undefined, hasReference: false, results: [] },
  );
  expect(headOf(card)).toEqual({ language: 'pt', tags: ['sparse-fine-tuning', 'lt-sft', 'sft-language'] });
  expect(card).toContain('.apply(model, with_abs=False)');
  expect(card).toContain('sft convert pos-mt.sft.safetensors FOLDER');
  expect(card).toContain('None are given.');
});

test('the interval of a figure at the end of training stands beside it', () => {
  const card = modelCard(
    { ...metadata, interval: { metric: 'accuracy', low: 0.88, high: 0.915 } },
    { ...facts, results: [] },
  );
  const at = 'validation data, at the end of training';
  expect(card).toContain(`| ${at} | accuracy | 90.00 % | 88.00 % to 91.50 % |  |`);
  expect(card).toContain(`| ${at} | loss | 0.123 | not measured |  |`);
});

test("a parser's card names the class of the paper's code, and where that lies", () => {
  const card = modelCard({ kind: 'task', task: 'parsing', labels: ['_', 'nsubj', 'obj'] }, facts);
  expect(headOf(card)).not.toHaveProperty('pipeline_tag');
  for (const text of [
    '`examples/dependency-parsing`',
    'from dp.modeling_biaffine import TransformerForBiaffineParsing\n',
    'num_labels=3',
    'TransformerForBiaffineParsing.from_pretrained("bert-base-multilingual-cased", config=config)',
    'SFT("me/pos-mt").apply(model)',
  ])
    expect(card).toContain(text);
  expect(card).not.toContain('AutoModel');
});

test('no card names a class whose parameters have other names than the SFT has', () => {
  const composed = modelCard({ kind: 'composed' }, { ...facts, kind: 'composed' });
  expect(composed).toContain('AutoModelForMaskedLM.from_pretrained(');
  expect(composed).toContain('.apply(model, with_abs=False)');
  const withHead = modelCard(
    { kind: 'composed', task: 'tagging', labels: ['A'] },
    { ...facts, kind: 'composed' },
  );
  expect(withHead).toContain('AutoModelForTokenClassification.from_pretrained(');
  expect(withHead).toContain('SFT("me/pos-mt").apply(model)');
  const unsaid = modelCard({}, facts);
  expect(unsaid).toContain('The file does not say its task.');
  for (const card of [composed, withHead, unsaid]) expect(card).not.toMatch(/AutoModel\b/);
});

test('whatever the metadata say stays text: no other head, link, image, table cell or block of code', () => {
  const hostile = fc.array(
    fc.constantFrom(
      '\n',
      '---',
      '```',
      '`',
      '|',
      '<img src=x>',
      '![x](http://x)',
      '# ',
      'a',
      '\u2028',
      '\\',
      ': ',
      '"',
    ),
    { maxLength: 8 },
  );
  const text = hostile.map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.dictionary(text, fc.double({ noNaN: true }), { maxKeys: 2 }),
      (a, b, c, metrics) => {
        const card = modelCard(
          { task: a, language: b, labels: [c], baseName: c, metrics },
          { ...facts, base: undefined },
        );
        const head = headOf(card);
        expect(
          Object.keys(head).filter((key) => !['language', 'tags', 'pipeline_tag'].includes(key)),
        ).toEqual([]);
        const body = card.slice(card.indexOf('\n---\n') + 5);
        expect(body.split('\n').filter((line) => line.startsWith('```'))).toHaveLength(4);
        expect(body.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(3);
        const outside = body.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
        expect(outside).not.toMatch(/(?<!\\)<img|(?<!\\)!\[/);
      },
    ),
    { numRuns: 500 },
  );
});

test('results that are none are refused', async () => {
  await refused('hub-card', () => cardResult('x', 'data', 'x.json'));
  await refused('hub-card', () => cardResult('{"metric":"f1"}', 'data', 'x.json'));
  expect(cardResult('{"metric":"f1","value":1,"interval":[1,1],"examples":3,"more":1}', 'd', 'f')).toEqual({
    data: 'd',
    metric: 'f1',
    value: 1,
    interval: [1, 1],
    examples: 3,
  });
});
