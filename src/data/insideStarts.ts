import type { TaggedSentence } from '../formats/columns.ts';
import { NO_TAG } from './tagging.ts';

/** Entities that start with `I-`, and the line of the first. */
export interface InsideStarts {
  readonly count: number;
  readonly line: number;
}

/**
 * The entities that start with an `I-`: after `O`, after an entity of another type or after one that has ended (`E-`, `S-`), at
 * the beginning of a sentence. IOB1 writes them so, IOB2 and IOBES never do. Undefined where there is none.
 */
export function insideStarts(sentences: readonly TaggedSentence[]): InsideStarts | undefined {
  const lines = sentences.flatMap(({ words }) => {
    const tagged = words.filter(({ tag }) => tag !== NO_TAG);
    return tagged.filter(({ tag }, i) => startsInside(tag, tagged[i - 1]?.tag)).map(({ line }) => line);
  });
  return lines.length === 0 ? undefined : { count: lines.length, line: lines[0] };
}

function startsInside(tag: string, before: string | undefined): boolean {
  if (!tag.startsWith('I-')) return false;
  const type = tag.slice(2);
  return before !== `B-${type}` && before !== tag;
}
