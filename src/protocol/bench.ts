import type { CompositionRule } from '../core/compositionRules.ts';
import type { EngineName } from '../core/engineNames.ts';
import type { Scores } from '../core/metrics/scores.ts';
import type { ResultFilter, ResultRecord } from './results.ts';

/** What a compose bench adds to its base. */
export interface BenchSetting {
  readonly sfts: readonly { readonly file: string; readonly coefficient: number }[];
  /** `sum` unless given. */
  readonly rule?: CompositionRule | undefined;
  /** Number of the SFT whose head is used, from 0, or 'none'; needed only if several have one. */
  readonly headFrom?: number | 'none' | undefined;
  /** Add SFTs of another base all the same. */
  readonly force?: boolean | undefined;
}

/** A data file, and how it is read where that is not as the head's SFT says (as `sft evaluate` has it). */
export interface BenchData {
  readonly data: string;
  readonly column?: 'upos' | 'xpos' | 'feats' | 'deprel' | 'tag' | undefined;
  readonly text?: string | undefined;
  readonly pair?: string | undefined;
  readonly label?: string | undefined;
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly decoding?: 'tree' | 'greedy' | undefined;
  readonly language?: string | undefined;
  /** What the head is for, where the SFT does not say it. */
  readonly task?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly blockSize?: number | undefined;
  /** What the file is for, for the record of results. */
  readonly role?: 'dev' | 'test' | undefined;
}

/** A figure with its interval. */
export interface BenchFigure {
  readonly metric: string;
  /** NaN, and infinities, are null. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Evaluated, of all that the file has. */
  readonly examples: number;
  readonly of: number;
  readonly units: number;
  /** Scores of each label, or type of span; null for language models. */
  readonly labels: Readonly<Record<string, Scores>> | null;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** Whether no forward pass was needed, because all had been predicted before. */
  readonly remembered: boolean;
  /** Whether the SFTs or their coefficients were chosen by figures on this file, as far as the record of results knows. */
  readonly tuned: boolean;
}

/** What is told while an evaluation goes on, under the token that its request names. */
export type BenchProgress =
  | { readonly done: number; readonly of: number }
  /** Share of a large text that has been gone through, before anything of it is predicted. */
  | { readonly reading: number }
  /** The figure on the sample. */
  | { readonly quick: BenchFigure }
  /** One more choice of coefficients has been evaluated. */
  | { readonly point: BenchPoint; readonly metric: string; readonly done: number; readonly of: number };

/** The figure at one choice of coefficients, in the order of the sweep's axes. */
export interface BenchPoint {
  readonly coefficients: readonly number[];
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a sweep found; the first axis varies slowest. */
export interface BenchSweep {
  readonly metric: string;
  readonly examples: number;
  readonly points: readonly BenchPoint[];
}

/** A figure held against that of another setting on the same file. */
export interface BenchDifference {
  readonly metric: string;
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** By paired approximate randomisation; about these very models. */
  readonly p: number | null;
}

/** An example, gold and predicted side by side. */
export interface BenchExample {
  /** Where it stands in the file: `line 12`, or what a question is called. */
  readonly place: string;
  readonly items: readonly {
    readonly text: string;
    readonly gold: string;
    /** null for a word that the model never saw. */
    readonly predicted: string | null;
  }[];
}

/**
 * Requests of the compose bench. Requests can be cancelled by the token of JSON-RPC. One base is warm at a time; a bench whose
 * base has been dropped loads it again at its next request.
 */
export interface BenchRequests {
  /** Loads the base and the SFTs. `idleMinutes` after the last request of any bench the base is dropped. */
  openBench: {
    params: BenchSetting & {
      readonly base: string;
      /** What computes: the compiled engine for the processor unless named. */
      readonly engine?: EngineName | undefined;
      readonly idleMinutes?: number | undefined;
    };
    result: { readonly bench: number; readonly warnings: readonly string[] };
  };
  /** Moves to another setting: coefficients, order, which SFTs, the rule. */
  setCoefficients: {
    params: { readonly bench: number; readonly setting: BenchSetting };
    result: {
      readonly warnings: readonly string[];
      /** How long the weights took. */
      readonly milliseconds: number;
    };
  };
  /** With `sample`, tells a figure on so many examples first. */
  evaluateBench: {
    params: BenchData & {
      readonly bench: number;
      readonly sample?: number | undefined;
      /** Only the sample, not the whole file; it is recorded where the whole file will not be. */
      readonly sampleOnly?: boolean | 'recorded' | undefined;
      readonly progressToken?: string | number | undefined;
      /** Coefficients have been chosen by figures on this file; what the record of results knows of that need not be said. */
      readonly tuned?: boolean | undefined;
    };
    result: BenchFigure;
  };
  /** The bench's figure on the whole file against that of another setting. */
  compareBench: {
    params: BenchData & { readonly bench: number; readonly reference: BenchSetting };
    result: BenchDifference;
  };
  /** Figures at all choices of one or two coefficients, told one by one; whoever picks the best has tuned on this file. */
  sweepBench: {
    params: BenchData & {
      readonly bench: number;
      readonly axes: readonly { readonly target: number; readonly values: readonly number[] }[];
      readonly sample?: number | undefined;
      readonly progressToken?: string | number | undefined;
    };
    result: BenchSweep;
  };
  closeBench: { params: { readonly bench: number }; result: null };
  /** Evaluations that were made, the newest first. */
  results: { params: { readonly filter?: ResultFilter | undefined }; result: readonly ResultRecord[] };
}
