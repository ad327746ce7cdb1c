import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventSft, type InventedSft } from '../../../test/support/inventSft.ts';
import { runOnnx, type OnnxOutput } from '../../../test/support/runOnnx.ts';
import {
  conlluText,
  inventSentences,
  writeTinyBase,
  writeTinyXlmR,
} from '../../../test/support/tinyWorkspace.ts';
import { pickHead } from '../../core/composition.ts';
import { universalRelations } from '../../data/parsing.ts';
import type { Example } from '../../data/example.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import type { Engine } from '../../engine/engine.ts';
import { exportModel } from '../../library/exportModel.ts';
import { loadTerms } from '../../library/terms.ts';
import { biaffine } from '../../model/heads/biaffine.ts';
import { maskedLanguageModelling } from '../../model/heads/maskedLanguageModelling.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import type { Predictor } from '../../training/predictor.ts';
import type { Weights } from '../../training/weights.ts';
import { loadBase } from '../base.ts';
import { dataForHead } from './headTask.ts';
import { newWarmModel } from './warmModel.ts';

/** A task's SFT, a file of its data, and what the model that comes of it is called. */
interface Case {
  readonly sft: Omit<InventedSft, 'seed'>;
  readonly data: string;
  readonly class: string;
  /** What its outputs are called, by which other software finds them. */
  readonly outputs: readonly string[];
}

const LINES = 'kind: language\nbase: ./x\nlanguage: xx\ndata: { text: x.txt }\nmlm: { lines: true }\n';

