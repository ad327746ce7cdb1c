import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionWords, stemCounts, stemKinds, suffixes, tags, type Suffix } from './family.ts';
import { countRepeated, demoSentences, generate, streams, type Sentence } from './generate.ts';
import type { Lexicon } from './lexicon.ts';
import { makeWorld, type Language } from './world.ts';

const world = makeWorld(1);
const targets = world.languages.filter((language) => language.role === 'target');
const pretrained = world.languages.filter((language) => language.role !== 'target');

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Every inflected content word of a language, with what it says. */
function readings({ lexicon }: Language): Map<string, { tag: string; features: string; gender: string }> {
  const forms = new Map<string, { tag: string; features: string; gender: string }>();
  const add = (stem: string, suffix: Suffix | null, tag: string, features: string, gender = '') =>
    forms.set(stem + (suffix === null ? '' : lexicon.suffixes[suffix]), { tag, features, gender });
  for (const number of ['Sing', 'Plur'] as const) {
    lexicon.stems.noun.forEach((stem, i) => {
      const gender = lexicon.genders[i];
      const suffix = gender === 'Masc' && number === 'Sing' ? null : (`noun.${gender}.${number}` as Suffix);
      add(stem, suffix, 'NOUN', `Gender=${gender}|Number=${number}`, gender);
    });
    for (const stem of lexicon.stems.adjective)
      for (const gender of ['Fem', 'Masc'] as const)
        add(stem, `adjective.${gender}.${number}`, 'ADJ', `Gender=${gender}|Number=${number}`, gender);
    for (const stem of lexicon.stems.verb)
      for (const tense of ['Past', 'Pres'] as const)
        add(stem, `verb.${tense}.${number}`, 'VERB', `Number=${number}|Tense=${tense}`);
  }
  return forms;
}

/** The function words and stems of a language. */
function allForms({ functionWords, stems }: Lexicon): string[] {
  return [...Object.values(functionWords), ...stemKinds.flatMap((kind) => stems[kind])];
}

function words(sentences: readonly Sentence[]): Set<string> {
  return new Set(sentences.flatMap((sentence) => sentence.words));
}

function shareIn(forms: readonly string[], common: ReadonlySet<string>): number {
  return forms.filter((form) => common.has(form)).length / forms.length;
}

