import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { loadTokenizer } from '../src/data/tokenizer/loadTokenizer.ts';
import { makeTokenizer, type Tokenizer } from '../src/data/tokenizer/tokenizer.ts';
import { loadRawText } from '../src/formats/rawText.ts';
import { loadRecipe } from '../src/recipe/load.ts';
import { prepareRun } from '../src/trainer/prepare.ts';
import { runRecipe } from '../src/trainer/runRecipe.ts';
import { writeLargeText } from '../test/support/largeText.ts';
import { writeTinyBase } from '../test/support/tinyWorkspace.ts';
import { hasXlmRoberta, xlmRobertaDescription } from '../test/support/xlmRoberta.ts';
import { median } from './statistics.ts';
import { shared } from './support/texts.ts';

/** Tokenizing all real text, with nothing remembered from before. */
export interface TokenizingResult {
  readonly vocabulary: string;
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

/** From the start of a process to the end of the first training step. */
export interface TextStart {
  readonly textBytes: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

export interface TextResults {
  readonly tokenizing: readonly TokenizingResult[];
  readonly start: TextStart;
}

const REPEATS = 3;
const LARGE = 2_000_000_000;
const MULTILINGUAL = join(shared, 'tokenizers/bert-base-multilingual-cased');
const run = promisify(execFile);

/** How fast text becomes word pieces, and how soon training on a large text starts. */
export async function timeText(): Promise<TextResults> {
  const lines = await realLines();
  const tokenizing = [
    await timeTokenizing('mBERT', lines, () => loadTokenizer(MULTILINGUAL)),
    ...(hasXlmRoberta
      ? [
          await timeTokenizing('XLM-R', lines, () =>
            Promise.resolve(makeTokenizer(xlmRobertaDescription(), {}, 'tokenizer.json')),
          ),
        ]
      : []),
  ];
  return { tokenizing, start: await timeStart(lines) };
}

/** What the process of the second part does: trains one step, and prints the result as JSON. */
export async function runTextPart(folder: string): Promise<void> {
  const loaded = await loadRecipe(join(folder, 'large.sft.yaml'));
  const running = runRecipe(loaded, await prepareRun(loaded), { out: join(folder, 'out'), threads: 1 });
  let step = await running.next();
  while (step.done !== true && step.value.type !== 'step') step = await running.next();
  const result: TextStart = {
    textBytes: statSync(join(folder, 'large.txt')).size,
    // Since the process began.
    seconds: performance.now() / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(JSON.stringify(result));
}

async function realLines(): Promise<string[]> {
  const folder = join(shared, 'data/text');
  const texts = await Promise.all(readdirSync(folder).map((name) => loadRawText(join(folder, name))));
  return texts.flatMap((found) => found.map(({ text }) => text));
}

async function timeTokenizing(
  vocabulary: string,
  lines: readonly string[],
  load: () => Promise<Tokenizer>,
): Promise<TokenizingResult> {
  process.stderr.write(`tokenizing, ${vocabulary} ...\n`);
  let tokens = 0;
  const seconds: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const tokenizer = await load();
    const began = performance.now();
    tokens = lines.reduce((sum, line) => sum + tokenizer.encodeText(line).length, 0);
    seconds.push((performance.now() - began) / 1000);
  }
  return { vocabulary, tokens, tokensPerSecond: tokens / median(seconds) };
}

/** A tiny model with mBERT's vocabulary on a text of 2 GB, which has to have room in the temporary folder. */
async function timeStart(lines: readonly string[]): Promise<TextStart> {
  process.stderr.write('start of training on a large text ...\n');
  const folder = mkdtempSync(join(tmpdir(), 'sft-text-bench-'));
  try {
    const base = join(folder, 'base');
    await writeTinyBase(base, 1, { vocab_size: 119_547, max_position_embeddings: 512 });
    copyFileSync(join(MULTILINGUAL, 'vocab.txt'), join(base, 'vocab.txt'));
    writeLargeText(join(folder, 'large.txt'), lines, LARGE);
    const recipe = {
      name: 'large',
      kind: 'language',
      base: './base',
      data: { text: 'large.txt', validationShare: 0 },
      mlm: { blockSize: 256 },
      select: { k: 1000, iterations: 1 },
      full: { steps: 10 },
      sparse: { steps: 10 },
    };
    writeFileSync(join(folder, 'large.sft.yaml'), stringify(recipe));
    const { stdout } = await run(process.execPath, [process.argv[1], '--part', 'text', '--folder', folder]);
    return JSON.parse(stdout) as TextStart;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
