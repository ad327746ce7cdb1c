import {
  type ComposeContent,
  type ComposeDocument,
  mostPast,
  type PastSetting,
  type PastSweep,
  isBefore,
  settingKey,
} from '../../protocol/compose.ts';

/** An edit of a document, to be taken back and made again in the editor's own order. */
export interface ComposeEdit {
  readonly undo: () => void;
  readonly redo: () => void;
}

/**
 * A compose bench in memory. What the user changes can be undone; the history only grows and the last sweep stays, since going
 * back to a setting does not make a figure untrue.
 */
export interface OpenCompose {
  now(): ComposeDocument;
  /** Makes a change; undefined where it changes nothing. */
  edit(change: Partial<ComposeContent>): ComposeEdit | undefined;
  /** Adds a figure to the history; false where it is there already, unless that is from before `changed`, when its files were changed last. */
  record(past: PastSetting, changed?: string | null): boolean;
  /** Keeps the last sweep; false where it is that already. */
  keepSweep(sweep: PastSweep): boolean;
  /** Takes what its file holds now. */
  replace(document: ComposeDocument): void;
  onDidChange(listener: () => void): { dispose(): void };
}

export function openCompose(document: ComposeDocument): OpenCompose {
  const listeners = new Set<() => void>();
  let current = document;
  const set = (next: ComposeDocument): void => {
    current = next;
    for (const listener of listeners) listener();
  };
  return {
    now: () => current,
    edit(change) {
      const before = contentOf(current);
      const after = { ...before, ...change };
      if (isSame(after, before)) return undefined;
      set({ ...current, ...change });
      return {
        undo: () => set({ ...current, ...exchanged(current, after, before) }),
        redo: () => set({ ...current, ...exchanged(current, before, after) }),
      };
    },
    record(past, changed = null) {
      const key = pastKey(past);
      const known = current.history.find((one) => pastKey(one) === key);
      if (known !== undefined && isSame(known.figure, past.figure) && !isBefore(known.time, changed))
        return false;
      const history = [...current.history.filter((one) => pastKey(one) !== key), past].slice(-mostPast);
      set({ ...current, history });
      return true;
    },
    keepSweep(sweep) {
      if (isSame(sweep, current.sweep)) return false;
      set({ ...current, sweep });
      return true;
    },
    replace: set,
    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

/** What an edit has changed, as it is in `into`; what something else has changed since, as the file's reload, is left alone. */
function exchanged(
  current: ComposeContent,
  from: ComposeContent,
  into: ComposeContent,
): Partial<ComposeContent> {
  const keys = (['base', 'setting', 'data', 'reference'] as const).filter(
    (key) => !isSame(from[key], into[key]) && isSame(current[key], from[key]),
  );
  return Object.fromEntries(keys.map((key) => [key, into[key]]));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function contentOf({ base, setting, data, reference }: ComposeContent): ComposeContent {
  return { base, setting, data, reference };
}

function pastKey({ setting, data, figure }: PastSetting): string {
  return `${settingKey(setting)} ${data} ${figure.metric}`;
}
