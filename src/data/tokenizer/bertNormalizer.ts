import type { Step } from './description.ts';

const WHITE = /[\t\n\r\p{White_Space}]/gu;
const REMOVED = /(?![\t\n\r])[\0\uFFFD\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
/** The blocks of CJK ideographs that `tokenizers` knows; the gap 2B820-2B91F is its own. */
const IDEOGRAPH =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

/**
 * BERT's clean-up of text as the `tokenizers` library in Rust does it, with the options of a BertNormalizer. The
 * JavaScript one differs in three things that change ids: it does not see ideographs beyond U+FFFF, it lower-cases a Σ
 * by its position in the word, and it strips accents after lower-casing.
 */
export function normalizeBert(text: string, options: Step): string {
  const { clean_text, handle_chinese_chars, strip_accents, lowercase } = options;
  let result = text;
  if (clean_text !== false) result = result.replace(REMOVED, '').replace(WHITE, ' ');
  if (handle_chinese_chars !== false) result = result.replace(IDEOGRAPH, ' $& ');
  if (strip_accents ?? lowercase) result = result.normalize('NFD').replace(/\p{Mn}/gu, '');
  return lowercase === true ? lowerCase(result) : result;
}

/** Lower case letter by letter: a Σ at the end of a word is no exception. */
export function lowerCase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase();
}
