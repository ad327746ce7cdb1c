/** Where a problem lies; lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** One entry of the catalogue: a sentence that says what is wrong, and one that says what to do. */
export interface Problem {
  readonly what: string;
  readonly advice: string;
}
