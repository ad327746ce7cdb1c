import { between, chance, pick, weighted, type Draws } from './draws.ts';
import type {
  Family,
  FunctionWord,
  Gender,
  GrammaticalNumber,
  StemKind,
  Suffix,
  Tag,
  Valence,
} from './family.ts';
import type { Language } from './world.ts';

/** One word of a sentence, with its features as CoNLL-U writes them (`Gender=Fem|Number=Plur`, or `_`). */
export interface Token {
  form: string;
  tag: Tag;
  features: string;
}

/** What the rules of the grammar see: the language, and where their choices come from. */
interface Speaker {
  draws: Draws;
  language: Language;
  family: Family;
}

interface Phrase {
  tokens: Token[];
  number: GrammaticalNumber;
}

const longest = 18;
const shortest = 4;

function agreement(gender: Gender | null, number: GrammaticalNumber): string {
  return gender === null ? `Number=${number}` : `Gender=${gender}|Number=${number}`;
}

function small({ language }: Speaker, word: FunctionWord, tag: Tag, features = '_'): Token {
  return { form: language.lexicon.functionWords[word], tag, features };
}

function mark(form: '!' | ',' | '.' | '?'): Token {
  return { form, tag: 'PUNCT', features: '_' };
}

/** A stem of that kind: the number of its meaning. */
function choose({ draws, language }: Speaker, kind: StemKind): number {
  return weighted(draws, language.lexicon.weights[kind]);
}

function inflect({ language }: Speaker, kind: StemKind, meaning: number, suffix: Suffix | null): string {
  return language.lexicon.stems[kind][meaning] + (suffix === null ? '' : language.lexicon.suffixes[suffix]);
}

function adverb(speaker: Speaker): Token {
  return { form: inflect(speaker, 'adverb', choose(speaker, 'adverb'), null), tag: 'ADV', features: '_' };
}

function properNoun(speaker: Speaker): Phrase {
  const form = inflect(speaker, 'name', choose(speaker, 'name'), null);
  return { tokens: [{ form, tag: 'PROPN', features: 'Number=Sing' }], number: 'Sing' };
}

function pronoun(speaker: Speaker): Phrase {
  const word = pick(speaker.draws, ['I', 'you', 'he', 'she', 'we', 'they'] as const);
  const number = word === 'we' || word === 'they' ? 'Plur' : 'Sing';
  const gender = word === 'he' ? 'Masc' : word === 'she' ? 'Fem' : null;
  return { tokens: [small(speaker, word, 'PRON', agreement(gender, number))], number };
}

function determiner(speaker: Speaker, gender: Gender, number: GrammaticalNumber): Token {
  const kind = weighted(speaker.draws, [60, number === 'Sing' ? 25 : 0, 15]);
  if (kind === 0) return small(speaker, `definite.${gender}.${number}`, 'DET', agreement(gender, number));
  if (kind === 1) return small(speaker, `indefinite.${gender}`, 'DET', agreement(gender, number));
  return small(speaker, `this.${number}`, 'DET', agreement(null, number));
}

function numeral(speaker: Speaker): Token {
  if (chance(speaker.draws, 0.4))
    return { form: String(between(speaker.draws, 2, 19)), tag: 'NUM', features: '_' };
  return small(speaker, pick(speaker.draws, ['two', 'three', 'four'] as const), 'NUM');
}

function adjective(speaker: Speaker, gender: Gender, number: GrammaticalNumber): Token {
  const form = inflect(speaker, 'adjective', choose(speaker, 'adjective'), `adjective.${gender}.${number}`);
  return { form, tag: 'ADJ', features: agreement(gender, number) };
}

/** Determiner, numeral, adjectives before, noun, adjectives after, prepositional phrase; all but the noun may lack. */
function commonNoun(speaker: Speaker, depth: number): Phrase {
  const { draws, language } = speaker;
  const meaning = choose(speaker, 'noun');
  const gender = language.lexicon.genders[meaning];
  const counted = chance(draws, 0.13);
  const number = counted || chance(draws, 0.3) ? 'Plur' : 'Sing';
  const suffix = gender === 'Masc' && number === 'Sing' ? null : (`noun.${gender}.${number}` as Suffix);
  const noun: Token = {
    form: inflect(speaker, 'noun', meaning, suffix),
    tag: 'NOUN',
    features: agreement(gender, number),
  };
  const tokens: Token[] = [];
  if (chance(draws, counted ? 0.3 : language.habits.determiner))
    tokens.push(determiner(speaker, gender, number));
  if (counted) tokens.push(numeral(speaker));
  const after: Token[] = [];
  for (let count = weighted(draws, [62, 31, 7]); count > 0; count--) {
    const word = adjective(speaker, gender, number);
    (chance(draws, language.habits.adjectiveAfter) ? after : tokens).push(word);
  }
  tokens.push(noun, ...after);
  if (chance(draws, depth === 0 ? 0.12 : 0.04)) tokens.push(...prepositional(speaker, depth + 1));
  return { tokens, number };
}

