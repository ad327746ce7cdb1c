/**
 * Writes docs/scale.md's tables from what bench/RESULTS.md has measured: node bench/scale.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { phaseSteps } from '../src/recipe/length.ts';
import { kindDefaults, type Script } from '../src/recipe/scripts.ts';

const page = resolve(import.meta.dirname, '../docs/scale.md');
const results = resolve(import.meta.dirname, 'RESULTS.md');
const between = /(<!-- tables -->\n)[\s\S]*(<!-- end of tables -->)/;

/** Seconds of the two kinds of steps. */
interface StepSeconds {
  readonly full: number;
  readonly sparse: number;
}

/** What one SFT costs. */
interface Work {
  readonly name: string;
  readonly steps: { readonly full: number; readonly sparse: number };
  /** On two threads of the machine of RESULTS.md. */
  readonly seconds: number;
  /** Whether a step of this very kind was measured. */
  readonly measured: boolean;
}

const DAY = 86_400;
/** Examples of the usual training data: English-EWT, CoNLL 2003, MNLI. */
const EXAMPLES = { treebank: 12_543, names: 14_041, inference: 392_702 };
/** Word pieces of a batch of 32 pairs of MNLI, about. */
const PAIR_TOKENS = 1280;
const NODES = 20;
/** Entries of mBERT. A checkpoint of a full phase holds at most three numbers for each: value and both moments. */
const PARAMETERS = 178e6;

/** Seconds of a row of the first table of RESULTS.md. */
function measured(text: string, step: string): StepSeconds {
  const of = (phase: string) => {
    const row = new RegExp(`^\\| ${step} +\\| ${phase} +\\| +(?:[\\d,]+ +\\| +)+([\\d.]+) s`, 'm').exec(text);
    if (row === null) throw new Error(`RESULTS.md has no row "${step}", ${phase}.`);
    return Number(row[1]);
  };
  return { full: of('full'), sparse: of('sparse') };
}

function work(
  name: string,
  script: Script,
  examples: number,
  step: StepSeconds,
  isMeasured: boolean,
  factor = 1,
): Work {
  const { full, sparse, optimizer } = kindDefaults(script, undefined);
  const length = (phase: typeof full) =>
    phaseSteps(phase, examples, optimizer.batchSize, optimizer.accumulate);
  const steps = { full: length(full), sparse: length(sparse) };
  const seconds = factor * (steps.full * step.full + steps.sparse * step.sparse);
  return { name, steps, seconds, measured: isMeasured };
}

/** The tables, as Markdown. */
export function scaleTables(text: string): string {
  const mlm = measured(text, 'mBERT MLM with L1');
  const tagging = measured(text, 'mBERT tagging');
  // A step of the language script is two batches of 1,024 word pieces.
  const languages = [
    work('language, little text (10,000 steps a phase)', 'language', 1, mlm, true, 2),
    work('language, much text (100,000 steps a phase)', 'language', 1e9, mlm, true, 2),
  ];
  const tasks = [
    work('part of speech', 'tagging', EXAMPLES.treebank, tagging, true),
    work('names', 'tagging', EXAMPLES.names, tagging, true),
    work('dependencies', 'parsing', EXAMPLES.treebank, tagging, false),
    work('inference', 'pairs', EXAMPLES.inference, mlm, false, PAIR_TOKENS / 1024),
  ];
  const taskSeconds = tasks.reduce((sum, { seconds }) => sum + seconds, 0);
  const matrices = [
    ["the paper's: 35 languages, 4 tasks", 35],
    ['the published: 63 languages, 4 tasks', 63],
  ] as const;
  const checkpoint = 3 * 4 * PARAMETERS;
  return [
    table(
      ['an SFT of mBERT', 'full phase', 'sparse phase', 'laptop'],
      [...languages, ...tasks].map(({ name, steps, seconds, measured: isMeasured }) => [
        name,
        `${count(steps.full)} steps`,
        `${count(steps.sparse)} steps`,
        `${days(seconds)}${isMeasured ? '' : ' (reckoned)'}`,
      ]),
    ),
    table(
      ['matrix', 'text', 'laptop', 'one GPU', `${NODES} nodes`],
      matrices.flatMap(([name, number]) =>
        languages.map(({ name: kind, seconds }) => [
          name,
          kind.includes('little') ? 'little' : 'much',
          days(number * seconds + taskSeconds),
          'not measured',
          days(
            Math.max((number * seconds + taskSeconds) / NODES, seconds, ...tasks.map((one) => one.seconds)),
          ),
        ]),
      ),
    ),
    table(
      ['what a run moves', 'bytes', 'when'],
      [
        ['base model, read', gigabytes(4 * PARAMETERS), 'at its start and after each interruption'],
        ['checkpoint of a full phase, written', `up to ${gigabytes(checkpoint)}`, 'every 10 minutes'],
        [
          'best values, written',
          `up to ${gigabytes(4 * PARAMETERS)}`,
          'after a validation that is the best so far',
        ],
        ['kept full phase, written', gigabytes(1.125 * PARAMETERS), 'once, and read once by each fork'],
        ['SFT, written', '0.06 to 0.11 GB', 'once'],
        [
          `${NODES} runs in full phases, together`,
          `${Math.round((NODES * checkpoint) / 600 / 1e6)} MB/s`,
          'on average, for checkpoints alone',
        ],
      ],
    ),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function days(seconds: number): string {
  if (seconds < 2 * DAY) return `${Math.round(seconds / 3600)} h`;
  return `${count(Math.round(seconds / DAY))} days`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** The page with its tables made anew. */
export function scalePage(text: string, before: string): string {
  return before.replace(
    between,
    (_, start: string, end: string) => `${start}\n${scaleTables(text)}\n\n${end}`,
  );
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(page, scalePage(readFileSync(results, 'utf8'), readFileSync(page, 'utf8')));
}
