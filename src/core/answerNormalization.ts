/** From an answer to the words that are compared. */
export type AnswerWords = (answer: string) => string[];

const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ANY_PUNCTUATION = /[!-/:-@[-`{-~]|\p{P}/gu;
/** White space as Python's `str.split` knows it, but for four control characters. */
const WHITE_SPACE = /[\t\n\v\f\r\u0085\p{Z}]+/u;
/** Ideographs that MLQA takes one by one. */
const IDEOGRAPH = /[\u4E00-\u9FA5]/g;

/** Articles, and Vietnamese classifiers, that MLQA leaves out, by language. */
const ARTICLES: Readonly<Record<string, RegExp>> = {
  de: words('ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des'),
  en: words('a|an|the'),
  es: words('un|una|unos|unas|el|la|los|las'),
  vi: words('của|là|cái|chiếc|những'),
  // Written together with its noun.
  ar: /ال/g,
};

/** Languages in which each ideograph is compared as a word. */
const BY_IDEOGRAPH = new Set(['zh', 'yue', 'wuu', 'lzh', 'gan', 'hak', 'nan']);

/**
 * How answers in a language are compared. English, and no language, as SQuAD 1.1 does it: without case, ASCII
 * punctuation and English articles. Other languages as MLQA does it: without punctuation of any script, without
 * articles where MLQA knows some, and Chinese ideograph by ideograph.
 * @param language a tag such as `es` or `zh-Hant`
 */
export function answerWords(language?: string): AnswerWords {
  const code = codeOf(language);
  if (code === 'en') {
    return (answer) => split(answer.toLowerCase().replace(ASCII_PUNCTUATION, '').replace(ARTICLES.en, ' '));
  }
  const articles = ARTICLES[code];
  const ideographs = BY_IDEOGRAPH.has(code);
  return (answer) => {
    const bare = answer.toLowerCase().replace(ANY_PUNCTUATION, '');
    const named = articles === undefined ? bare : bare.replace(articles, ' ');
    return split(ideographs ? named.replace(IDEOGRAPH, ' $& ') : named);
  };
}

/** What `answerWords` does for a language that is not compared as English is, in words; undefined where it is. */
export function answerWordsText(language?: string): string | undefined {
  const code = codeOf(language);
  if (code === 'en') return undefined;
  const left = ['case', 'punctuation of any script', ...(code in ARTICLES ? [`articles of ${code}`] : [])];
  const without = `without ${left.slice(0, -1).join(', ')} and ${left.at(-1)}`;
  return BY_IDEOGRAPH.has(code) ? `${without}, ideograph by ideograph` : without;
}

/** The language of a tag; English where there is none. */
function codeOf(language: string | undefined): string {
  return language?.toLowerCase().split(/[-_]/)[0] || 'en';
}

function split(text: string): string[] {
  return text.split(WHITE_SPACE).filter((word) => word !== '');
}

/** Whole words, as Python's `\b` finds their ends: combining marks are no letters there. */
function words(alternatives: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${alternatives})(?![\p{L}\p{N}_])`, 'gu');
}
