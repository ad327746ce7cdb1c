/**
 * The whole method on the demo's invented languages, in the terminal: a language SFT for the source and for each target, a
 * task SFT in the source language, composition, and a table.
 *
 *     node dist/demo.js [--json] [--folder FOLDER]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { percent, table } from '../src/cli/format.ts';
import { newProgress } from '../src/cli/progress.ts';
import { compiledEngine } from '../src/engine/compiled/compiledEngine.ts';
import { loadRecipe } from '../src/recipe/load.ts';
import { loadBase, type Base } from '../src/trainer/base.ts';
import { evaluateFile } from '../src/trainer/evaluateFile.ts';
import { prepareRun } from '../src/trainer/prepare.ts';
import { runRecipe } from '../src/trainer/runRecipe.ts';
import { settings } from './settings.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** Accuracies on a target's test sentences, as fractions. */
interface Transfer {
  readonly target: string;
  readonly taskOnly: number;
  readonly sourceLanguage: number;
  readonly wrongLanguage: number;
  readonly composed: number;
}

/** Models as small as the demo's gain nothing from a second thread. */
const THREADS = 1;

/** Trains a recipe of the workspace; gives its SFT's file. */
async function trainRecipe(folder: string, name: string, quiet: boolean): Promise<string> {
  const loaded = await loadRecipe(join(folder, `${name}.sft.yaml`));
  const prepared = await prepareRun(loaded);
  const progress = quiet ? undefined : newProgress(100);
  let file = '';
  for await (const event of runRecipe(loaded, prepared, { threads: THREADS })) {
    progress?.show(event);
    if (event.type === 'done') ({ file } = event);
  }
  progress?.end();
  return file;
}

async function runDemo(workspace: Workspace, quiet: boolean): Promise<Transfer[]> {
  const { folder, source, targets } = workspace;
  const languages = new Map<string, string>();
  for (const code of [source, ...targets]) languages.set(code, await trainRecipe(folder, code, quiet));
  const task = await trainRecipe(folder, `pos-${source}`, quiet);
  const base = await loadBase(workspace.base);
  const transfer: Transfer[] = [];
  for (const [i, target] of targets.entries()) {
    const data = join(folder, 'data', `${target}-test.conllu`);
    const accuracy = (...codes: string[]) =>
      accuracyOf(base, [task, ...codes.map((code) => languages.get(code) ?? '')], data);
    transfer.push({
      target,
      taskOnly: await accuracy(),
      sourceLanguage: await accuracy(source),
      wrongLanguage: await accuracy(targets[(i + 1) % targets.length]),
      composed: await accuracy(target),
    });
  }
  return transfer;
}

async function accuracyOf(base: Base, files: readonly string[], data: string): Promise<number> {
  const references = files.map((sft) => ({ sft, coefficient: 1 }));
  const { metrics } = await evaluateFile(base, references, {
    engine: compiledEngine({ threads: THREADS }),
    data,
  });
  return metrics.accuracy;
}

function showTransfer(transfer: readonly Transfer[]): string {
  const rows = transfer.map(({ target, taskOnly, sourceLanguage, wrongLanguage, composed }) => [
    target,
    ...[taskOnly, sourceLanguage, wrongLanguage, composed].map((value) => percent(value)),
  ]);
  return table([
    ['target', 'task SFT alone', "+ the source's", "+ the other target's", "+ the target's own language SFT"],
    ...rows,
  ]);
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    folder: { type: 'string' },
    headless: { type: 'boolean' },
  },
});
const began = performance.now();
const temporary = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'sft-demo-')) : undefined;
const folder = resolve(values.folder ?? temporary ?? '');
const removeTemporary = () => {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    removeTemporary();
    process.exit(130);
  });
}
try {
  const workspace = makeWorkspace(settings.world, join(import.meta.dirname, '..', 'demo', 'base'), folder);
  const transfer = await runDemo(workspace, values.json);
  const seconds = (performance.now() - began) / 1000;
  if (values.json) process.stdout.write(`${JSON.stringify({ seconds, transfer })}\n`);
  else {
    process.stdout.write(
      `\nAccuracy of part-of-speech tagging in languages without labelled data:\n\n${showTransfer(transfer)}\n\n`,
    );
    process.stdout.write(
      `${seconds.toFixed(0)} s in all. The languages are invented; what this can and cannot show: README, "The demo".\n`,
    );
  }
} finally {
  removeTemporary();
}
