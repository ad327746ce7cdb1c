import type { TaggedSentence } from '../formats/columns.ts';

/** Labels that a file writes otherwise, and what they are to be. */
export type Renames = Readonly<Record<string, string>>;

/** A label as it is to be. */
export function renamed(label: string, rename: Renames): string {
  return Object.hasOwn(rename, label) ? rename[label] : label;
}

/** Tagged sentences with each tag as it is to be. */
export function renamedTags(sentences: readonly TaggedSentence[], rename: Renames): TaggedSentence[] {
  return sentences.map(({ line, words }) => ({
    line,
    words: words.map((word) => ({ ...word, tag: renamed(word.tag, rename) })),
  }));
}
