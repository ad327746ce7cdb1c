import { existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineChoice } from '../../core/engineNames.ts';
import { type UserError, userError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { loadBytes } from '../../formats/lines.ts';
import { homePaths } from '../../home/home.ts';
import { notebookHtml } from '../../notebook/html/page.ts';
import type { NotebookCell } from '../../notebook/notebook.ts';
import { outcomeText } from '../../notebook/plainText.ts';
import { readNotebook } from '../../notebook/read.ts';
import { writeNotebook } from '../../notebook/write.ts';
import type { CellOutcome, CellOutput, CellProgress, ClaimsBlock } from '../../protocol/notebook.ts';
import { newWarmBase } from '../../trainer/evaluator/warmBase.ts';
import { predictionCache } from '../../trainer/evaluator/predictionCache.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { withKept } from '../../trainer/notebook/keptBlocks.ts';
import { isGreen, type NotebookRun, runNotebook } from '../../trainer/notebook/runNotebook.ts';
import { engineOption, openEngine } from '../engineOption.ts';
import { interruptible } from '../interruptible.ts';
import { duration } from '../format.ts';
import { refuseNowhere, refuseOntoInputs } from '../outFile.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';
import { wholeNumber } from '../values.ts';

interface RunFlags {
  readonly html?: string;
  readonly threads?: number;
  readonly engine?: EngineChoice;
  readonly cache: boolean;
  readonly save: boolean;
  /** false: the outputs that are in the file are taken. */
  readonly run: boolean;
  readonly json?: boolean;
}

export function runCommand(program: Command): void {
  program
    .command('run')
    .description('run an evaluation notebook, and write its outputs into it')
    .argument('<file>', 'the notebook (.sftnb)')
    .option('--html <file>', 'write it as a page, too')
    .option('--no-run', 'with --html: write the outputs that are in the file, and run nothing')
    .option('--threads <n>', 'threads of the engine', wholeNumber)
    .addOption(engineOption())
    .option('--no-cache', 'predict anew what was predicted before')
    .option('--no-save', 'leave the file as it is')
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: RunFlags) => {
      process.exitCode = await interruptible(
        (signal) => (flags.run ? run(file, flags, signal) : exportOnly(file, flags)),
        'the outputs of cells that had run are in the notebook',
      );
    });
}

async function run(
  file: string,
  { html, threads, engine, cache, save, json }: RunFlags,
  signal: AbortSignal,
): Promise<number> {
  if (html !== undefined) await refusePage(html, file);
  const bytes = await loadBytes(file);
  const { cells, lost } = readNotebook(bytes, file);
  for (const cell of lost) inform(`warning: the outputs of cell ${cell} could not be read and are made anew`);
  const home = homePaths();
  const warm = newWarmBase({
    newEngine: () => openEngine(engine, { threads: threads ?? defaultThreads() }),
    cache: cache ? predictionCache(home.predictions) : undefined,
  });
  const status = statusLine();
  const place = {
    folder: dirname(resolve(file)),
    home,
    evaluatorOf: (base: string) => warm.evaluatorOf(base),
  };
  const done = await runNotebook(cells, place, {
    signal,
    progress: (cell, progress) => status.show(`cell ${cell}: ${progressText(progress)}`),
    tell(cell, outcome) {
      status.clear();
      if (json !== true)
        print(
          `${headline(cell, outcome)}${save ? '' : placeIn(file, cells[cell - 1], outcome)}\n${outcomeText(outcome)}\n`,
        );
    },
  });
  await warm.drop();
  const changed = save ? await writeOutputs(file, bytes, done) : undefined;
  if (save && changed === undefined && json !== true) await tellPlaces(file, done);
  if (html !== undefined) await writePage(html, file, done.cells);
  if (changed !== undefined) throw changed;
  if (done.bug !== undefined) throw done.bug.error;
  if (json === true) printJson(summary(done));
  else if (done.refuted > 0)
    inform(
      `sft: ${userError('expectation-failed', { failed: done.refuted, of: done.claims }, { file }).message}`,
    );
  if (done.interrupted) inform('stopped; the outputs of cells that had run are in the notebook');
  return done.interrupted ? EXIT.interrupted : isGreen(done) ? EXIT.ok : EXIT.problem;
}

