import { between, pick, sample, type Draws } from './draws.ts';

/** The sounds of a language; every syllable is one consonant and one vowel. */
export interface Sounds {
  consonants: readonly string[];
  vowels: readonly string[];
}

const consonants = Array.from('bcdfghjklmnprstvwz');
const vowels = Array.from('aeiou');

/** The sounds of one language: 9 to 12 consonants and 3 to 5 vowels. */
export function drawSounds(draws: Draws): Sounds {
  return {
    consonants: sample(draws, consonants, between(draws, 9, 12)),
    vowels: sample(draws, vowels, between(draws, 3, 5)),
  };
}

/** Fragments that would make an invented word read as an insult in some real language. */
const avoided = /cac|caga|cul|cun|fuc|fuk|kak|kun|nazi|neg|nig|put|rape/;

/** A string of that many open syllables. */
export function drawSyllables(draws: Draws, sounds: Sounds, count: number): string {
  for (;;) {
    let text = '';
    for (let i = 0; i < count; i++) text += pick(draws, sounds.consonants) + pick(draws, sounds.vowels);
    if (!avoided.test(text)) return text;
  }
}
