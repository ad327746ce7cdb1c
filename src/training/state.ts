import type { LossScale } from '../core/lossScale.ts';
import type { Mask } from '../core/mask.ts';
import type { PhaseKind } from '../protocol/events.ts';
import type { EntryState } from './optimizer.ts';

/** Values of entries at one moment: of the mask, or of a whole parameter (`indices` absent). */
export interface EntryValues {
  readonly name: string;
  readonly indices?: Uint32Array;
  readonly values: Float32Array;
}

/** Where a run is: `step` steps of this phase are done. */
export interface Position {
  readonly iteration: number;
  readonly phase: PhaseKind;
  readonly step: number;
  /** The phase is over, although its schedule has more steps: its mask had settled, or somebody asked for it. */
  readonly ended?: boolean | undefined;
}

/** Reports in a row that found the mask settled, and the last mask, one bit an entry of each part. */
export interface SettlingState {
  readonly count: number;
  readonly marks: readonly Uint32Array[];
}

export interface BestSoFar {
  readonly value: number;
  readonly step: number;
}

/** All that a run needs to go on as if it had never stopped, beside its recipe. */
export interface TrainingState {
  readonly position: Position;
  /** Entries chosen so far. */
  readonly mask: Mask;
  /** Values from which this iteration started, where they are not p0. */
  readonly start: readonly EntryValues[];
  readonly groups: readonly EntryState[];
  readonly best: BestSoFar | null;
  /** How settled the mask of a full phase is, where that may end it. */
  readonly settling?: SettlingState | undefined;
  /** In mixed precision, that of the phase. */
  readonly lossScale?: LossScale | undefined;
}

/** Keeps the best values of a phase until its end. */
export interface BestStore {
  save(groups: readonly EntryState[]): Promise<void>;
  load(): Promise<readonly EntryState[]>;
}

/** A store in memory. */
export function memoryBestStore(): BestStore {
  let kept: EntryState[] = [];
  return {
    async save(groups) {
      kept = groups.map((group) => ({
        ...group,
        ...(group.rows === undefined ? {} : { rows: [...group.rows] }),
        values: group.values.slice(),
        first: group.first.slice(),
        second: group.second.slice(),
      }));
    },
    async load() {
      return kept;
    },
  };
}