const tags = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
const cases: Record<string, Case> = {
  tagging: {
    sft: { labels: tags, head: tokenClassification },
    data: 'dev.conllu',
    class: 'ForTokenClassification',
    outputs: ['logits'],
  },
  classification: {
    sft: {
      labels: ['bad', 'good', 'none'],
      head: sequenceClassification,
      pooler: true,
      metadata: { task: 'nli' },
    },
    data: 'pairs.tsv',
    class: 'ForSequenceClassification',
    outputs: ['logits'],
  },
  'question answering': {
    sft: { labels: ['start', 'end'], head: questionAnswering, metadata: { task: 'qa', labels: undefined } },
    data: 'questions.json',
    class: 'ForQuestionAnswering',
    outputs: ['start_logits', 'end_logits'],
  },
  'language modelling': {
    sft: {
      labels: ['piece'],
      head: maskedLanguageModelling(true),
      // A line an input, so that lengths differ.
      metadata: { kind: 'language', task: undefined, labels: undefined, recipe: LINES },
    },
    data: 'dev.txt',
    class: 'ForMaskedLM',
    outputs: ['logits'],
  },
  parsing: {
    sft: {
      labels: universalRelations,
      head: biaffine,
      pooler: true,
      metadata: { task: 'parsing', labels: [...universalRelations] },
    },
    data: 'dev.conllu',
    class: 'ForBiaffineParsing',
    outputs: ['arc_scores', 'relation_scores'],
  },
};

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft-exported-'));
  await writeTinyBase(join(folder, 'bert'), 1);
  await writeTinyXlmR(join(folder, 'xlm-roberta'), 2);
  const sentences = inventSentences(9, 3);
  const texts = sentences.map((words) => words.map(({ form }) => form).join(' '));
  // A word of which the tokenizer makes nothing keeps its place among the words.
  const hollow = { ...sentences[2][1], form: '\u00ad' };
  const withHollow = sentences.map((words, i) => (i === 2 ? words.with(1, hollow) : words));
  writeFileSync(join(folder, 'dev.conllu'), conlluText(withHollow));
  writeFileSync(join(folder, 'dev.txt'), `${texts.join('\n')}\n`);
  const pairs = texts.slice(1).map((text, i) => `${texts[i]}\t${text.slice(0, 12)}\tgood\n`);
  writeFileSync(join(folder, 'pairs.tsv'), `premise\thypothesis\tlabel\n${pairs.join('')}`);
  const paragraphs = texts.slice(0, 4).map((context, i) => {
    const [text] = context.split(' ');
    return { context, qas: [{ id: `q${i}`, question: texts[i + 1], answers: [{ text, answer_start: 0 }] }] };
  });
  writeFileSync(
    join(folder, 'questions.json'),
    JSON.stringify({ version: '1.1', data: [{ title: 'x', paragraphs }] }),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What 32-bit sums lose, relative to the range of the scores: those of invented parsers lie in the hundreds. */
const FLOATS = 1e-6;

describe('a composed model, exported as ONNX, says in a plain session what we say of the same composition', () => {
  for (const type of ['bert', 'xlm-roberta']) {
    for (const [name, { sft, data: file, class: role, outputs: named }] of Object.entries(cases)) {
      it(`${type}, ${name}`, async () => {
        const base = join(folder, type);
        const path = (what: string) => join(folder, `${type} ${name} ${what}`);
        const task = await inventSft(base, path('task.sft.safetensors'), { seed: 11, scale: 0.3, ...sft });
        const language = await inventSft(base, path('language.sft.safetensors'), { seed: 12, scale: 0.3 });
        const references = [
          { sft: task, coefficient: 1.25 },
          { sft: language, coefficient: 0.75 },
        ];
        const out = path('exported');
        const { architecture } = await exportModel(base, references, out, { format: 'onnx' });
        expect(architecture.endsWith(role)).toBe(true);

        const loaded = await loadBase(base);
        const terms = await loadTerms(references);
        const data = await dataForHead(loaded, pickHead(terms, {}), { data: join(folder, file) });
        const { inputs, outputs, head } = data;
        expect(new Set(inputs.map(({ ids }) => ids.length)).size).toBeGreaterThan(1);
        if (head.reads === 'words') expect(inputs.some(hasHollowWord)).toBe(true);
        const found = await runOnnx(join(out, 'onnx/model.onnx'), inputs, loaded.config.padTokenId);
        expect(Object.keys(found)).toEqual(named);

        const recorder = recordingEngine();
        const model = newWarmModel(loaded, recorder.engine);
        model.set(terms, {});
        const { predictor, weights } = await model.ready(data);
        const read = readerOf(found, head.reads, outputs);
        const compared =
          head.reads === 'words'
            ? await compareParses(predictor, weights, inputs, found, recorder.relations)
            : await compareLogits(predictor, weights, inputs, read);
        expect(compared.count).toBeGreaterThan(20);
        expect(compared.spread).toBeGreaterThan(0.01);
        expect(compared.worst).toBeLessThan(Math.max(1e-5, FLOATS * compared.spread));
        await model.release();
        const { id2label } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as {
          id2label?: object;
        };
        const labelled = ['tagging', 'classification', 'parsing'].includes(name);
        expect(Object.values(id2label ?? {})).toEqual(labelled ? sft.labels : []);
      });
    }
  }
});

function hasHollowWord({ words }: Example): boolean {
  return words?.some((from, i) => from === words[i + 1]) === true;
}

interface Compared {
  /** Scores that were compared, the greatest difference, and how far the scores themselves lie from one another. */
  readonly count: number;
  readonly worst: number;
  readonly spread: number;
}

function compare(pairs: readonly (readonly [number, number])[]): Compared {
  const own = pairs.map(([value]) => value);
  return {
    count: pairs.length,
    // Where one of them is no number, neither is this.
    worst: pairs.reduce((worst, [a, b]) => Math.max(worst, Math.abs(a - b)), 0),
    spread: own.reduce((a, b) => Math.max(a, b)) - own.reduce((a, b) => Math.min(a, b)),
  };
}

type Reader = (example: number, piece: number, output: number) => number;

/** A score of an example, among the outputs of a padded batch. */
function readerOf(found: Record<string, OnnxOutput>, reads: string, outputs: number): Reader {
  if (reads === 'spans') {
    const sides = [found.start_logits, found.end_logits];
    return (e, piece, side) => sides[side].data[e * sides[side].dims[1] + piece];
  }
  if (reads === 'first') return (e, _, output) => found.logits.data[e * outputs + output];
  return (e, piece, output) => found.logits.data[(e * found.logits.dims[1] + piece) * outputs + output];
}

async function compareLogits(
  predictor: Predictor,
  weights: Weights,
  inputs: readonly Example[],
  read: Reader,
): Promise<Compared> {
  const pairs: [number, number][] = [];
  await predictor.logits(weights, inputs, (e, piece, logits) =>
    logits.forEach((value, output) => pairs.push([value, read(e, piece, output)])),
  );
  return compare(pairs);
}

/** Sentence by sentence, with each head in turn, so that the relations to all are found. */
async function compareParses(
  predictor: Predictor,
  weights: Weights,
  inputs: readonly Example[],
  { arc_scores: arcs, relation_scores: relations }: Record<string, OnnxOutput>,
  recorded: Float32Array[],
): Promise<Compared> {
  const longest = Math.max(...inputs.map(({ words }) => (words?.length ?? 1) - 1));
  const count = universalRelations.length;
  expect(arcs.dims).toEqual([inputs.length, longest, longest + 1]);
  expect(relations.dims).toEqual([...arcs.dims, count]);
  const pairs: [number, number][] = [];
  for (const [e, input] of inputs.entries()) {
    const words = (input.words?.length ?? 1) - 1;
    const at = (word: number, head: number) => (e * longest + word) * (longest + 1) + head;
    recorded.length = 0;
    await predictor.parse(weights, [input], (_, scores) => {
      scores.forEach((score, i) => {
        pairs.push([score, arcs.data[at(Math.floor(i / (words + 1)), i % (words + 1))]]);
      });
      return Array.from({ length: words + 1 }, (__, head) => new Int32Array(words).fill(head));
    });
    expect(recorded).toHaveLength(words + 1);
    recorded.forEach((scores, head) => {
      for (let word = 0; word < words; word++)
        for (let relation = 0; relation < count; relation++)
          pairs.push([
            // The root is the first candidate.
            scores[(word + 1) * count + relation],
            relations.data[at(word, head) * count + relation],
          ]);
    });
  }
  return compare(pairs);
}

/** An engine that keeps the scores of relations, which a predictor gives as the best alone. */
function recordingEngine(): { readonly engine: Engine; readonly relations: Float32Array[] } {
  const engine = compiledEngine({ threads: 1 });
  const relations: Float32Array[] = [];
  return {
    relations,
    engine: {
      ...engine,
      async compile(spec) {
        const executable = await engine.compile(spec);
        return {
          release: () => executable.release(),
          async run(feeds, results, options) {
            await executable.run(feeds, results, options);
            if ('relations' in results) relations.push(results.relations.slice());
          },
        };
      },
    },
  };
}
