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

/** The forms that all languages of a family have in common; null where each has its own. */
export interface Stock {
  stems: Readonly<Record<StemKind, readonly (string | null)[]>>;
  suffixes: readonly (string | null)[];
  functionWords: readonly (string | null)[];
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

/** `count` places, a share of which, chosen at random, have a form. */
function drawPart(draws: Draws, count: number, share: number, form: () => string): (string | null)[] {
  const places = Array.from({ length: count }, (_, i) => i);
  const chosen = new Set(sample(draws, places, Math.round(count * share)));
  return places.map((place) => (chosen.has(place) ? form() : null));
}

/** The common stock of a world, with sounds of its own; its words are added to `taken`. */
export function makeStock(seed: number, shares: Shares, taken: Set<string>): Stock {
  const draws = drawsOf(seed, 2);
  const sounds = drawSounds(draws);
  const endings = new Set<string>();
  return {
    functionWords: drawPart(draws, functionWords.length, shares.functionWords, () =>
      freshFunctionWord(draws, sounds, taken),
    ),
    suffixes: drawPart(draws, suffixes.length, shares.suffixes, () => freshForm(draws, sounds, 1, endings)),
    stems: byKind((kind) =>
      drawPart(draws, stemCounts[kind], kind === 'name' ? shares.names : shares.stems, () =>
        freshForm(draws, sounds, 2, taken),
      ),
    ),
  };
}

/** Zipf weights: the family's ranks, each moved a little. */
function drawWeights(draws: Draws, count: number): number[] {
  const places = Array.from({ length: count }, (_, i) => ({ i, place: i + draws() * (2 + i * 0.2) }));
  places.sort((a, b) => a.place - b.place || a.i - b.i);
  const weights: number[] = Array.from({ length: count });
  places.forEach(({ i }, rank) => (weights[i] = 1 / (rank + 1.5)));
  return weights;
}

function common(forms: readonly (string | null)[]): string[] {
  return forms.filter((form) => form !== null);
}

/**
 * The words of the language at `index`: the common stock, and for the rest its own. Its own words differ from
 * everything in `taken`, and are added to it.
 */
export function makeLexicon(
  seed: number,
  index: number,
  family: Family,
  stock: Stock,
  sounds: Sounds,
  taken: Set<string>,
): Lexicon {
  const draws = drawsOf(seed, 4, index);
  const endings = new Set(common(stock.suffixes));
  return {
    suffixes: record(
      suffixes,
      stock.suffixes.map((form) => form ?? freshForm(draws, sounds, 1, endings)),
    ),
    functionWords: record(
      functionWords,
      stock.functionWords.map((form) => form ?? freshFunctionWord(draws, sounds, taken)),
    ),
    stems: byKind((kind) => stock.stems[kind].map((form) => form ?? freshForm(draws, sounds, 2, taken))),
    weights: byKind((kind) => drawWeights(draws, stemCounts[kind])),
    genders: family.genders.map((gender) =>
      chance(draws, 0.8) ? gender : gender === 'Fem' ? 'Masc' : 'Fem',
    ),
    common: new Set([stock.functionWords, ...stemKinds.map((kind) => stock.stems[kind])].flatMap(common)),
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
