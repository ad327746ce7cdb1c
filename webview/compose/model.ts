import type { ComposeSetting, SweepAxis } from '../../src/protocol/compose.ts';
import type { ComposeView, FromCompose, ToCompose } from '../../src/protocol/composePanel.ts';

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

/** What a page wants to have again after a reload; kept by the editor, not by the file. */
export interface ComposeState {
  /** The files of the pair that is mapped. */
  readonly pair: readonly [string, string] | null;
  readonly measure: PairMeasure;
  readonly axes: readonly [AxisForm, AxisForm];
  readonly isWhole: boolean;
  /** Tables that are shown beside what they stand for. */
  readonly tables: readonly string[];
}

const axis: AxisForm = { file: null, from: 0, to: 1.5, count: 7 };
export const newState: ComposeState = {
  pair: null,
  measure: 'timesChance',
  axes: [axis, axis],
  isWhole: false,
  tables: [],
};

/** The view with what has changed of it; null until all of it has been told. */
export function receive(view: ComposeView | null, { part }: ToCompose): ComposeView | null {
  if (view !== null) return { ...view, ...part };
  return isWhole(part) ? part : null;
}

function isWhole(part: Partial<ComposeView>): part is ComposeView {
  return 'setting' in part && 'evaluation' in part && 'history' in part;
}

/** The axes of a sweep as they are asked for: the first SFT unless another one is chosen. */
export function axesOf({ axes }: ComposeState, { rows }: ComposeSetting): readonly SweepAxis[] {
  const files = rows.map(({ file }) => file);
  const [first, second] = axes;
  const chosen = files.find((file) => file === first.file) ?? files.at(-1);
  if (chosen === undefined) return [];
  const other = files.find((file) => file === second.file && file !== chosen);
  return [{ ...first, file: chosen }, ...(other === undefined ? [] : [{ ...second, file: other }])];
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
