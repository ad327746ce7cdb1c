import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Description } from '../../src/data/tokenizer/description.ts';
import { shared } from './oracle.ts';
import { readZip } from './unzip.ts';

const vocabulary = join(shared, 'tokenizers/xlm-roberta-base/pos.dict.utf8.zip');
/** Its table of normalisation is that of every model of SentencePiece's `nmt_nfkc`. */
const t5 = join(shared, 'tokenizers/t5-small/tokenizer.json');

/** Whether XLM-RoBERTa's vocabulary is at hand. */
export const hasXlmRoberta = existsSync(vocabulary) && existsSync(t5);

/** Pieces of XLM-RoBERTa from number 4 on, with scores as a file of floats has them; the mask comes after them. */
export function xlmRobertaPieces(): [string, number][] {
  const [{ bytes }] = readZip(vocabulary);
  const pieces: [string, number][] = [];
  for (const line of bytes().toString('utf8').split('\n')) {
    const [piece, name, score] = line.split('\t');
    const id = Number(name?.slice('WORD_ID_'.length));
    if (id >= 4 && piece !== '<mask>') pieces[id - 4] = [piece, Math.fround(Number(score))];
  }
  return pieces;
}

/** SentencePiece's table of normalisation, in base64. */
export function nmtNfkc(): string {
  const { normalizer } = JSON.parse(readFileSync(t5, 'utf8')) as Description;
  return String(normalizer?.precompiled_charsmap);
}

const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
const text = (id: string) => ({ Sequence: { id, type_id: 0 } });

/** What `tokenizer.json` of xlm-roberta-base says. */
export function xlmRobertaDescription(): Description {
  const pieces = xlmRobertaPieces();
  const special = ['<s>', '<pad>', '</s>', '<unk>'];
  return {
    added_tokens: [...special, '<mask>'].map((content, i) => ({
      content,
      id: content === '<mask>' ? special.length + pieces.length : i,
      special: true,
      normalized: false,
      lstrip: content === '<mask>',
    })),
    normalizer: { type: 'Precompiled', precompiled_charsmap: nmtNfkc() },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'WhitespaceSplit' },
        { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
      ],
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [token('<s>'), text('A'), token('</s>')],
      pair: [token('<s>'), text('A'), token('</s>'), token('</s>'), text('B'), token('</s>')],
    },
    decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: [...special.map((piece) => [piece, 0]), ...pieces, ['<mask>', 0]],
    },
  };
}
