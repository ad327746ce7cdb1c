import { drawsOf, type Draws } from './draws.ts';
import { makeFamily, type Family } from './family.ts';
import { makeLexicon, makeStock, nameLanguage, type Lexicon, type Shares } from './lexicon.ts';
import { drawSounds, type Sounds } from './sounds.ts';

/** What a language tends to do more or less than its relatives; all are probabilities. */
export interface Habits {
  /** An adjective stands after its noun. */
  adjectiveAfter: number;
  /** A clause has no subject. */
  dropSubject: number;
  /** An adverb stands before its verb. */
  adverbBefore: number;
  /** A noun has a determiner. */
  determiner: number;
}

/** Source: labelled data, and pre-training text; pretraining: pre-training text alone; target: never seen by the base. */
export type Role = 'pretraining' | 'source' | 'target';

export interface Language {
  /** Its place in the world, from 0. */
  index: number;
  code: string;
  name: string;
  role: Role;
  sounds: Sounds;
  habits: Habits;
  lexicon: Lexicon;
}

/** A family of invented languages: one grammar, many vocabularies. */
export interface World {
  seed: number;
  family: Family;
  /** The source first, the other pre-trained ones next, the targets last. */
  languages: readonly Language[];
}

export interface WorldOptions {
  /** Languages in pre-training, the source among them; 6 by default. */
  pretraining?: number;
  /** Languages that pre-training never sees; 2 by default. */
  targets?: number;
  /** How much comes from the common stock; by default 0.3, 0.3, 0.05 and, of the names, 0.5. */
  shares?: Partial<Shares>;
}

function drawHabits(draws: Draws): Habits {
  return {
    adjectiveAfter: 0.05 + 0.35 * draws(),
    dropSubject: 0.3 * draws(),
    adverbBefore: 0.1 + 0.6 * draws(),
    determiner: 0.8 + 0.15 * draws(),
  };
}

/** The world of a seed, the same on every machine. */
export function makeWorld(seed: number, options: WorldOptions = {}): World {
  const { pretraining = 6, targets = 2 } = options;
  const shares = { functionWords: 0.3, suffixes: 0.3, stems: 0.05, names: 0.5, ...options.shares };
  const family = makeFamily(seed);
  const taken = new Set<string>();
  const codes = new Set<string>();
  const stock = makeStock(seed, shares, taken);
  const languages = Array.from({ length: pretraining + targets }, (_, index): Language => {
    const draws = drawsOf(seed, 3, index);
    const sounds = drawSounds(draws);
    return {
      index,
      role: index === 0 ? 'source' : index < pretraining ? 'pretraining' : 'target',
      sounds,
      habits: drawHabits(draws),
      ...nameLanguage(draws, sounds, codes),
      lexicon: makeLexicon(seed, index, family, stock, sounds, taken),
    };
  });
  return { seed, family, languages };
}
