import { type KindDefaults, kindDefaults, type Script } from '../scripts.ts';
import type { Kind, Metric, Phase, Task } from '../types.ts';
import type { Field } from './fields.ts';

/** What decides which defaults a recipe has. */
export interface RecipeSort {
  readonly kind: Kind | undefined;
  readonly preset: 'quick' | undefined;
  /** What a task is; undefined for languages, and where it is not said. */
  readonly task: Task['type'] | undefined;
  /** The example script of the reference whose settings are the defaults. */
  readonly script: Script | undefined;
  /** By which metrics a task can be judged; undefined for languages, and where it is not said which of them it is. */
  readonly metrics?: readonly Metric[];
}

/** The sentence with which a field's description names its default. */
const sentence = /\s*Default: (.+?)\.$/;
const none = 'none';

/**
 * The default of a field in words: the value that this sort of recipe gets, or what it depends on; otherwise what
 * the description says.
 */
export function defaultOf(field: Field, { script, preset }: RecipeSort): string | undefined {
  const computed =
    script !== undefined && Object.hasOwn(byScript, field.address)
      ? byScript[field.address](kindDefaults(script, preset))
      : undefined;
  return computed ?? sentence.exec(field.description)?.[1];
}

/** A field's description without its default. */
export function describe({ description }: Field): string {
  return description.replace(sentence, '');
}

/** A value to start from, as it is written in a recipe: the default where it is a value, a usual one elsewhere. */
export function exampleOf(field: Field, sort: RecipeSort): string | undefined {
  const given = defaultOf(field, sort);
  if (given !== undefined && /^(true|false|[\d.]+(e-?\d+)?|\[.*\]|[a-zA-Z]+\d?)$/.test(given)) {
    if (/^[\d.[]/.test(given) || field.choices.includes(given)) return given;
  }
  return Object.hasOwn(usual, field.address) ? usual[field.address] : undefined;
}

type FromScript = Readonly<Record<string, (script: KindDefaults) => string>>;

const byScript: FromScript = {
  ...ofPhase('full'),
  ...ofPhase('sparse'),
  ...ofOptimizer(),
  freeze: ({ freeze }) => `[${freeze.join(', ')}]`,
  maxLength,
  'mlm.blockSize': maxLength,
  'validate.everySteps': ({ validateEvery }) => (validateEvery === null ? 'an epoch' : `${validateEvery}`),
  'validate.sample': ({ sample }) => (sample === null ? 'all' : `${sample}`),
  'report.everySteps': ({ reportEvery }) => `${reportEvery}`,
};

function ofPhase(phase: 'full' | 'sparse'): FromScript {
  const fields = ['epochs', 'minSteps', 'maxSteps', 'l1'] satisfies (keyof Phase)[];
  return Object.fromEntries(
    fields.map((name) => [`${phase}.${name}`, (script) => number(script[phase][name])]),
  );
}

function ofOptimizer(): FromScript {
  const fields = [
    'learningRate',
    'batchSize',
    'accumulate',
    'warmupSteps',
    'weightDecay',
    'maxGradNorm',
  ] satisfies (keyof KindDefaults['optimizer'])[];
  return Object.fromEntries(
    fields.map((name) => [`optimizer.${name}`, ({ optimizer }) => number(optimizer[name])]),
  );
}

function maxLength({ maxLength }: KindDefaults): string {
  return maxLength === null
    ? 'what the base model takes'
    : `${maxLength}, or what the base model takes where that is less`;
}

function number(value: number | null): string {
  if (value === null) return none;
  if (value === 0 || value >= 0.001) return String(value);
  // YAML readers of version 1.1 take an exponent for a number only after a point.
  return value.toExponential().replace(/^(\d)e/, '$1.0e');
}

/** Where a default is no value: what one might write. */
const usual: Readonly<Record<string, string>> = {
  'select.density': '0.08',
  'select.k': '7667712',
  'full.steps': '1000',
  'full.minSteps': '1000',
  'full.maxSteps': '10000',
  'full.epochs': '3',
  'full.l1': '0.1',
  'full.stopAfter': '1000',
  'sparse.steps': '1000',
  'sparse.minSteps': '1000',
  'sparse.maxSteps': '10000',
  'sparse.epochs': '10',
  'sparse.l1': '0.1',
  'optimizer.batchSize': '8',
  'optimizer.accumulate': '1',
  dropout: '0.1',
  'dropout.hidden': '0.1',
  'dropout.attention': '0.1',
  'dropout.head': '0.1',
  precision: 'mixed',
  'validate.everySteps': '250',
  'validate.everyEpochs': '1',
  'validate.sample': '200',
  'checkpoint.everySteps': '1000',
  maxLength: '128',
  'mlm.blockSize': '256',
  'task.text': 'text',
  'task.pair': 'hypothesis',
  'task.label': 'label',
  'task.stride': '128',
};
