import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { compiledEngine } from '../../src/engine/compiled/compiledEngine.ts';
import { loadRecipe } from '../../src/recipe/load.ts';
import { trainingJob } from '../../src/trainer/job.ts';
import { prepareRun, type PreparedRun } from '../../src/trainer/prepare.ts';
import type { TrainingJob } from '../../src/training/job.ts';
import { memoryBestStore } from '../../src/training/state.ts';
import { shared } from './texts.ts';

/** Tasks of the paper with what there are real data for, on MiniLM. */
export const realTasks = ['pos', 'ner', 'nli', 'americasnli', 'sentiment', 'qa', 'parsing'] as const;
export type RealTask = (typeof realTasks)[number];

const data = (name: string) => join(shared, 'data', name);

interface TaskSetting {
  /** What the peer calls its model (bench/peer/model.py). */
  readonly head: string;
  readonly task: Readonly<Record<string, unknown>>;
  readonly train: string;
  readonly validation: string;
  readonly batchSize: number;
  readonly maxLength: number;
}

const tagging = { head: 'token-classification', batchSize: 8, maxLength: 128 };
const texts = { head: 'sequence-classification', maxLength: 128 };

/** Settings by task; where a table is called `.txt`, its file is a copy in the folder. */
const settings: Readonly<Record<RealTask, (folder: string) => TaskSetting>> = {
  pos: () => ({
    ...tagging,
    task: { type: 'tagging', column: 'upos' },
    train: data('ud/English-EWT/train.conllu'),
    validation: data('ud/English-EWT/dev.conllu'),
  }),
  // There is no training part: the development part stands in for it.
  ner: () => ({
    ...tagging,
    task: { type: 'tagging', column: 'tag' },
    train: data('uner/English-EWT/dev.iob2'),
    validation: data('uner/English-EWT/test.iob2'),
  }),
  nli: (folder) => ({
    ...texts,
    batchSize: 32,
    task: { type: 'classification', text: 'sentence_A', pair: 'sentence_B', label: 'entailment_judgment' },
    train: tableCopy('nli-source/sick-en/train.txt', folder),
    validation: tableCopy('nli-source/sick-en/trial.txt', folder),
  }),
  // There is no training part: the development part of one language stands in for it.
  americasnli: () => ({
    ...texts,
    batchSize: 32,
    task: { type: 'classification', text: 'premise', pair: 'hypothesis', label: 'label' },
    train: data('americasnli/dev/aym.tsv'),
    validation: data('americasnli/dev/gn.tsv'),
  }),
  sentiment: () => ({
    ...texts,
    batchSize: 8,
    task: { type: 'classification', text: 'text', label: 'label' },
    train: data('nusax/english/train.csv'),
    validation: data('nusax/english/test.csv'),
  }),
  qa: () => ({
    head: 'question-answering',
    batchSize: 12,
    maxLength: 256,
    task: { type: 'questionAnswering', stride: 64 },
    train: data('xquad/xquad.en.json'),
    validation: data('xquad/xquad.en.json'),
  }),
  parsing: () => ({
    ...tagging,
    head: 'biaffine',
    task: { type: 'parsing', learnRoots: false, decoding: 'greedy' },
    train: data('ud/English-EWT/train.conllu'),
    validation: data('ud/English-EWT/dev.conllu'),
  }),
};

function tableCopy(name: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, `${name.replaceAll(/\W/g, '-')}.tsv`);
  copyFileSync(data(name), copy);
  return copy;
}

export interface RealTaskOptions {
  readonly steps: { readonly full: number; readonly sparse: number };
  readonly learningRate: number;
  readonly dropout?: number;
  readonly precision?: string;
  readonly seed: number;
  readonly threads: number;
}

export interface RealTaskJob {
  readonly head: string;
  readonly prepared: PreparedRun;
  readonly job: TrainingJob;
  /** The recipe's file. */
  readonly recipe: string;
  readonly setting: Pick<TaskSetting, 'train' | 'validation' | 'batchSize' | 'maxLength'>;
}

/** A recipe of a task on real data, ready to train; its files lie in `folder`. */
export async function realTaskJob(
  task: RealTask,
  folder: string,
  options: RealTaskOptions,
): Promise<RealTaskJob> {
  const setting = settings[task](folder);
  const { head, train, validation, batchSize, maxLength } = setting;
  const recipe = join(folder, `${task}.sft.yaml`);
  const written = {
    kind: 'task',
    base: join(shared, 'models/all-MiniLM-L6-v2'),
    task: setting.task,
    data: { train, validation },
    select: { density: 0.08 },
    full: { steps: options.steps.full, l1: 0 },
    sparse: { steps: options.steps.sparse, l1: 0 },
    optimizer: { learningRate: options.learningRate, batchSize, accumulate: 1, weightDecay: 0 },
    ...(options.dropout === undefined ? {} : { dropout: options.dropout }),
    ...(options.precision === undefined ? {} : { precision: options.precision }),
    maxLength,
    validate: { everySteps: 1_000_000, keepBest: false },
    seed: options.seed,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(recipe, stringify(written));
  const prepared = await prepareRun(await loadRecipe(recipe));
  const { threads } = options;
  const { job } = trainingJob(prepared, {
    engine: compiledEngine({ threads }),
    threads,
    best: memoryBestStore(),
  });
  return { head, prepared, job, recipe, setting };
}
