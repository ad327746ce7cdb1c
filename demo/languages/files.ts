import type { Sentence } from './generate.ts';

const marks = new Set(['!', ',', '.', '?']);

/** True where the word stands close to the one before it. */
function closes(word: string | undefined): boolean {
  return word !== undefined && marks.has(word);
}

/** The sentence as people write it: marks stand close to the word before. */
export function plainText(words: readonly string[]): string {
  return words.map((word, i) => (i === 0 || closes(word) ? word : ` ${word}`)).join('');
}

/** Raw text, one sentence a line. */
export function rawFile(sentences: readonly Sentence[]): string {
  return sentences.map((sentence) => `${plainText(sentence.words)}\n`).join('');
}

/** CoNLL-U with form, upos and features; heads and relations are not given (`_`). */
export function conlluFile(sentences: readonly Sentence[], idPrefix: string): string {
  return sentences.map((sentence, i) => conlluSentence(sentence, `${idPrefix}-${i + 1}`)).join('');
}

function conlluSentence({ words, tags, features }: Sentence, id: string): string {
  const rows = words.map((word, i) => {
    const misc = closes(words[i + 1]) ? 'SpaceAfter=No' : '_';
    return [i + 1, word, '_', tags[i], '_', features[i], '_', '_', '_', misc].join('\t');
  });
  return `# sent_id = ${id}\n# text = ${plainText(words)}\n${rows.join('\n')}\n\n`;
}