describe('a world', () => {
  it('is the same for a seed, and another for another', () => {
    expect(digest(makeWorld(1))).toBe(digest(world));
    expect(digest(makeWorld(2))).not.toBe(digest(world));
  });

  it('has the languages and sentences that it always had', () => {
    const sentences = world.languages.map((language) => generate(world, language, 50, streams.test));
    expect(digest(sentences)).toMatchInlineSnapshot(`"83cfd9292756bfa3"`);
    expect(world.languages.map(({ code, name }) => `${code} ${name}`)).toMatchInlineSnapshot(`
      [
        "qpa Palihi",
        "qgo Goki",
        "qnu Nuhi",
        "qdu Duvuwu",
        "qku Kubita",
        "qro Roga",
        "qca Carena",
        "qmu Muwe",
      ]
    `);
  });

  it('has six pre-trained languages, the first being the source, and two targets', () => {
    const roles = world.languages.map((language) => language.role);
    expect(roles).toEqual(['source', ...Array.from({ length: 5 }, () => 'pretraining'), 'target', 'target']);
  });

  it('gives every language of any seed its sounds, and a code in the range for private use', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { languages } = makeWorld(seed);
        expect(new Set(languages.map((language) => language.code)).size).toBe(8);
        for (const { code, name, sounds } of languages) {
          expect(code).toMatch(/^q[a-t][a-z]$/);
          expect(name).toMatch(/^[A-Z][a-z]{3,5}$/);
          expect(sounds.consonants.length).toSatisfy((n: number) => n >= 9 && n <= 12);
          expect(sounds.vowels.length).toSatisfy((n: number) => n >= 3 && n <= 5);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('gives all languages of any seed different stems, words and suffixes', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const common = new Set<string>();
        const own = new Set<string>();
        for (const { lexicon } of makeWorld(seed).languages) {
          const forms = [
            ...Object.values(lexicon.functionWords),
            ...stemKinds.flatMap((kind) => lexicon.stems[kind]),
          ];
          expect(new Set(forms).size).toBe(forms.length);
          expect(new Set(Object.values(lexicon.suffixes)).size).toBe(suffixes.length);
          for (const form of forms) {
            if (lexicon.common.has(form)) {
              common.add(form);
              continue;
            }
            expect(own.has(form)).toBe(false);
            own.add(form);
          }
        }
        for (const form of common) expect(own.has(form)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('takes from the common stock what is said of it', () => {
    for (const { lexicon } of world.languages) {
      expect(shareIn(Object.values(lexicon.functionWords), lexicon.common)).toBeCloseTo(0.3, 1);
      expect(shareIn(lexicon.stems.name, lexicon.common)).toBe(0.5);
      const stems = (['noun', 'verb', 'adjective', 'adverb'] as const).flatMap((kind) => lexicon.stems[kind]);
      expect(shareIn(stems, lexicon.common)).toBeCloseTo(0.05, 1);
    }
    const without = makeWorld(1, { shares: { functionWords: 0, suffixes: 0, stems: 0, names: 0 } });
    for (const { lexicon } of without.languages) expect(lexicon.common.size).toBe(0);
  });

  it('keeps the number of words, and nearly the ranks and genders of the family', () => {
    expect(functionWords.length).toBe(31);
    for (const { lexicon } of world.languages) {
      for (const kind of stemKinds) {
        expect(lexicon.stems[kind].length).toBe(stemCounts[kind]);
        // The most frequent quarter of the family is among the most frequent half of each language.
        const median = lexicon.weights[kind].toSorted((a, b) => b - a)[stemCounts[kind] / 2];
        for (const weight of lexicon.weights[kind].slice(0, stemCounts[kind] / 4))
          expect(weight).toBeGreaterThan(median);
      }
      const same = lexicon.genders.filter((gender, i) => gender === world.family.genders[i]).length;
      expect(same / lexicon.genders.length).toSatisfy((share: number) => share > 0.65 && share < 0.95);
    }
  });
});

describe('its sentences', () => {
  it('do not depend on how many are made', () => {
    expect(generate(world, targets[0], 40, streams.raw).slice(0, 7)).toEqual(
      generate(world, targets[0], 7, streams.raw),
    );
  });

  it('have 4 to 18 words and use all 13 tags and about 600 forms', () => {
    for (const language of [world.languages[0], ...targets]) {
      const sentences = demoSentences(world, language, 'raw');
      const lengths = sentences.map((sentence) => sentence.words.length);
      expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([4, 18]);
      for (const column of ['tags', 'features'] as const)
        expect(sentences.map((sentence) => sentence[column].length)).toEqual(lengths);
      expect(new Set(sentences.flatMap((sentence) => sentence.tags))).toEqual(new Set(tags));
      expect(words(sentences).size).toSatisfy((n: number) => n > 580 && n < 660);
    }
  });

  it('have no tag that is much more frequent than the others', () => {
    const all = generate(world, targets[1], 1000, streams.test).flatMap((sentence) => sentence.tags);
    const shares = tags.map((tag) => all.filter((other) => other === tag).length / all.length);
    expect(Math.max(...shares)).toBeLessThan(0.23);
    expect(Math.min(...shares)).toBeGreaterThan(0.01);
  });

  it('agree: noun, adjectives and determiner in gender and number, subject and verb in number', () => {
    for (const language of [world.languages[0], ...targets]) {
      const forms = readings(language);
      let verbs = 0;
      for (const { words, tags, features } of generate(world, language, 500, streams.test)) {
        words.forEach((word, i) => {
          const reading = forms.get(word);
          // What a word looks like says what it is.
          if (reading !== undefined) expect([tags[i], features[i]]).toEqual([reading.tag, reading.features]);
          // Neighbours of one noun phrase.
          if (tags[i] === 'ADJ' && tags[i + 1] === 'NOUN') expect(features[i]).toBe(features[i + 1]);
          if (tags[i] === 'DET' && tags[i + 1] === 'NOUN') expect(features[i + 1]).toContain(features[i]);
          // A clause that begins with determiner, noun, verb.
          if (i === 0 && tags.slice(0, 3).join(' ') === 'DET NOUN VERB') {
            verbs++;
            expect(features[2].slice(0, 11)).toBe(features[1].split('|')[1]);
          }
        });
      }
      expect(verbs).toBeGreaterThan(10);
    }
  });

  it('are hardly ever the same in raw text and test', () => {
    for (const target of targets) {
      const test = demoSentences(world, target, 'test');
      expect(countRepeated(test, demoSentences(world, target, 'raw')) / test.length).toBeLessThan(0.015);
    }
    expect(
      countRepeated(
        generate(world, targets[0], 9, streams.test),
        generate(world, targets[0], 9, streams.test),
      ),
    ).toBe(9);
  });

  it('show pre-training no stem of a target but common ones', () => {
    const seen = pretrained.flatMap((language) => [...words(demoSentences(world, language, 'pretraining'))]);
    // Stems have four letters; what is shorter is a function word.
    const stems = new Set(seen.map((word) => word.slice(0, 4)));
    for (const { lexicon } of targets) {
      const shown = allForms(lexicon).filter((form) => stems.has(form));
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.filter((form) => !lexicon.common.has(form))).toEqual([]);
    }
  });
});