/** A noun, a name or a pronoun, in the given proportions; sometimes two joined. */
function nominal(speaker: Speaker, proportions: readonly [number, number, number], depth: number): Phrase {
  const { draws } = speaker;
  const kind = weighted(draws, proportions);
  if (kind === 2) return pronoun(speaker);
  const first = kind === 0 ? commonNoun(speaker, depth) : properNoun(speaker);
  if (depth > 0 || !chance(draws, 0.08)) return first;
  const second = chance(draws, 0.75) ? commonNoun(speaker, 1) : properNoun(speaker);
  const joint = small(speaker, chance(draws, 0.8) ? 'and' : 'or', 'CCONJ');
  return { tokens: [...first.tokens, joint, ...second.tokens], number: 'Plur' };
}

function prepositional(speaker: Speaker, depth: number): Token[] {
  const word = (['in', 'of', 'with', 'to', 'from'] as const)[weighted(speaker.draws, [30, 25, 18, 15, 12])];
  return [small(speaker, word, 'ADP'), ...nominal(speaker, [80, 20, 0], Math.max(depth, 1)).tokens];
}

/** Modal and infinitive, or a finite verb in the subject's number; either may be negated. */
function verbs(speaker: Speaker, number: GrammaticalNumber): { tokens: Token[]; valence: Valence } {
  const { draws, family } = speaker;
  const meaning = choose(speaker, 'verb');
  const tokens: Token[] = [];
  if (chance(draws, 0.12)) tokens.push(small(speaker, 'not', 'ADV', 'Polarity=Neg'));
  if (chance(draws, 0.2)) {
    tokens.push(small(speaker, pick(draws, ['can', 'must', 'will'] as const), 'AUX'));
    tokens.push({
      form: inflect(speaker, 'verb', meaning, 'verb.Inf'),
      tag: 'VERB',
      features: 'VerbForm=Inf',
    });
  } else {
    const tense = chance(draws, 0.5) ? 'Pres' : 'Past';
    const form = inflect(speaker, 'verb', meaning, `verb.${tense}.${number}`);
    tokens.push({ form, tag: 'VERB', features: `Number=${number}|Tense=${tense}` });
  }
  return { tokens, valence: family.valences[meaning] };
}

/** Subject, verb, object, with adverbs and prepositional phrases. A clause within another one has depth 1. */
function clause(speaker: Speaker, depth: number): Token[] {
  const { draws, language } = speaker;
  const tokens: Token[] = [];
  if (depth === 0 && chance(draws, 0.08)) tokens.push(adverb(speaker), mark(','));
  const dropped = chance(draws, language.habits.dropSubject);
  const subject = dropped
    ? { tokens: [], number: chance(draws, 0.3) ? ('Plur' as const) : ('Sing' as const) }
    : nominal(speaker, [58, 12, 30], depth);
  tokens.push(...subject.tokens);
  const verb = verbs(speaker, subject.number);
  const how = chance(draws, 0.2) ? adverb(speaker) : null;
  const before = chance(draws, language.habits.adverbBefore);
  if (how !== null && before) tokens.push(how);
  tokens.push(...verb.tokens);
  if (how !== null && !before) tokens.push(how);
  if (verb.valence === 'object') tokens.push(...nominal(speaker, [84, 16, 0], depth).tokens);
  if (chance(draws, 0.28)) tokens.push(...prepositional(speaker, depth));
  if (verb.valence === 'clause')
    tokens.push(mark(','), small(speaker, 'that', 'SCONJ'), ...clause(speaker, depth + 1));
  return tokens;
}

function attempt(speaker: Speaker): Token[] {
  const { draws } = speaker;
  const tokens = clause(speaker, 0);
  const link = weighted(draws, [74, 12, 14]);
  if (link === 1) tokens.push(mark(','), small(speaker, 'and', 'CCONJ'), ...clause(speaker, 1));
  if (link === 2)
    tokens.push(
      mark(','),
      small(speaker, pick(draws, ['because', 'when'] as const), 'SCONJ'),
      ...clause(speaker, 1),
    );
  tokens.push(mark((['.', '?', '!'] as const)[weighted(draws, [84, 10, 6])]));
  return tokens;
}

/** One sentence of 4 to 18 words, its punctuation counted. */
export function sentence(draws: Draws, language: Language, family: Family): Token[] {
  for (;;) {
    const tokens = attempt({ draws, language, family });
    if (tokens.length >= shortest && tokens.length <= longest) return tokens;
  }
}
