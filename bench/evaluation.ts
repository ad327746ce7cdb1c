import { join } from 'node:path';
import { maskForEvaluation } from '../src/trainer/languageData.ts';
import { languageExamples } from '../src/data/language.ts';
import type { Example } from '../src/data/example.ts';
import { compiledEngine } from '../src/engine/compiled/compiledEngine.ts';
import { loadConllu } from '../src/formats/conllu.ts';
import { maskedLanguageModelling } from '../src/model/heads/maskedLanguageModelling.ts';
import { loadBase, type Base } from '../src/trainer/base.ts';
import type { EvaluationData } from '../src/trainer/evaluator/evaluationData.ts';
import { newWarmModel } from '../src/trainer/evaluator/warmModel.ts';
import { trainingLabels } from '../src/trainer/taggingData.ts';
import { tagging } from '../src/trainer/tasks/tagging.ts';
import { predictLosses } from '../src/training/predictions.ts';
import { scoreLosses } from '../src/training/evaluation.ts';
import { median } from './statistics.ts';
import { startPeer } from './support/peer.ts';
import { padded, shared } from './support/texts.ts';

export interface EvaluationTiming {
  readonly task: 'tagging' | 'mlm';
  /** How the reference's batches of 8 are made. */
  readonly order: 'file order' | 'sorted by length';
  readonly tokens: number;
  readonly seconds: number;
  readonly peerSeconds: number | null;
  /** Median of the pairs' ratios. */
  readonly ratio: number | null;
}

const FOLDER = join(shared, 'models/all-MiniLM-L6-v2');
const FILE = join(shared, 'data/ud/English-EWT/dev.conllu');
const SENTENCES = 400;
const BLOCKS = 32;
const BATCH = 8;
const REPEATS = 5;

/**
 * Whole evaluations of MiniLM with a fresh head, forward pass and choice of labels alone (no reading, no tokenizing), ours and the
 * peer's in turn on the same examples: ours packed, the peer's in padded batches of 8.
 */
export async function timeEvaluation(
  python: string | undefined,
  threads: number,
): Promise<EvaluationTiming[]> {
  const base = await loadBase(FOLDER);
  const timings: EvaluationTiming[] = [];
  for (const task of ['tagging', 'mlm'] as const) {
    const data = task === 'tagging' ? await taggingFile(base) : await languageFile(base);
    timings.push(...(await timeTask(base, task, data, { python, threads })));
  }
  return timings;
}

async function timeTask(
  base: Base,
  task: EvaluationTiming['task'],
  data: EvaluationData,
  { python, threads }: { readonly python: string | undefined; readonly threads: number },
): Promise<EvaluationTiming[]> {
  const chosen = [...data.inputs.keys()].slice(0, task === 'tagging' ? SENTENCES : BLOCKS);
  const examples = chosen.map((e) => data.inputs[e]);
  const model = newWarmModel(base, compiledEngine({ threads }));
  const { predictor, weights } = await model.ready(data);
  const ours = async (): Promise<number> => {
    const began = performance.now();
    await data.predict(predictor, weights, chosen, () => Promise.resolve());
    return (performance.now() - began) / 1000;
  };
  const peer = python === undefined ? undefined : startPeer(python);
  await peer?.call('setup', {
    folder: FOLDER,
    head: task === 'mlm' ? 'mlm' : 'token-classification',
    labels: data.outputs,
    threads,
  });
  // Graphs are compiled and memory is touched once.
  await ours();
  const orders =
    task === 'tagging' ? (['file order', 'sorted by length'] as const) : (['file order'] as const);
  const timings: EvaluationTiming[] = [];
  for (const order of orders) {
    const batches = batchesOf(order === 'file order' ? examples : sorted(examples)).map(padded);
    const mine: number[] = [];
    const theirs: number[] = [];
    await peer?.call('evaluate', { batches: batches.slice(0, 4) });
    for (let i = 0; i < REPEATS; i++) {
      mine.push(await ours());
      const reply = await peer?.call<{ seconds: number }>('evaluate', { batches });
      if (reply !== undefined) theirs.push(reply.seconds);
    }
    timings.push({
      task,
      order,
      tokens: examples.reduce((sum, { ids }) => sum + ids.length, 0),
      seconds: median(mine),
      peerSeconds: theirs.length > 0 ? median(theirs) : null,
      ratio: theirs.length > 0 ? median(theirs.map((one, i) => one / mine[i])) : null,
    });
  }
  await peer?.quit();
  await model.release();
  return timings;
}

async function taggingFile(base: Base): Promise<EvaluationData> {
  const labels = await trainingLabels([FILE], { column: 'upos' });
  const options = { data: FILE, column: 'upos' as const };
  return tagging.evaluation({ base, labels, written: undefined, maxLength: 512, options });
}

async function languageFile({ tokenizer, config }: Base): Promise<EvaluationData> {
  const lines = (await loadConllu(FILE)).map(({ words }) => words.map(({ form }) => form).join(' '));
  const blocks = languageExamples(lines, tokenizer, { blockSize: 256, file: FILE });
  const examples = maskForEvaluation(blocks, 0.15, tokenizer);
  return {
    head: maskedLanguageModelling(true),
    outputs: config.vocabSize,
    examples: examples.length,
    inputs: examples,
    notes: [],
    predict: (predictor, weights, chosen, between) =>
      predictLosses(predictor, weights, examples, chosen, between),
    score: (_, predictions) => scoreLosses(predictions),
  };
}

function batchesOf(examples: readonly Example[]): Example[][] {
  return Array.from({ length: Math.ceil(examples.length / BATCH) }, (_, b) =>
    examples.slice(b * BATCH, (b + 1) * BATCH),
  );
}

function sorted(examples: readonly Example[]): Example[] {
  return examples.toSorted((a, b) => b.ids.length - a.ids.length);
}
