import type { CompositionRule } from '../core/compositionRules.ts';
import type { DensityTable, ParameterPlace } from '../core/density.ts';
import type { InterferenceTable } from '../core/interference.ts';
import { movementOrders } from '../core/movement.ts';
import type { Magnitudes } from '../core/valueTally.ts';
import type { Dependent, SftListing, SftPart } from './session.ts';

export type { SftListing } from './session.ts';

// For views, which import protocol alone.
export type { DensityTable, ParameterPlace } from '../core/density.ts';
export type { Interference, InterferenceTable } from '../core/interference.ts';
export type { Magnitudes } from '../core/valueTally.ts';
export { modules } from '../core/density.ts';

/** What lines are sorted by: how far they have moved, their number, or the text of the token that they stand for. */
export const lineOrders = [...movementOrders, 'token'] as const;
export type LineOrder = (typeof lineOrders)[number];

/** What is seen of an SFT file at once: its header alone is read. */
export interface SftOverview {
  readonly listing: SftListing;
  readonly density: DensityTable;
  /** Parameters that are stored whole. */
  readonly head: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Meaning of the head's outputs, in their order; null where the file does not say it. */
  readonly labels: readonly string[] | null;
  /** Text of the recipe that made it. */
  readonly recipe: string | null;
  /** The other strings of the file's header, by name. */
  readonly metadata: readonly (readonly [string, string])[];
  /** The word-embedding table has entries; its size, null where the file does not say it. */
  readonly words: { readonly rows: number | null } | null;
}

/** A base model that belongs to an SFT. */
export interface BaseOfSft {
  readonly folder: string;
  readonly name: string;
  /** Attention heads a layer. */
  readonly heads: number;
  /** Why it is taken: the user chose it, it has the SFT's fingerprint, or recipe or name point to it. */
  readonly how: 'chosen' | 'fingerprint' | 'name';
  /** Whether its fingerprint is the SFT's; null where that cannot be told. */
  readonly isSame: boolean | null;
}

/** How far a line has moved: a row of the word-embedding table, or a row or column of a part. */
export interface MovedLine {
  readonly line: number;
  /** The piece of text that the row stands for; null where no base model is known. */
  readonly token: string | null;
  readonly entries: number;
  readonly l1: number;
  readonly l2: number;
}

/** A page of lines, in the order that was asked for. */
export interface LinePage {
  readonly from: number;
  readonly lines: readonly MovedLine[];
  /** How many lines there are in all that have entries, and how many of them were searched for. */
  readonly moved: number;
  readonly matched: number;
  /** Entries that a line has. */
  readonly perLine: number;
  /** The largest L2 movement of all. */
  readonly most: number;
}

/** Which page is asked for. */
export interface LineQuery {
  readonly search: string;
  readonly order: LineOrder;
  readonly from: number;
  readonly count: number;
}

/** A part of a place of the density map. */
export interface PlacePart {
  readonly id: string;
  /** Number of an attention head, from 0; null for a parameter. */
  readonly head: number | null;
  readonly parameters: readonly string[];
  readonly entries: number;
  readonly total: number | null;
  readonly l1: number;
  readonly l2: number;
  /** What its lines are; null where its shape is not known. */
  readonly by: 'row' | 'column' | null;
}

/** Where an SFT comes from and what was made with it. */
export interface Lineage {
  readonly parts: readonly (SftPart & {
    /** Where it lies now, as far as it was found. */
    readonly file: string | null;
  })[];
  /** How entries of several parts were put together. */
  readonly rule: CompositionRule;
  /** Whether one of them has a head, and none was to be used. */
  readonly noHead?: boolean | undefined;
  /** The SFT of which these are the largest entries alone; null where it was not pruned. */
  readonly pruned: { readonly name: string; readonly file: string | null; readonly entries: number } | null;
  readonly dependents: readonly Dependent[];
}

/** SFTs compared pairwise. */
export interface SftComparison {
  readonly sfts: readonly SftListing[];
  /** Numbers of two SFTs, and how they meet. */
  readonly pairs: readonly { readonly a: number; readonly b: number; readonly table: InterferenceTable }[];
  /** Sentences: a file that does not say its base, SFTs of different bases. */
  readonly warnings: readonly string[];
}

/** What a session knows of SFT files; every request reads the file as it is now. */
export interface InspectRequests {
  inspectSft: { params: { readonly file: string }; result: SftOverview };
  /** How large the values are; reads them all. */
  inspectValues: { params: { readonly file: string }; result: Magnitudes };
  /** The base model of an SFT, among these folders, those of SFT_HOME and of the Hugging Face cache. */
  inspectBase: {
    params: {
      readonly file: string;
      readonly folders: readonly string[];
      readonly chosen: string | null;
    };
    result: BaseOfSft | null;
  };
  /** Rows of the word-embedding table; null where it has none, or its shape is not known. */
  inspectRows: {
    params: { readonly file: string; readonly base: string | null; readonly query: LineQuery };
    result: LinePage | null;
  };
  /** Parts of a place. */
  inspectModule: {
    params: { readonly file: string; readonly base: string | null; readonly place: ParameterPlace };
    result: readonly PlacePart[];
  };
  /** Lines of a part of a place; null where there is no such part, or its shape is not known. */
  inspectPart: {
    params: {
      readonly file: string;
      readonly base: string | null;
      readonly place: ParameterPlace;
      readonly part: string;
      readonly query: LineQuery;
    };
    result: LinePage | null;
  };
  /** Lineage, among these SFTs (with the library's) and recipes. */
  inspectLineage: {
    params: {
      readonly file: string;
      readonly sfts: readonly string[];
      readonly recipes: readonly string[];
    };
    result: Lineage;
  };
  diffSfts: {
    params: { readonly files: readonly string[]; readonly force: boolean };
    result: SftComparison;
  };
}
