import { stringify } from 'yaml';
import * as z from 'zod';
import { userError } from '../../core/errors/userError.ts';
import { count } from '../../core/texts.ts';
import type { SftMetadata } from '../../formats/sftMetadata.ts';
import { validationSample } from '../validationSample.ts';

/** What a model card says beside the SFT's own metadata. */
export interface CardFacts {
  /** The repository. */
  readonly id: string;
  /** The base model's name on the Hub, if it is known. */
  readonly base: string | undefined;
  readonly kind: 'language' | 'task' | 'composed';
  /** The SFT's file there. */
  readonly file: string;
  /** Sparse entries. */
  readonly entries: number;
  /** Whether the reference's file lies beside it. */
  readonly hasReference: boolean;
  readonly results: readonly CardResult[];
}

/** A result as `sft evaluate --json` prints it, and on what. */
export interface CardResult {
  readonly data: string;
  readonly metric: string;
  readonly value: number;
  /** Of 95 %. */
  readonly interval: readonly [number, number];
  readonly examples: number;
}

const resultSchema = z.object({
  metric: z.string().max(100),
  value: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  examples: z.int().nonnegative(),
});

/** Reads what `sft evaluate --json` printed. @throws UserError `hub-card` */
export function cardResult(text: string, data: string, file: string): CardResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw userError('hub-card', { reason: 'it is not JSON' }, { file });
  }
  const { success, data: result } = resultSchema.safeParse(value);
  if (success) return { ...result, data };
  throw userError('hub-card', { reason: 'it has no metric, value, interval and examples' }, { file });
}

/** What loads a model for a task in transformers, and what the Hub calls it. */
const classes: Readonly<Record<string, { readonly auto: string; readonly pipeline: string }>> = {
  tagging: { auto: 'AutoModelForTokenClassification', pipeline: 'token-classification' },
  classification: { auto: 'AutoModelForSequenceClassification', pipeline: 'text-classification' },
  questionAnswering: { auto: 'AutoModelForQuestionAnswering', pipeline: 'question-answering' },
};

function classOf(task: string | undefined): (typeof classes)[string] | undefined {
  return task !== undefined && Object.hasOwn(classes, task) ? classes[task] : undefined;
}

/** The model card (README.md) of an SFT, with the head that the Hub reads. */
export function modelCard(metadata: SftMetadata, facts: CardFacts): string {
  const { task, language } = metadata;
  const known = classOf(task);
  const head = {
    ...(facts.base === undefined ? {} : { base_model: facts.base, base_model_relation: 'adapter' }),
    ...(language === undefined ? {} : { language: language.replace(/[-_].*/, '').toLowerCase() }),
    ...(known === undefined ? {} : { pipeline_tag: known.pipeline }),
    tags: [
      'sparse-fine-tuning',
      'lt-sft',
      `sft-${facts.kind}`,
      ...(task === undefined ? [] : [`sft-${task}`]),
    ],
  };
  const sections = [
    `# ${plain(facts.id.split('/').at(-1) ?? facts.id)}`,
    introduction(metadata, facts),
    table([['', ''], ...about(metadata, facts)]),
    '## Results',
    results(metadata, facts),
    '## How to use it',
    usage(metadata, facts),
  ];
  return `---\n${stringify(head)}---\n\n${sections.join('\n\n')}\n`;
}

function introduction({ task, language }: SftMetadata, { kind, base }: CardFacts): string {
  const what = {
    language: `the language ${code(language ?? 'unknown')}`,
    task: `the task ${code(task ?? 'unknown')}${language === undefined ? '' : `, learnt in ${code(language)}`}`,
    composed: 'several languages or tasks, added up',
  }[kind];
  return (
    `A sparse fine-tuning (SFT) of ${base === undefined ? 'a multilingual encoder' : code(base)} for ${what}, ` +
    'made by Lottery Ticket Sparse Fine-Tuning ([LT-SFT](https://aclanthology.org/2022.acl-long.125/), Ansell et al., ACL 2022). ' +
    'It holds the differences to the base model at the few parameters that were trained. Add it to the base, alone or together ' +
    'with others: a task SFT and the SFT of another language give a model for that task in that language.'
  );
}

function about(metadata: SftMetadata, { entries, base, kind }: CardFacts): string[][] {
  const { task, language, labels, density, baseName, baseFingerprint, date, reproducible, parts } = metadata;
  const rows: [string, string | undefined][] = [
    ['kind', kind],
    ['task', task],
    ['language', language],
    ['labels', labels?.join(' ')],
    ['base model', base ?? baseName],
    ['fingerprint of the base (SHA-256)', baseFingerprint],
    ['changed parameters', entries.toLocaleString('en-US')],
    ['density', density === undefined ? undefined : percent(density)],
    ['made of', parts?.map(({ name, coefficient }) => `${name} x ${coefficient}`).join(', ')],
    ['date', date?.slice(0, 10)],
    ['reproducible bit for bit', reproducible === undefined ? undefined : reproducible ? 'yes' : 'no'],
  ];
  return rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, code(value)]]));
}

