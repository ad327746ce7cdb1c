import { chance, drawsOf, weighted } from './draws.ts';

/** The tags of the demo: thirteen of the universal parts of speech. */
export const tags = [
  'ADJ',
  'ADP',
  'ADV',
  'AUX',
  'CCONJ',
  'DET',
  'NOUN',
  'NUM',
  'PRON',
  'PROPN',
  'PUNCT',
  'SCONJ',
  'VERB',
] as const;
export type Tag = (typeof tags)[number];

export type Gender = 'Fem' | 'Masc';
export type GrammaticalNumber = 'Plur' | 'Sing';
/** What a verb asks for after it: nothing, an object, or a clause. */
export type Valence = 'clause' | 'none' | 'object';

/** The 12 suffixes. A masculine noun in the singular has none. */
export const suffixes = [
  'noun.Fem.Sing',
  'noun.Masc.Plur',
  'noun.Fem.Plur',
  'adjective.Masc.Sing',
  'adjective.Fem.Sing',
  'adjective.Masc.Plur',
  'adjective.Fem.Plur',
  'verb.Pres.Sing',
  'verb.Pres.Plur',
  'verb.Past.Sing',
  'verb.Past.Plur',
  'verb.Inf',
] as const;
export type Suffix = (typeof suffixes)[number];

/** The function words, which every language of a family has, each with a form of its own or the common one. */
export const functionWords = [
  'definite.Masc.Sing',
  'definite.Fem.Sing',
  'definite.Masc.Plur',
  'definite.Fem.Plur',
  'indefinite.Masc',
  'indefinite.Fem',
  'this.Sing',
  'this.Plur',
  'I',
  'you',
  'he',
  'she',
  'we',
  'they',
  'in',
  'of',
  'with',
  'to',
  'from',
  'can',
  'must',
  'will',
  'two',
  'three',
  'four',
  'and',
  'or',
  'that',
  'because',
  'when',
  'not',
] as const;
export type FunctionWord = (typeof functionWords)[number];

/** How many stems a language has of each kind; all have two syllables. */
export const stemCounts = { noun: 80, verb: 50, adjective: 30, adverb: 14, name: 20 } as const;
export type StemKind = keyof typeof stemCounts;
export const stemKinds: readonly StemKind[] = ['noun', 'verb', 'adjective', 'adverb', 'name'];

/** What the languages of a family have in common besides their grammar: meanings, numbered by how frequent they are. */
export interface Family {
  /** The gender of each noun in most of the languages. */
  genders: readonly Gender[];
  valences: readonly Valence[];
}

/** The family of a world's seed. */
export function makeFamily(seed: number): Family {
  const draws = drawsOf(seed, 1);
  return {
    genders: Array.from({ length: stemCounts.noun }, () => (chance(draws, 0.5) ? 'Fem' : 'Masc')),
    valences: Array.from(
      { length: stemCounts.verb },
      () => (['object', 'none', 'clause'] as const)[weighted(draws, [60, 28, 12])],
    ),
  };
}
