import type { ComposeSetting, SweepAxis } from '../../src/protocol/compose.ts';
import type { ComposeView, FromCompose, SweepView, ToCompose } from '../../src/protocol/composePanel.ts';

/** What the map of a pair can show. */
export const pairMeasures = ['timesChance', 'signAgreement', 'cosine', 'energyA', 'energyB'] as const;
export type PairMeasure = (typeof pairMeasures)[number];

/** Ends and number of values of a coefficient that a sweep varies. */
export interface AxisForm {
  readonly file: string | null;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export type AxisForms = readonly [AxisForm, AxisForm];

/** What a page wants to have again after a reload; kept by the editor, not by the file. */
export interface ComposeState {
  /** The files of the pair that is mapped. */
  readonly pair: readonly [string, string] | null;
  readonly measure: PairMeasure;
  /** What the form of a sweep says; null before anything was chosen there. */
  readonly axes: AxisForms | null;
  readonly isWhole: boolean;
  /** Tables that are shown beside what they stand for. */
  readonly tables: readonly string[];
}

const axis: AxisForm = { file: null, from: 0, to: 1.5, count: 7 };
export const newState: ComposeState = {
  pair: null,
  measure: 'timesChance',
  axes: null,
  isWhole: false,
  tables: [],
};

/** The sweep that is shown, as far as its form wants to know it. */
type Swept = Pick<SweepView, 'axes'> | null;

/** The view with what has changed of it; null until all of it has been told. */
export function receive(view: ComposeView | null, { part }: ToCompose): ComposeView | null {
  if (view !== null) return { ...view, ...part };
  return isWhole(part) ? part : null;
}

function isWhole(part: Partial<ComposeView>): part is ComposeView {
  return 'setting' in part && 'evaluation' in part && 'history' in part;
}

/** What the form of a sweep says: what was chosen there, or else what the sweep was that is shown below it, if its SFTs are there. */
export function formsOf({ axes }: ComposeState, { rows }: ComposeSetting, sweep: Swept): AxisForms {
  if (axes !== null) return axes;
  const [first, second] = sweep?.axes ?? [];
  const isHere = sweep?.axes.every(({ file }) => rows.some((row) => row.file === file)) ?? false;
  return isHere && first !== undefined ? [first, second ?? axis] : [axis, axis];
}

/** The axes of a sweep as they are asked for: the last SFT unless another one is chosen. */
export function axesOf(state: ComposeState, setting: ComposeSetting, sweep: Swept): readonly SweepAxis[] {
  const files = setting.rows.map(({ file }) => file);
  const [first, second] = formsOf(state, setting, sweep);
  const chosen = files.find((file) => file === first.file) ?? files.at(-1);
  if (chosen === undefined) return [];
  const other = files.find((file) => file === second.file && file !== chosen);
  return [{ ...first, file: chosen }, ...(other === undefined ? [] : [{ ...second, file: other }])];
}

/** Files that a sweep would need and that cannot be read: those that are added, and those that it varies. */
export function unreadable(
  { setting, sfts }: Pick<ComposeView, 'setting' | 'sfts'>,
  axes: readonly SweepAxis[],
): string[] {
  return setting.rows
    .filter(({ file, on }) => on || axes.some((one) => one.file === file))
    .map(({ file }) => file)
    .filter((file) => (sfts[file]?.problem ?? null) !== null);
}

/** Sends settings: those of a slider that is held at most ten times a second, the last one of all at once. */
export interface SettingSender {
  (setting: ComposeSetting, isMoving: boolean): void;
}

/** Between two messages of a slider that is held, in milliseconds. */
export const pause = 100;

/** `seen`: the number of the last patch that was taken. */
export function newSettingSender(send: (message: FromCompose) => void, seen: () => number): SettingSender {
  let waiting: ComposeSetting | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    timer = undefined;
    if (waiting === undefined) return;
    send({ type: 'setting', setting: waiting, isMoving: true, seen: seen() });
    waiting = undefined;
    timer = setTimeout(next, pause);
  };
  return (setting, isMoving) => {
    if (isMoving) {
      waiting = setting;
      if (timer === undefined) next();
      return;
    }
    waiting = undefined;
    send({ type: 'setting', setting, isMoving: false, seen: seen() });
  };
}
