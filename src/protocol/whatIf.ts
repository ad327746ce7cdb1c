/** What a mask of another size would be, by what a run has kept of its full phase. */
export interface WhatIfMask {
  readonly k: number;
  /** The smallest |p - p0| in it; of the kept ones where k goes beyond. */
  readonly threshold: number;
  /** Entries of which it is not known whether they would be in it: those beyond what is kept. */
  readonly uncertain: number;
  /** Its entries by layer (emb, 0, 1 ...) and kind of module. */
  readonly places: readonly { readonly row: string; readonly column: string; readonly entries: number }[];
}

/** The masks that a run could have chosen, by size. */
export interface WhatIf {
  /** Entries that may be in a mask. */
  readonly maskable: number;
  /** Entries that the full phase has moved: no mask is larger. */
  readonly moved: number;
  /** The number of the mask that the run has chosen. */
  readonly own: number;
  /** The smallest first. */
  readonly masks: readonly WhatIfMask[];
}
