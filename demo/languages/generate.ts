import { drawsOf } from './draws.ts';
import type { Tag } from './family.ts';
import { sentence } from './grammar.ts';
import type { Language, World } from './world.ts';

/** Words, their tags, and their features as CoNLL-U writes them; all of one length. */
export interface Sentence {
  words: string[];
  tags: Tag[];
  features: string[];
}

/** What sentences are made for. Each purpose draws from a stream of its own. */
export const streams = { raw: 0, train: 1, validation: 2, test: 3, pretraining: 4 } as const;

/**
 * The first `count` sentences of one stream of a language. Sentence i depends on nothing but the world's seed, the
 * language, the stream and i.
 */
export function generate(world: World, language: Language, count: number, stream: number): Sentence[] {
  return Array.from({ length: count }, (_, i) => {
    const tokens = sentence(drawsOf(world.seed, 16 + language.index, stream, i), language, world.family);
    return {
      words: tokens.map((token) => token.form),
      tags: tokens.map((token) => token.tag),
      features: tokens.map((token) => token.features),
    };
  });
}

/** How many sentences of each purpose the demo has. */
export const sizes = { raw: 3000, train: 800, validation: 200, test: 500, pretraining: 4000 } as const;

/** The sentences of one purpose, as many as the demo has. */
export function demoSentences(world: World, language: Language, purpose: keyof typeof sizes): Sentence[] {
  return generate(world, language, sizes[purpose], streams[purpose]);
}

/** How many of the sentences also stand, word for word, among `others`. */
export function countRepeated(sentences: readonly Sentence[], others: readonly Sentence[]): number {
  const known = new Set(others.map((sentence) => sentence.words.join(' ')));
  return sentences.filter((sentence) => known.has(sentence.words.join(' '))).length;
}
