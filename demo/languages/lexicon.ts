import { between, chance, drawsOf, sample, type Draws } from './draws.ts';
import {
  functionWords,
  stemCounts,
  stemKinds,
  suffixes,
  type Family,
  type FunctionWord,
  type Gender,
  type StemKind,
  type Suffix,
} from './family.ts';
import { drawSounds, drawSyllables, type Sounds } from './sounds.ts';

/** Which part of a language's forms comes from the stock that is common to the family, as shares of 1. */
export interface Shares {
  functionWords: number;
  suffixes: number;
  stems: number;
  names: number;
}

/** The words of one language. Stems are in the order of the family's meanings. */
export interface Lexicon {
  stems: Readonly<Record<StemKind, readonly string[]>>;
  /** The weight of each stem in running text: 1 / (rank + 1.5), the rank being nearly the family's. */
  weights: Readonly<Record<StemKind, readonly number[]>>;
  suffixes: Readonly<Record<Suffix, string>>;
  functionWords: Readonly<Record<FunctionWord, string>>;
  genders: readonly Gender[];
  /** Everything whose form is the common one. */
  common: ReadonlySet<string>;
}

/** The forms of the common stock. */
export interface Stock {
  stems: Record<StemKind, string[]>;
  suffixes: string[];
  functionWords: string[];
}

/**
 * Draws forms that nobody has yet and notes them in `taken`. Stems have two syllables and suffixes one, so that
 * inflected words differ wherever their stems do: keeping stems apart keeps all words apart.
 */
function freshForm(draws: Draws, sounds: Sounds, syllables: number, taken: Set<string>): string {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    // The short forms run out; from then on a word gets two syllables.
    const form = drawSyllables(draws, sounds, attempt < 50 ? syllables : 2);
    if (taken.has(form)) continue;
    taken.add(form);
    return form;
  }
  throw new Error('The sounds of a language give too few different words; choose another seed.');
}

function freshFunctionWord(draws: Draws, sounds: Sounds, taken: Set<string>): string {
  return freshForm(draws, sounds, chance(draws, 0.5) ? 1 : 2, taken);
}

function byKind<T>(make: (kind: StemKind) => T): Record<StemKind, T> {
  return {
    noun: make('noun'),
    verb: make('verb'),
    adjective: make('adjective'),
    adverb: make('adverb'),
    name: make('name'),
  };
}

function record<K extends string, V>(keys: readonly K[], values: readonly V[]): Record<K, V> {
  return Object.fromEntries(keys.map((key, i) => [key, values[i]])) as Record<K, V>;
}

/** The common stock of a world, with sounds of its own; its words are added to `taken`. */
export function makeStock(seed: number, taken: Set<string>): Stock {
  const draws = drawsOf(seed, 2);
  const sounds = drawSounds(draws);
  const endings = new Set<string>();
  return {
    functionWords: functionWords.map(() => freshFunctionWord(draws, sounds, taken)),
    suffixes: suffixes.map(() => freshForm(draws, sounds, 1, endings)),
    stems: byKind((kind) =>
      Array.from({ length: stemCounts[kind] }, () => freshForm(draws, sounds, 2, taken)),
    ),
  };
}

/** For each of `common`: the form itself where it is among the share that the language takes over, else null. */
function takeOver(draws: Draws, common: readonly string[], share: number): (string | null)[] {
  const taken = new Set(
    sample(
      draws,
      common.map((_, i) => i),
      Math.round(common.length * share),
    ),
  );
  return common.map((form, i) => (taken.has(i) ? form : null));
}

/** Zipf weights: the family's ranks, each moved a little. */
function drawWeights(draws: Draws, count: number): number[] {
  const places = Array.from({ length: count }, (_, i) => ({ i, place: i + draws() * (2 + i * 0.2) }));
  places.sort((a, b) => a.place - b.place || a.i - b.i);
  const weights: number[] = Array.from({ length: count });
  places.forEach(({ i }, rank) => (weights[i] = 1 / (rank + 1.5)));
  return weights;
}

/**
 * The words of the language at `index`: a share of the common stock's, the rest its own. Its own words differ from
 * everything in `taken`, and are added to it.
 */
export function makeLexicon(
  seed: number,
  index: number,
  family: Family,
  stock: Stock,
  shares: Shares,
  sounds: Sounds,
  taken: Set<string>,
): Lexicon {
  const draws = drawsOf(seed, 4, index);
  const chosenSuffixes = takeOver(draws, stock.suffixes, shares.suffixes);
  const chosenWords = takeOver(draws, stock.functionWords, shares.functionWords);
  const chosenStems = byKind((kind) =>
    takeOver(draws, stock.stems[kind], kind === 'name' ? shares.names : shares.stems),
  );
  const endings = new Set(stock.suffixes);
  return {
    suffixes: record(
      suffixes,
      chosenSuffixes.map((form) => form ?? freshForm(draws, sounds, 1, endings)),
    ),
    functionWords: record(
      functionWords,
      chosenWords.map((form) => form ?? freshFunctionWord(draws, sounds, taken)),
    ),
    stems: byKind((kind) => chosenStems[kind].map((form) => form ?? freshForm(draws, sounds, 2, taken))),
    weights: byKind((kind) => drawWeights(draws, stemCounts[kind])),
    genders: family.genders.map((gender) =>
      chance(draws, 0.8) ? gender : gender === 'Fem' ? 'Masc' : 'Fem',
    ),
    common: new Set(
      [chosenWords, ...stemKinds.map((kind) => chosenStems[kind])].flat().filter((form) => form !== null),
    ),
  };
}

/** A name for the language in its own sounds, and a code of three letters from ISO 639's range for private use. */
export function nameLanguage(
  draws: Draws,
  sounds: Sounds,
  codes: Set<string>,
): { name: string; code: string } {
  for (;;) {
    const word = drawSyllables(draws, sounds, between(draws, 2, 3));
    const code = `q${word.slice(0, 2)}`;
    // qaa to qtz
    if (word[0] > 't' || codes.has(code)) continue;
    codes.add(code);
    return { name: word[0].toUpperCase() + word.slice(1), code };
  }
}
