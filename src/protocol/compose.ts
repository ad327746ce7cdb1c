import type { CompositionRule } from '../core/compositionRules.ts';
import type { BenchData, BenchSetting } from './bench.ts';
import { distinctNames } from './distinctNames.ts';
import type { Lineage } from './inspect.ts';

export { type CompositionRule, compositionRules } from '../core/compositionRules.ts';

/** An SFT of a compose bench. A file stands in one row at most. */
export interface ComposeRow {
  /** Absolute path. */
  readonly file: string;
  readonly coefficient: number;
  /** Whether it is added at all. */
  readonly on: boolean;
}

/** What a compose bench adds to its base, as its user sees it: also the SFTs that are off. */
export interface ComposeSetting {
  /** In the order in which they are added. */
  readonly rows: readonly ComposeRow[];
  readonly rule: CompositionRule;
  /** The file whose head is used, or 'none'; null: the only one that there is. */
  readonly head: string | null;
  /** Add SFTs of different bases all the same. */
  readonly force: boolean;
}

/** A setting against which others are held. */
export interface NamedSetting {
  readonly name: string;
  readonly setting: ComposeSetting;
}

/** What a user changes of a bench, and can take back. */
export interface ComposeContent {
  /** Folder of the base model; null: the one that belongs to the SFTs. */
  readonly base: string | null;
  readonly setting: ComposeSetting;
  readonly data: BenchData | null;
  /** null: the first SFT with a head, alone. */
  readonly reference: NamedSetting | null;
}

/** A figure of a whole file, as the history keeps it. */
export interface PastFigure {
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly examples: number;
}

/** A setting that was evaluated, with what came of it. */
export interface PastSetting {
  /** Of the SFTs that were on. */
  readonly setting: ComposeSetting;
  /** The data file. */
  readonly data: string;
  readonly figure: PastFigure;
  /** ISO 8601. */
  readonly time: string;
}

/** A coefficient that a sweep varies: so many equal steps from one end to the other. */
export interface SweepAxis {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** Values, both ends among them. */
  readonly count: number;
}

