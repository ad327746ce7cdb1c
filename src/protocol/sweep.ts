/** What a sweep costs on this machine, roughly. */
export interface SweepEstimate {
  /** Of the runs that were asked for. */
  readonly runs: number;
  /** Seconds until all are done. */
  readonly seconds: number;
  /** Seconds of one run, on average. */
  readonly each: number;
  /** Bytes that they leave, and beside them while they train. */
  readonly disk: number;
  /** Bytes of memory of one run, the largest. */
  readonly memory: number;
  /** Runs at a time. */
  readonly jobs: number;
  /** Of each run. */
  readonly threads: number;
}

/** What `sft sweep --dry-run --json` prints: what would be trained. */
export interface SweepOutline {
  readonly version: 1;
  readonly name: string;
  /** Where everything of the sweep lies. */
  readonly folder: string;
  /** Of the runs that are not done. */
  readonly estimate: SweepEstimate;
  /** All of them; `needs` is the run whose full phase one takes. */
  readonly runs: readonly { readonly name: string; readonly needs: string | null }[];
}

/** A cell of a sweep's matrix: what runs that differ in their seeds alone have reached on one test. */
export interface MatrixCell {
  /** What the runs are, their seeds apart: table rows and varied fields, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly evaluation: string;
  readonly metric: string;
  readonly mean: number;
  /** Standard deviation over the seeds (n - 1); null where there is one. */
  readonly sd: number | null;
  /** Independent repetitions: runs of one full phase count once. */
  readonly seeds: number;
  readonly runs: readonly string[];
}

/** What a sweep has come to. */
export interface SweepMatrix {
  readonly cells: readonly MatrixCell[];
  /** Runs that are not done, how they stand, and why. */
  readonly missing: readonly { readonly run: string; readonly state: string; readonly note: string | null }[];
}