/** Writes a page of the outputs that a notebook has. @throws UserError `run-no-page` where it is not said which one */
async function exportOnly(file: string, { html, json }: RunFlags): Promise<number> {
  if (html === undefined) throw userError('run-no-page', undefined, { file });
  await refusePage(html, file);
  const { cells, lost } = readNotebook(await loadBytes(file), file);
  for (const cell of lost) inform(`warning: the outputs of cell ${cell} could not be read and are left out`);
  await writePage(html, file, cells);
  if (json === true) printJson({ file: html, cells: cells.length });
  else print(html);
  return EXIT.ok;
}

/** @throws UserError `out-is-input`, `out-not-page` before anything is computed for a page that cannot be written or would replace what is no page */
async function refusePage(html: string, notebook: string): Promise<void> {
  await refuseOntoInputs(html, { data: notebook, sfts: [] });
  if (existsSync(html) && !/\.html?$/i.test(html)) throw userError('out-not-page', undefined, { file: html });
  await refuseNowhere(html);
}

/** With what was too large for the notebook's file, as far as it is still in the cache. */
async function writePage(html: string, file: string, cells: readonly NotebookCell[]): Promise<void> {
  const folder = homePaths().cellOutputs;
  const whole: NotebookCell[] = [];
  for (const cell of cells) {
    const { outcome } = cell;
    whole.push(outcome === undefined ? cell : { ...cell, outcome: await withKept(outcome, folder) });
  }
  await writeTextAtomically(html, notebookHtml(whole, basename(file, '.sftnb')));
}

/**
 * Writes the outputs into the notebook. A file that somebody has changed in the meantime is theirs: the notebook as it ran is written
 * beside it then, and what comes back is `notebook-changed`.
 */
async function writeOutputs(
  file: string,
  before: Uint8Array,
  { cells }: NotebookRun,
): Promise<UserError | undefined> {
  const now = await readFile(file).catch(() => undefined);
  const isChanged = now === undefined || !now.equals(before);
  const target = isChanged ? await nameBeside(file) : file;
  await writeTextAtomically(target, writeNotebook(cells));
  return isChanged ? userError('notebook-changed', { beside: target }, { file }) : undefined;
}

/** `story.ran.sftnb`, or `story.ran-2.sftnb` ... where there is one already. */
async function nameBeside(file: string): Promise<string> {
  const ending = extname(file);
  for (let number = 1; ; number++) {
    const name = `${file.slice(0, file.length - ending.length)}.ran${number === 1 ? '' : `-${number}`}${ending}`;
    const isTaken = await access(name).then(
      () => true,
      () => false,
    );
    if (!isTaken) return name;
  }
}

/** 12 of 40 evaluations, 1 min 05 s left: composed on mt: 30 of 100 */
function progressText({ doing, evaluations, secondsLeft }: CellProgress): string {
  if (evaluations === null) return doing;
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  return `${evaluations.done} of ${evaluations.of} evaluations${left}: ${doing}`;
}

function headline(cell: number, outcome: CellOutcome): string {
  return outcome.state === 'failed' ? `cell ${cell} failed` : `cell ${cell}`;
}

function placeIn(file: string, { line }: Pick<NotebookCell, 'line'>, outcome: CellOutcome): string {
  return outcome.state === 'failed' ? `  ${file}:${line + (outcome.problem.line ?? 1) - 1}` : '';
}

/** Where the cells that failed stand now: outputs that were written above them have moved them. */
async function tellPlaces(file: string, { cells }: NotebookRun): Promise<void> {
  const written = readNotebook(await loadBytes(file), file).cells;
  for (const [i, { outcome }] of cells.entries())
    if (outcome?.state === 'failed') print(`cell ${i + 1} failed${placeIn(file, written[i], outcome)}`);
}

/** What a cell claims, and whether it holds. */
function claimsOf({ blocks }: CellOutput): Partial<Pick<ClaimsBlock, 'claims'>> {
  const claims = blocks.flatMap((block) => (block.type === 'claims' ? block.claims : []));
  return claims.length === 0 ? {} : { claims };
}

function summary({ cells, interrupted, failed, refuted, claims }: NotebookRun): unknown {
  return {
    cells: cells.map(({ language, outcome }, i) => ({
      cell: i + 1,
      language,
      state: outcome?.state ?? null,
      ...(outcome?.state === 'failed' ? { problem: outcome.problem } : {}),
      ...(outcome?.state === 'done'
        ? {
            kind: outcome.output.kind,
            figures: outcome.output.figures,
            // Elsewhere `p` is the one before Holm.
            comparisons: outcome.output.comparisons.map(({ p, ...rest }) => ({ ...rest, adjusted: p })),
            ...claimsOf(outcome.output),
          }
        : {}),
    })),
    claims,
    refuted,
    failed,
    interrupted,
  };
}
