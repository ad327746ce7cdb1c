import { basename } from 'node:path';
import { userError } from '../../core/errors/userError.ts';
import { sftName } from '../../library/listSfts.ts';
import { namedPath } from '../../formats/hubCache.ts';
import type { HomePaths } from '../../home/home.ts';
import type { WrittenData } from '../../notebook/cells/schema.ts';
import type { CellOutput } from '../../protocol/notebook.ts';
import { distinctNames } from '../../protocol/distinctNames.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import type { Evaluated, Evaluator, Setting } from '../evaluator/evaluator.ts';
import type { CellMeter } from './cellMeter.ts';
import type { DataRequest } from '../evaluator/headTask.ts';
import { recordResult } from '../evaluator/recordResult.ts';
import { type NoteOptions, sharedNotes } from '../evaluator/sharedNotes.ts';

/** A file on which coefficients are swept, and the SFTs that they multiply; absolute paths. */
export interface SweptFile {
  readonly data: string;
  readonly sfts: readonly string[];
}

/** What a cell has to work with. */
export interface CellContext {
  /** Folder of the notebook, from which relative paths start. */
  readonly folder: string;
  readonly home: Pick<HomePaths, 'results' | 'sharedTexts'>;
  /** The evaluator of a base, which stays in memory from cell to cell. */
  readonly evaluatorOf: (base: string) => Promise<Evaluator>;
  /** The base of the nearest cell above that names one. */
  readonly baseAbove: string | undefined;
  /** What the cells above gave, from the top. */
  readonly above: readonly CellOutput[];
  /** Files that the notebook sweeps coefficients on. */
  readonly swept: readonly SweptFile[];
  readonly signal?: AbortSignal | undefined;
  /** Is told how far it is. */
  readonly meter: CellMeter;
}

/** Settings that all cells have that evaluate. */
export interface EvaluationFields {
  readonly base?: string | undefined;
  readonly metric?: string | undefined;
  readonly sample?: number | undefined;
  readonly rule?: Setting['rule'];
  readonly force?: boolean | undefined;
  readonly head?: number | 'none' | undefined;
}

/** A data file as it was found. */
export interface CellData {
  /** What tables call it. */
  readonly name: string;
  readonly request: DataRequest;
  readonly role: 'dev' | 'test' | undefined;
}

/** The evaluator of a cell's base. @throws UserError `cell-no-base` and those of loading */
export async function cellEvaluator(context: CellContext, { base }: EvaluationFields): Promise<Evaluator> {
  const named = base ?? context.baseAbove;
  if (named === undefined) throw userError('cell-no-base', undefined);
  context.meter.say('loading the base model');
  return context.evaluatorOf(namedPath(context.folder, named, 'base'));
}

/** SFTs by the paths that they have. @throws UserError as `namedPath` */
export function located({ folder }: CellContext, references: readonly SftReference[]): SftReference[] {
  return references.map(({ sft, coefficient }) => ({ sft: namedPath(folder, sft, 'sft'), coefficient }));
}

export function settingOf(sfts: Setting['sfts'], { rule, force, head }: EvaluationFields): Setting {
  return { sfts, rule, force, headFrom: typeof head === 'number' ? head - 1 : head };
}

/** A data file with its settings. */
export function cellData({ folder }: CellContext, written: WrittenData): CellData {
  const { file, name, role, ...rest } = typeof written === 'string' ? { file: written } : written;
  return {
    name: name ?? basename(file).replace(/\.[a-z]+$/i, ''),
    request: { ...rest, data: namedPath(folder, file, 'sft') },
    role,
  };
}

/** Data files by names that tell them apart in tables and claims. `taken`: names that mean something else there. */
export function cellFiles(
  context: CellContext,
  written: readonly WrittenData[],
  taken: readonly string[] = [],
): CellData[] {
  return toldApart(
    written.map((one) => cellData(context, one)),
    taken,
  );
}

export function toldApart<D extends CellData>(files: readonly D[], taken: readonly string[] = []): D[] {
  const names = distinctNames(
    files.map(({ name, request }) => ({ name, file: request.data })),
    taken,
  );
  return files.map((one, i) => ({ ...one, name: names[i] }));
}

/** An evaluation of a cell, with what was said of its file. */
export interface CellEvaluation {
  readonly found: Evaluated;
  readonly data: CellData;
  readonly tuned: boolean;
}

/** What the sign † says in a table. */
export const tunedMark =
  '†: tuned on this file, by figures on which these SFTs or their coefficients were chosen';

/** Evaluates, and adds that to the record of results. `what` is said as progress; `sweeps`: coefficients are being chosen. */
export async function evaluateInCell(
  context: CellContext,
  evaluator: Evaluator,
  setting: Setting,
  data: CellData,
  {
    sample,
    what,
    sweeps = false,
  }: { readonly sample?: number | undefined; readonly what: string; readonly sweeps?: boolean },
): Promise<CellEvaluation> {
  const { meter, signal } = context;
  meter.begin(what);
  const found = await evaluator.evaluate(setting, data.request, {
    sample,
    signal,
    progress: meter.within,
    large: { reading: meter.reading },
  });
  meter.end();
  const note = { found, role: data.role, tuned: sweeps || isSweptHere(context, found, data) };
  const tuned = await recordResult(context.home.results, evaluator, setting, data.request.data, note);
  return { found, data, tuned };
}

/** true where a cell of this notebook sweeps coefficients of one of its SFTs on this file; else the record says what was done before. */
export function isSweptHere(
  { swept }: Pick<CellContext, 'swept'>,
  { terms }: Evaluated,
  { request }: CellData,
): true | undefined {
  const files = new Set(terms.map(({ file }) => file));
  const isHere = swept.some(({ data, sfts }) => data === request.data && sfts.some((sft) => files.has(sft)));
  return isHere ? true : undefined;
}

/** How many sentences of the evaluations' files stand in what their language SFTs have read. */
export async function sharedLines(
  context: CellContext,
  evaluations: readonly Pick<CellEvaluation, 'found' | 'data'>[],
): Promise<string[]> {
  const looked = evaluations.map(({ found, data: { name, role } }) => ({ test: name, role, found }));
  return sharedNotes(looked, lookOptions(context));
}

export function lookOptions({ home, meter, signal }: CellContext): NoteOptions {
  return {
    memory: home.sharedTexts,
    signal,
    begin: (test, reader) => meter.say(`looking for texts of ${test} in the text of ${reader}`),
  };
}

/** A composition in words: `pos-en + 0.7 sw`. */
export function compositionName(sfts: readonly SftReference[]): string {
  if (sfts.length === 0) return 'base';
  return sfts
    .map(({ sft, coefficient }) => (coefficient === 1 ? sftName(sft) : `${coefficient} ${sftName(sft)}`))
    .join(' + ');
}

/** Notes and warnings of evaluations, each once. */
export function saidOf(evaluations: readonly Evaluated[]): { notes: string[]; warnings: string[] } {
  return {
    notes: [...new Set(evaluations.flatMap(({ notes }) => notes))],
    warnings: [...new Set(evaluations.flatMap(({ warnings }) => warnings.map(({ message }) => message)))],
  };
}
