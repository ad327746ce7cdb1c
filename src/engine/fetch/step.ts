/** Engines that are fetched on request. */
export const fetchable = ['cuda', 'tfjs-node', 'tfjs-node-gpu'] as const;

export type FetchableEngine = (typeof fetchable)[number];

/** One thing to do while an engine is fetched: run a program in the folder that is filled, or a work of ours on it. */
export interface FetchStep {
  /** What it does, for people. */
  readonly words: string;
  readonly program?: readonly [string, ...string[]];
  /** Further variables of the program's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure. */
  readonly accepted?: readonly number[];
  readonly work?: (folder: string) => Promise<void>;
}

/** One way to an engine; where one does not lead there, the next is tried. */
export interface FetchWay {
  readonly name: string;
  /** Programs that it takes; any one of those in a list will do. */
  readonly needs: readonly (readonly string[])[];
  readonly steps: (programs: Readonly<Record<string, string>>) => readonly FetchStep[];
  /** Files that must be there at the end, below the folder. */
  readonly makes: readonly string[];
}
