/** Under which a workspace remembers its live runs. */
export const liveBeforeKey = 'sft.liveBefore';

/** A run that lived while a window showed it, as the window remembers it over its end. */
export interface LiveBefore {
  readonly folder: string;
  readonly pid: number;
  readonly name: string;
  /** Whether it was said that it went on while the window was closed. */
  readonly told: boolean;
}

type Live = Pick<LiveBefore, 'folder' | 'pid' | 'name'>;

/** What a window that opens finds of the runs that it left. */
export interface Found {
  /** They live still, which has not been said yet. */
  readonly wentOn: readonly LiveBefore[];
  /** They have ended meanwhile. */
  readonly ended: readonly LiveBefore[];
  /** What is to be remembered from now on. */
  readonly now: readonly LiveBefore[];
}

/** Compares the runs that a window left with those that live now. */
export function findAgain(before: readonly LiveBefore[], live: readonly Live[]): Found {
  const lives = (one: Live) => live.some((other) => isSame(one, other));
  return {
    wentOn: before.filter((one) => lives(one) && !one.told),
    ended: before.filter((one) => !lives(one)),
    now: live.map(({ folder, pid, name }) => ({
      folder,
      pid,
      name,
      told: before.some((one) => isSame(one, { folder, pid })),
    })),
  };
}

/** What to remember while runs come and go: of those that are remembered already, whether it was said. */
export function rememberLive(known: readonly LiveBefore[], live: readonly Live[]): readonly LiveBefore[] {
  return live.map(({ folder, pid, name }) => ({
    folder,
    pid,
    name,
    told: known.some((one) => isSame(one, { folder, pid }) && one.told),
  }));
}

/** Reads what an earlier window wrote. */
export function readLiveBefore(value: unknown): readonly LiveBefore[] {
  return Array.isArray(value) ? value.filter(isLiveBefore) : [];
}

function isLiveBefore(value: unknown): value is LiveBefore {
  if (typeof value !== 'object' || value === null) return false;
  const { folder, pid, name, told } = value as Record<string, unknown>;
  return (
    typeof folder === 'string' &&
    typeof pid === 'number' &&
    typeof name === 'string' &&
    typeof told === 'boolean'
  );
}

/** The same process on the same run. */
function isSame(a: Pick<Live, 'folder' | 'pid'>, b: Pick<Live, 'folder' | 'pid'>): boolean {
  return a.folder === b.folder && a.pid === b.pid;
}
