import { type Description, flatten, type Step } from './description.ts';

/** Normalisers that treat the two sides of a blank independently of one another. */
const LOCAL = new Set([
  'BertNormalizer',
  'Precompiled',
  'NFC',
  'NFD',
  'NFKC',
  'NFKD',
  'Lowercase',
  'StripAccents',
]);

/**
 * Whether a text may be cut at its blanks and the parts be tokenized one by one (and remembered), with the same ids:
 * `always`; `tidy`, where only a text may whose parts are all tidy; or `never`.
 */
export type CutAtSpaces = 'always' | 'tidy' | 'never';

/** Looks into the pipeline of a tokenizer: see CutAtSpaces. */
export function cutAtSpaces({ normalizer, pre_tokenizer, added_tokens }: Description): CutAtSpaces {
  if (added_tokens.some(({ content }) => content.includes(' '))) return 'never';
  const [first] = flatten(pre_tokenizer, 'pretokenizers');
  const normalizers = flatten(normalizer, 'normalizers');
  if (first?.type === 'BertPreTokenizer' || first?.type.startsWith('Whitespace')) {
    return normalizers.every((step) => isLocal(step) || step.type === 'Strip') ? 'always' : 'never';
  }
  if (first?.type === 'Metaspace' && first.prepend_scheme !== 'never' && first.add_prefix_space !== false) {
    return normalizers.every((step) => isLocal(step) || step.type === 'Strip') ? 'tidy' : 'never';
  }
  return 'never';
}

/** Whether a part of a text, when normalised, is something without outer, doubled or literal (`▁`) blanks. */
export function isTidy(normalized: string): boolean {
  return normalized !== '' && !/^ | {2}| $|▁/.test(normalized);
}

function isLocal(step: Step): boolean {
  if (step.type !== 'Replace') return LOCAL.has(step.type);
  const { Regex: regex, String: string } = step.pattern as { Regex?: string; String?: string };
  return regex === ' {2,}' || (string !== undefined && !string.includes(' '));
}
