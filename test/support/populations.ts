import { answerWords } from '../../src/core/answerNormalization.ts';
import { answerCounts, answerF1Of, exactMatchOf } from '../../src/core/metrics/answers.ts';
import { classUnits } from '../../src/core/metrics/classes.ts';
import { perplexityOf } from '../../src/core/metrics/languageModel.ts';
import { attachmentCounts, lasOf, uasOf } from '../../src/core/metrics/parsing.ts';
import { spanCounts, spanF1Of } from '../../src/core/metrics/spans.ts';
import { accuracyCounts, accuracyOf, macroF1Counts, macroF1Of } from '../../src/core/metrics/tagging.ts';
import { hash32, normal, uniform } from '../../src/core/random.ts';
import { type CountTable, countTable, sumRows } from '../../src/core/statistics/countTable.ts';
import { normalQuantile } from '../../src/core/statistics/normalDistribution.ts';
import type { Score } from '../../src/core/statistics/systems.ts';
import { unitRows } from '../../src/core/statistics/unitRows.ts';

/**
 * All the units that there are of a task, as several models answer them. A sample of it is drawn with replacement, so its true
 * figure is that of all units, exactly, whatever the metric.
 */
export interface Population {
  readonly score: Score;
  /** Counts of the same units, by model. */
  readonly models: readonly CountTable[];
}

/** How good a model is: 0 on average, in logits; and which language it reads. */
export interface Invented {
  readonly models: number;
  /** Standard deviation of the models' quality. */
  readonly deviation?: number;
  readonly language?: number;
}

const UNITS = 2000;

/** Invents a population of the named metric: units differ in size and difficulty, which all models feel. */
export const populations = {
  accuracy: (invented) => population(invented, accuracyOf, (model) => accuracyCounts(words(model))),
  macroF1: (invented) => population(invented, macroF1Of, (model) => macroF1Counts(words(model), labels)),
  spanF1: (invented) => population(invented, spanF1Of, (model) => spanCounts(spans(model))),
  uas: (invented) => population(invented, uasOf, (model) => attachmentCounts(trees(model))),
  las: (invented) => population(invented, lasOf, (model) => attachmentCounts(trees(model))),
  exactMatch: (invented) => population(invented, exactMatchOf, paragraphs),
  answerF1: (invented) => population(invented, answerF1Of, paragraphs),
  pairs: (invented) => population(invented, macroF1Of, premises),
  perplexity: (invented) => population(invented, perplexityOf, blocks),
} satisfies Record<string, (invented: Invented) => Population>;

/** Texts with one of two labels, of which a model takes this share for the other. */
export function textPopulation(wrong: number): Population {
  const gold = unitNumbers.map((unit) => (uniform(1, unit) < 0.5 ? 0 : 1));
  const predicted = gold.map((label, unit) => (unit < wrong * UNITS ? 1 - label : label));
  return {
    score: accuracyOf,
    models: [countTable(accuracyCounts(classUnits(gold, predicted)))],
  };
}

/** A model's true figure. */
export function truth({ score, models }: Population, model = 0): number {
  return score(sumRows(models[model]));
}

/** Numbers of so many units, drawn with replacement. */
export function drawn(units: number, world: number, file = 0): Int32Array {
  const seed = hash32(world, file, 77);
  return Int32Array.from({ length: units }, (_, draw) => Math.floor(uniform(seed, draw) * UNITS));
}

/** The chosen units of a model. */
export function sampleOf({ width, rows }: CountTable, chosen: Int32Array): CountTable {
  const found = new Float64Array(chosen.length * width);
  for (const [i, unit] of chosen.entries())
    found.set(rows.subarray(unit * width, (unit + 1) * width), i * width);
  return { units: chosen.length, width, rows: found };
}

/**
 * The chosen units of as many systems as there are models, each unit's counts dealt out to the systems at random: so none is
 * better than another, whatever the models are.
 */
export function dealt(models: readonly CountTable[], chosen: Int32Array, world: number): CountTable[] {
  const tables = models.map((model) => sampleOf(model, chosen));
  const [{ width }] = tables;
  for (let unit = 0; unit < chosen.length; unit++) {
    for (let i = tables.length - 1; i > 0; i--) {
      const j = Math.floor(uniform(world, unit, i, 5) * (i + 1));
      for (let at = unit * width; at < (unit + 1) * width; at++) {
        const kept = tables[i].rows[at];
        tables[i].rows[at] = tables[j].rows[at];
        tables[j].rows[at] = kept;
      }
    }
  }
  return tables;
}

interface Model {
  readonly seed: number;
  readonly language: number;
  readonly quality: number;
}