/** One choice of coefficients, with what came of it. */
export interface SweepPoint {
  /** In the order of the axes. */
  readonly coefficients: readonly number[];
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A sweep that was done to its end. */
export interface PastSweep {
  readonly axes: readonly SweepAxis[];
  /** What else was added, and how; null where an older file does not say it. */
  readonly setting: ComposeSetting | null;
  /** The data file. */
  readonly data: string;
  readonly metric: string;
  readonly examples: number;
  /** The first axis varies slowest. */
  readonly points: readonly SweepPoint[];
  /** When it was done, ISO 8601; older files do not say it. */
  readonly time?: string | undefined;
}

/** A compose bench as its file holds it. */
export interface ComposeDocument extends ComposeContent {
  /** The oldest first. */
  readonly history: readonly PastSetting[];
  /** The last one: coefficients have been seen on its file. */
  readonly sweep: PastSweep | null;
}

/** So many past settings are kept. */
export const mostPast = 200;
/** No coefficient of a bench is further from 0. */
export const mostCoefficient = 1e6;

/** A coefficient within what a bench takes. */
export function boundedCoefficient(coefficient: number): number {
  return Math.min(mostCoefficient, Math.max(-mostCoefficient, coefficient));
}

export const emptySetting: ComposeSetting = { rows: [], rule: 'sum', head: null, force: false };

/** A bench of these SFTs, each times 1 unless said otherwise. */
export function newComposeDocument(
  sfts: readonly { readonly file: string; readonly coefficient?: number }[],
): ComposeDocument {
  const setting = { ...emptySetting, rows: withFiles([], sfts) };
  return { base: null, setting, data: null, reference: null, history: [], sweep: null };
}

/** The setting that made a composed SFT, with its rule and its head; undefined where a part was not found, or stands there twice. */
export function composedSetting({
  parts,
  rule,
  noHead,
  pruned,
}: Pick<Lineage, 'parts' | 'rule' | 'noHead' | 'pruned'>): ComposeSetting | undefined {
  // Its parts, whole, are another model.
  if (pruned !== null) return undefined;
  const files = parts.flatMap(({ file }) => (file === null ? [] : [file]));
  if (files.length === 0 || new Set(files).size < parts.length) return undefined;
  const rows = files.map((file, i) => ({ file, coefficient: parts[i].coefficient, on: true }));
  const head = parts.find((part) => part.head)?.file ?? (noHead === true ? 'none' : null);
  return { rows, rule, head, force: false };
}

/** The rows with these files behind them, as far as they are not among them. */
export function withFiles(
  rows: readonly ComposeRow[],
  sfts: readonly { readonly file: string; readonly coefficient?: number }[],
): readonly ComposeRow[] {
  const all = [...rows];
  for (const { file, coefficient = 1 } of sfts)
    if (!all.some((row) => row.file === file)) all.push({ file, coefficient, on: true });
  return all;
}

/** The rows with the one at `from` moved to `to`, which is brought within bounds. */
export function withMoved(rows: readonly ComposeRow[], from: number, to: number): readonly ComposeRow[] {
  const moved = [...rows];
  const taken = moved.splice(from, 1);
  moved.splice(Math.min(moved.length, Math.max(0, to)), 0, ...taken);
  return moved;
}

/** A setting without the file of a row; a head that was its head is not chosen any more. */
export function withoutFile(setting: ComposeSetting, file: string): ComposeSetting {
  const rows = setting.rows.filter((row) => row.file !== file);
  return { ...setting, rows, head: setting.head === file ? null : setting.head };
}

/** What is added to the base: the SFTs that are on. */
export function benchSettingOf({ rows, rule, head, force }: ComposeSetting): BenchSetting {
  const on = rows.filter((row) => row.on);
  const at = on.findIndex(({ file }) => file === head);
  return {
    sfts: on.map(({ file, coefficient }) => ({ file, coefficient })),
    rule,
    headFrom: head === 'none' ? 'none' : at < 0 ? undefined : at,
    force,
  };
}

/** Two settings with the same key make the same model. */
export function settingKey(setting: ComposeSetting): string {
  const { sfts, rule, headFrom } = benchSettingOf(setting);
  return JSON.stringify([sfts.map(({ file, coefficient }) => [file, coefficient]), rule, headFrom ?? null]);
}

/**
 * Whether a bench's coefficients have been chosen by figures on a file: a sweep was made on it, or an SFT that is on now was evaluated on
 * it with another coefficient. To look at fewer SFTs, in another order or with another head chooses no coefficient.
 */
export function wasMovedOn(
  { history, sweep }: Pick<ComposeDocument, 'history' | 'sweep'>,
  data: string,
  setting: ComposeSetting,
): boolean {
  return (
    sweep?.data === data || history.some((past) => past.data === data && isMovedFrom(past.setting, setting))
  );
}

/** Whether an SFT that is on in both settings has another coefficient in each. */
export function isMovedFrom(past: ComposeSetting, now: ComposeSetting): boolean {
  const before = new Map(benchSettingOf(past).sfts.map(({ file, coefficient }) => [file, coefficient]));
  return benchSettingOf(now).sfts.some(
    ({ file, coefficient }) => (before.get(file) ?? coefficient) !== coefficient,
  );
}

/** Settings with the same key are the same but for the coefficients that a sweep over these axes varies. */
export function keyBeside(setting: ComposeSetting, axes: readonly SweepAxis[]): string {
  const isSwept = (file: string): boolean => axes.some((axis) => axis.file === file);
  const rows = setting.rows.map((row) => (isSwept(row.file) ? { ...row, coefficient: 1, on: true } : row));
  return settingKey({ ...setting, rows });
}

/** One SFT alone, as it is. @param name where its file's does not tell it from others */
export function alone(file: string, force = false, name = sftName(file)): NamedSetting {
  const setting = { ...emptySetting, rows: [{ file, coefficient: 1, on: true }], force };
  return { name: `${name} alone`, setting };
}

/** Names of SFT files that tell them apart, in their order: runs of one recipe make files of one name. */
export function sftNames(files: readonly string[]): string[] {
  return distinctNames(files.map((file) => ({ name: sftName(file), file })));
}

/** The name of an SFT file: without its folder and ending; the folder's where the file's says nothing. */
export function sftName(file: string): string {
  const parts = file.split(/[/\\]/);
  const last = parts.at(-1) ?? file;
  const name = last === 'pytorch_diff.bin' ? (parts.at(-2) ?? last) : last;
  return name.replace(/(\.sft)?\.safetensors$/, '');
}

/** A file's name without its folder. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}

/** `pos-en 1, mt 0.7`, with the rule where it is not the sum. */
export function settingWords({ rows, rule }: ComposeSetting): string {
  const on = rows.filter((row) => row.on);
  const names = sftNames(on.map(({ file }) => file));
  const sfts = on.map(({ coefficient }, i) => `${names[i]} ${coefficient}`).join(', ');
  return `${sfts === '' ? 'base alone' : sfts}${rule === 'sum' ? '' : ` (${rule})`}`;
}

/**
 * Goes back to a past setting: its SFTs as they were, in their order, then the others of now, switched off.
 */
export function backTo(now: ComposeSetting, past: ComposeSetting): ComposeSetting {
  const rest = now.rows.filter(({ file }) => past.rows.every((row) => row.file !== file));
  return { ...past, force: now.force, rows: [...past.rows, ...rest.map((row) => ({ ...row, on: false }))] };
}

/** What the history keeps of a setting: that which made the model. */
export function pastOf({ rows, rule, head, force }: ComposeSetting): ComposeSetting {
  return { rows: rows.filter((row) => row.on), rule, head, force };
}

/** Whether something is from before a change of the files that are used, as far as both are known. */
export function isBefore(time: string | undefined, changed: string | null): boolean {
  return time !== undefined && changed !== null && time < changed;
}

/** How far a key moves a coefficient: Shift for coarse, Alt for fine steps. */
export function stepOf({
  shiftKey,
  altKey,
}: {
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}): number {
  return altKey ? 0.01 : shiftKey ? 0.25 : 0.05;
}

/** A coefficient moved by a step, without the digits that binary fractions leave. */
export function stepped(coefficient: number, by: number): number {
  return Number((coefficient + by).toFixed(4));
}

/** Values from one end to the other, both among them, without the digits that binary fractions leave. */
export function evenly(from: number, to: number, count: number): number[] {
  const last = Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) => Number((from + ((to - from) * i) / last).toPrecision(12)));
}