function results(metadata: SftMetadata, { results: given }: CardFacts): string {
  const { metrics = {}, interval } = metadata;
  const sample = validationSample(metadata);
  const part = sample === undefined ? '' : ` (${count(sample)} examples of it at most)`;
  const measured = given.map(({ data, metric, value, interval: [low, high], examples }) => [
    code(data),
    plain(metric),
    figure(metric, value),
    `${figure(metric, low)} to ${figure(metric, high)}`,
    examples.toLocaleString('en-US'),
  ]);
  const trained = Object.entries(metrics).map(([metric, value]) => [
    `validation data${part}, at the end of training`,
    plain(metric),
    figure(metric, value),
    interval?.metric === metric
      ? `${figure(metric, interval.low)} to ${figure(metric, interval.high)}`
      : 'not measured',
    '',
  ]);
  const rows = [...measured, ...trained];
  if (rows.length === 0) return 'None are given.';
  return table([['data', 'metric', 'value', '95 % interval', 'examples'], ...rows]);
}

/** How a model is made in Python to which an SFT can be applied: its class has the SFT's names of parameters. */
interface PythonModel {
  readonly model: string;
  readonly imports: readonly string[];
  /** Whether the class has the SFT's head. */
  readonly hasHead: boolean;
  /** What one must know of the class. */
  readonly about?: string;
}

function ofTransformers(model: string): string[] {
  return [`from transformers import AutoConfig, ${model}`];
}

function pythonModel(task: string | undefined, kind: CardFacts['kind']): PythonModel {
  const auto = kind === 'language' ? undefined : classOf(task)?.auto;
  if (auto !== undefined) return { model: auto, imports: ofTransformers(auto), hasHead: true };
  if (task === 'parsing') {
    const model = 'TransformerForBiaffineParsing';
    return {
      model,
      imports: ['from transformers import AutoConfig', `from dp.modeling_biaffine import ${model}`],
      hasHead: true,
      about:
        `transformers has no class for a parser. \`${model}\` is that of the code of the paper; it lies in ` +
        '`examples/dependency-parsing`, where Python must be started, and knows BERT alone.',
    };
  }
  if (kind === 'task') {
    const model = 'AutoModelForTokenClassification';
    return {
      model,
      imports: ofTransformers(model),
      hasHead: true,
      about:
        'The file does not say its task. Where the head is one for texts and not for words, the class is ' +
        '`AutoModelForSequenceClassification`; `num_labels` must be the number of its outputs.',
    };
  }
  // The encoder's parameters have the prefix of a model with a head.
  const model = 'AutoModelForMaskedLM';
  return { model, imports: ofTransformers(model), hasHead: false };
}

function usage({ task, labels, baseName }: SftMetadata, facts: CardFacts): string {
  const { id, kind } = facts;
  const base = facts.base ?? baseName ?? 'BASE';
  const hub = facts.base === undefined ? 'path/to/base' : `hf:${facts.base}`;
  const shell = [
    ...(facts.base === undefined ? [] : [`sft pull ${facts.base}`]),
    `sft pull ${id}`,
    `sft evaluate --base ${hub} --sft hf:${id} --data FILE`,
  ];
  const { model, imports, hasHead, about } = pythonModel(task, kind);
  const count = labels === undefined || !hasHead ? '' : `, num_labels=${labels.length}`;
  const python = [
    ...imports,
    'from sft import SFT',
    '',
    `config = AutoConfig.from_pretrained(${JSON.stringify(base)}${count})`,
    `model = ${model}.from_pretrained(${JSON.stringify(base)}, config=config)`,
    `SFT(${JSON.stringify(id)}).apply(model${hasHead ? '' : ', with_abs=False'})`,
  ];
  const there = 'With the [code of the paper](https://github.com/cambridgeltl/composable-sft)';
  return [
    'In SFT Studio, or with its command line:',
    fence('sh', shell),
    facts.hasReference
      ? `${there}, which reads \`pytorch_diff.bin\`:`
      : `${there}, after \`sft convert ${facts.file} FOLDER\` (then name that folder in the last line):`,
    ...(about === undefined ? [] : [about]),
    fence('python', python),
  ].join('\n\n');
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

/** Losses and perplexities as they are, all else in percent. */
function figure(metric: string, value: number): string {
  return metric === 'loss' || metric === 'perplexity' ? value.toFixed(3) : percent(value);
}

function table([heading, ...rows]: readonly (readonly string[])[]): string {
  const lines = [heading, heading.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function fence(language: string, lines: readonly string[]): string {
  return [
    '```' + language,
    ...lines.map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll('```', '')),
    '```',
  ].join('\n');
}

/** Text of a file as text alone, in a table too. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll(/[`|]/g, "'")}\``;
}

function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_{}[\]()<>#|!]/g, String.raw`\$&`);
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 2000 ? `${line.slice(0, 2000)}...` : line;
}