function population(
  { models, deviation = 0, language = 0 }: Invented,
  score: Score,
  counts: (model: Model) => Float64Array[],
): Population {
  return {
    score,
    models: Array.from({ length: models }, (_, m) => {
      // A model is good or bad in all languages, and in each a little on its own.
      const rank = normalQuantile((m + 0.5) / models);
      const quality = deviation * (rank + 0.5 * normal(92, m, language)) - 0.3 * language;
      return countTable(counts({ seed: hash32(90, m, language), language, quality }));
    }),
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const unitNumbers = numbers(UNITS);
const labels = numbers(6);
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** How probably a model gets a part of a unit right. */
const skill = ({ language, quality }: Model, unit: number, mean: number) =>
  logistic(mean + quality + 0.7 * normal(2 + language, unit));

/** Sentences of 1 to 15 words, some of whose six labels are rare. */
function words(model: Model) {
  return unitNumbers.map((unit) => {
    const of = hash32(3, unit, model.language);
    const right = skill(model, unit, 1.2);
    const gold = numbers(1 + Math.floor(15 * uniform(of, 0))).map((word) =>
      Math.floor(labels.length * uniform(of, 1, word) ** 2),
    );
    const predicted = gold.map((label, word) =>
      uniform(model.seed, unit, word) < right ? label : (label + 1) % labels.length,
    );
    return { gold, predicted };
  });
}

/** Sentences of up to four names, which a model finds, cuts off or overlooks; now and then it sees one where there is none. */
function spans(model: Model) {
  return unitNumbers.map((unit) => {
    const of = hash32(4, unit, model.language);
    const right = skill(model, unit, 1.2);
    const gold = ['O'];
    const predicted = [uniform(model.seed, unit, 99) < 0.15 ? 'B-LOC' : 'O'];
    for (const span of numbers(Math.floor(4.5 * uniform(of, 0)))) {
      const type = uniform(of, 1, span) < 0.6 ? 'PER' : 'ORG';
      const found = uniform(model.seed, unit, span);
      gold.push(`B-${type}`, `I-${type}`, 'O');
      const whole = found < right;
      const seen = found < (1 + right) / 2;
      predicted.push(seen ? `B-${type}` : 'O', whole ? `I-${type}` : 'O', 'O');
    }
    return { gold, predicted };
  });
}

function trees(model: Model) {
  return unitNumbers.map((unit) => {
    const of = hash32(5, unit, model.language);
    const right = skill(model, unit, 1);
    const all = numbers(1 + Math.floor(15 * uniform(of, 0)));
    const goldHeads = all.map((word) => Math.floor((all.length + 1) * uniform(of, 1, word)));
    const goldRelations = all.map((word) => Math.floor(9 * uniform(of, 2, word)));
    const said = (gold: number, word: number, kinds: number, what: number) =>
      uniform(model.seed, unit, word, what) < right ? gold : (gold + 1) % kinds;
    return {
      goldHeads,
      goldRelations,
      heads: goldHeads.map((head, word) => said(head, word, all.length + 1, 1)),
      relations: goldRelations.map((relation, word) => said(relation, word, 9, 2)),
    };
  });
}

const wordsOf = answerWords('en');
const vocabulary = ['red', 'house', 'river', '1990', 'king', 'north', 'winter', 'old'];

/** Paragraphs with one to five questions each, which are answered rightly, in part or not at all. */
function paragraphs(model: Model): Float64Array[] {
  const asked = unitNumbers.flatMap((unit) => {
    const of = hash32(6, unit, model.language);
    const right = skill(model, unit, 0.3);
    return numbers(1 + Math.floor(5 * uniform(of, 0))).map((question) => {
      const answer = numbers(1 + Math.floor(4 * uniform(of, 1, question))).map(
        (word) => vocabulary[hash32(of, 2, question, word) % vocabulary.length],
      );
      const found = uniform(model.seed, unit, question);
      const part = found < (1 + right) / 2 ? [...answer.slice(1), 'moon'] : ['moon'];
      const predicted = (found < right ? answer : part).join(' ');
      return { unit, predicted, answers: [answer.join(' ')] };
    });
  });
  return unitRows(
    answerCounts(asked, wordsOf),
    asked.map(({ unit }) => unit),
  );
}

/** Premises with one to three hypotheses each, of three labels. */
function premises(model: Model): Float64Array[] {
  const all = unitNumbers.flatMap((unit) => {
    const of = hash32(7, unit, model.language);
    const right = skill(model, unit, 0.8);
    return numbers(1 + Math.floor(3 * uniform(of, 0))).map((pair) => {
      const gold = Math.floor(3 * uniform(of, 1, pair));
      return { unit, gold, predicted: uniform(model.seed, unit, pair) < right ? gold : (gold + 1) % 3 };
    });
  });
  const units = classUnits(
    all.map(({ gold }) => gold),
    all.map(({ predicted }) => predicted),
  );
  return unitRows(
    macroF1Counts(units, [0, 1, 2]),
    all.map(({ unit }) => unit),
  );
}

/** Blocks of 10 to 40 masked pieces, with losses of a long tail. */
function blocks(model: Model): Float64Array[] {
  return unitNumbers.map((unit) => {
    const of = hash32(8, unit, model.language);
    const pieces = 10 + Math.floor(30 * uniform(of, 0));
    const hard = 0.3 * normal(9 + model.language, unit) - model.quality;
    let sum = 0;
    for (let piece = 0; piece < pieces; piece++)
      sum += 2.5 * Math.exp(hard + 0.9 * normal(of, piece) + 0.2 * normal(model.seed, unit, piece));
    return Float64Array.of(sum, pieces);
  });
}
