import { demoSentences, type Sentence } from '../languages/generate.ts';
import type { World } from '../languages/world.ts';
import { buildVocabulary, countWords } from './build.ts';

/** How many pieces the demo's base model knows. */
export const vocabularySize = 2000;

/**
 * The vocabulary of a world, from text of all of its languages: the pre-training text, and the raw text of the targets.
 * (A tokenizer that never saw the targets would cut their words into letters.)
 */
export function worldVocabulary(world: World, size = vocabularySize): string[] {
  const sentences = world.languages.flatMap((language): Sentence[] =>
    demoSentences(world, language, language.role === 'target' ? 'raw' : 'pretraining'),
  );
  return buildVocabulary(countWords(sentences.map((sentence) => sentence.words)), size);
}
