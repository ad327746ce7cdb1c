/** The pieces that every vocabulary of BERT begins with. */
export const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

/** What a piece begins with that does not begin a word. */
export const continuation = '##';

/** The longest piece first, from the left, as BERT's tokenizer does it; null where a word cannot be cut (`[UNK]`). */
export function cutWord(vocabulary: ReadonlySet<string>, word: string): string[] | null {
  const letters = Array.from(word);
  const pieces: string[] = [];
  for (let start = 0; start < letters.length;) {
    let end = letters.length;
    const piece = () => (start === 0 ? '' : continuation) + letters.slice(start, end).join('');
    while (end > start && !vocabulary.has(piece())) end--;
    if (end === start) return null;
    pieces.push(piece());
    start = end;
  }
  return pieces;
}
