import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Parameter } from '../../src/core/parameters.ts';
import { hash32 } from '../../src/core/random.ts';
import { inventedUnigram } from './inventedTokenizers.ts';
import { randomParameters, writeConfig, writeModel } from './tinyModel.ts';

const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const syllables = Array.from('bdfgklmnprstvz', (consonant) =>
  Array.from('aeiou', (vowel) => consonant + vowel),
).flat();
const vocabulary = [...specials, '.', ...syllables, ...syllables.map((syllable) => `##${syllable}`)];

const tinyConfig = {
  model_type: 'bert',
  architectures: ['BertForMaskedLM'],
  vocab_size: vocabulary.length,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 48,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  pad_token_id: 0,
};

export interface Word {
  readonly form: string;
  /** Told by the last vowel, so that it can be learned. */
  readonly tag: string;
  /** B-, I- and O: a word that begins with z opens a name, and one after it that begins with v goes on with it. */
  readonly span: string;
}

/** A folder with everything that a run needs, all of it invented: base, data; recipes are added. */
export interface TinyWorkspace {
  readonly folder: string;
  /** Writes `NAME.sft.yaml`, a task recipe with these fields replaced, and gives its path. */
  task(name: string, fields?: Fields): string;
  /** The same of a language. */
  language(name: string, fields?: Fields): string;
  /** Path of a file in the folder. */
  path(...names: readonly string[]): string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fills a folder: `base`, `train.conllu`, `dev.conllu`, `train.tsv`, `dev.tsv` (names in two columns), `text.txt`, `dev.txt`. */
export async function tinyWorkspace(folder: string, seed = 1): Promise<TinyWorkspace> {
  mkdirSync(folder, { recursive: true });
  await writeTinyBase(join(folder, 'base'), seed);
  const train = inventSentences(48, hash32(seed, 1));
  const dev = inventSentences(12, hash32(seed, 2));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('train.conllu', conlluText(train));
  write('dev.conllu', conlluText(dev));
  write('train.tsv', columnsText(train));
  write('dev.tsv', columnsText(dev));
  write('text.txt', rawText(inventSentences(80, hash32(seed, 3))));
  write('dev.txt', rawText(inventSentences(16, hash32(seed, 4))));
  const recipe = (name: string, fields: Fields): string => {
    write(`${name}.sft.yaml`, stringify({ name, base: './base', ...fields }));
    return join(folder, `${name}.sft.yaml`);
  };
  const common = {
    select: { k: 600, iterations: 1 },
    full: { steps: 12 },
    sparse: { steps: 12 },
    checkpoint: { everySteps: 3 },
    report: { everySteps: 4 },
    seed: 7,
  };
  return {
    folder,
    path: (...names) => join(folder, ...names),
    task: (name, fields = {}) =>
      recipe(name, {
        kind: 'task',
        data: { train: 'train.conllu', validation: 'dev.conllu' },
        optimizer: { learningRate: 0.005, batchSize: 8 },
        validate: { everySteps: 4, metric: 'accuracy', keepBest: true },
        ...common,
        ...fields,
      }),
    language: (name, fields = {}) =>
      recipe(name, {
        kind: 'language',
        language: 'xx',
        data: { text: 'text.txt', validation: 'dev.txt' },
        mlm: { blockSize: 24 },
        optimizer: { learningRate: 0.005, batchSize: 4 },
        validate: { everySteps: 4, metric: 'loss', keepBest: true },
        ...common,
        ...fields,
      }),
  };
}

/** A random BERT with its language head, as a Hugging Face folder. */
export async function writeTinyBase(
  folder: string,
  seed: number,
  sizes: Partial<typeof tinyConfig> = {},
): Promise<void> {
  const config = { ...tinyConfig, ...sizes };
  writeConfig(folder, config);
  const encoder = randomParameters(folder, seed);
  const parameters = new Map<string, Parameter>();
  for (const [name, parameter] of encoder) parameters.set(`bert.${name.replace(/^bert\./, '')}`, parameter);
  const { hidden_size: hidden, vocab_size: size } = config;
  const dense = Float32Array.from({ length: hidden * hidden }, (_, i) => Number(i % (hidden + 1) === 0));
  parameters.set('cls.predictions.bias', zeros(size));
  parameters.set('cls.predictions.transform.dense.weight', { shape: [hidden, hidden], values: dense });
  parameters.set('cls.predictions.transform.dense.bias', zeros(hidden));
  parameters.set('cls.predictions.transform.LayerNorm.weight', zeros(hidden));
  parameters.set('cls.predictions.transform.LayerNorm.bias', zeros(hidden));
  await writeFresh(folder, parameters);
  writeFileSync(join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`);
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ do_lower_case: false }));
}

/**
 * A random XLM-RoBERTa without a head, as a Hugging Face folder: positions start behind its padding's, there is one type of tokens,
 * and a unigram model cuts words into the same syllables.
 */
export async function writeTinyXlmR(folder: string, seed: number): Promise<string> {
  const pieces = syllables.flatMap((syllable) => [`▁${syllable}`, syllable]);
  const tokenizer = inventedUnigram(Object.fromEntries(pieces.map((piece) => [piece, -2])), {
    // A soft hyphen is nothing, as for the BERT.
    normalizer: { type: 'Replace', pattern: { String: '\u00ad' }, content: '' },
    post_processor: {
      type: 'TemplateProcessing',
      single: around('<s>', 'A', '</s>'),
      pair: around('<s>', 'A', '</s>', '</s>', 'B', '</s>'),
    },
  });
  const { vocab } = tokenizer.model as { vocab: readonly unknown[] };
  writeConfig(folder, {
    ...tinyConfig,
    model_type: 'xlm-roberta',
    architectures: ['XLMRobertaModel'],
    vocab_size: vocab.length,
    max_position_embeddings: 50,
    type_vocab_size: 1,
    pad_token_id: 1,
  });
  await writeFresh(folder, randomParameters(folder, seed));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  return folder;
}

function around(...ids: readonly string[]): unknown[] {
  return ids.map((id) =>
    id === 'A' || id === 'B' ? { Sequence: { id, type_id: 0 } } : { SpecialToken: { id, type_id: 0 } },
  );
}

/** Writes parameters with LayerNorms and biases as they are made. */
async function writeFresh(folder: string, parameters: ReadonlyMap<string, Parameter>): Promise<void> {
  for (const [name, { values }] of parameters) {
    if (name.endsWith('LayerNorm.weight')) values.fill(1);
    else if (name.endsWith('bias')) values.fill(0);
  }
  await writeModel(folder, parameters);
}

function zeros(length: number): Parameter {
  return { shape: [length], values: new Float32Array(length) };
}

const tags: Readonly<Record<string, string>> = { a: 'NOUN', e: 'VERB', i: 'ADJ', o: 'NOUN', u: 'ADV' };

/** Sentences of 3 to 9 words, each of one to three syllables. */
export function inventSentences(count: number, seed: number): Word[][] {
  return Array.from({ length: count }, (_, s) => {
    const words = Array.from({ length: 3 + (hash32(seed, s) % 7) }, (_, w): Word => {
      const parts = Array.from(
        { length: 1 + (hash32(seed, s, w) % 3) },
        (_, p) => syllables[hash32(seed, s, w, p + 1) % syllables.length],
      );
      const form = parts.join('');
      return { form, tag: tags[form.at(-1) ?? ''] ?? 'X', span: 'O' };
    });
    return [...withSpans(words), { form: '.', tag: 'PUNCT', span: 'O' }];
  });
}

function withSpans(words: readonly Word[]): Word[] {
  const spans: string[] = [];
  for (const { form } of words) {
    const goesOn = form.startsWith('v') && spans.length > 0 && spans.at(-1) !== 'O';
    spans.push(form.startsWith('z') ? 'B-NAME' : goesOn ? 'I-NAME' : 'O');
  }
  return words.map((word, i) => ({ ...word, span: spans[i] }));
}

/** A treebank in which every word hangs on the first. */
export function conlluText(sentences: readonly (readonly Word[])[]): string {
  const line = ({ form, tag }: Word, i: number) =>
    [i + 1, form, '_', tag, '_', '_', Number(i > 0), i > 0 ? 'dep' : 'root', '_', '_'].join('\t');
  return sentences.map((words) => `${words.map(line).join('\n')}\n\n`).join('');
}

function columnsText(sentences: readonly (readonly Word[])[]): string {
  return sentences
    .map((words) => `${words.map(({ form, span }) => `${form}\t${span}`).join('\n')}\n\n`)
    .join('');
}

function rawText(sentences: readonly (readonly Word[])[]): string {
  return sentences.map((words) => `${words.map(({ form }) => form).join(' ')}\n`).join('');
}
