import type { ParameterPlace } from '../core/density.ts';
import type { Magnitudes } from '../core/valueTally.ts';
import type {
  BaseOfSft,
  LineOrder,
  LinePage,
  LineQuery,
  Lineage,
  PlacePart,
  SftComparison,
  SftOverview,
} from './inspect.ts';
import type { SaveMessage } from './savedExport.ts';

/** What the user may do with an SFT from its page; each is a command of the extension. */
export const inspectActions = ['compose', 'attribute', 'compare', 'evaluate', 'reveal', 'copyPath'] as const;
export type InspectAction = (typeof inspectActions)[number];

/** A part of a place of the density map. */
export interface PartAddress {
  readonly place: ParameterPlace;
  readonly part: string;
}

/** What a page can ask for after its overview. */
export const inspectTopics = ['base', 'values', 'rows', 'parts', 'part', 'lineage'] as const;
export type InspectTopic = (typeof inspectTopics)[number];

/** From the extension's host to a page that shows one SFT, or two of them compared. */
export type ToInspector =
  /** An SFT, in answer to `ready` or since its file has changed: what was told before counts no more. */
  | { readonly type: 'overview'; readonly overview: SftOverview; readonly isChanged: boolean }
  | { readonly type: 'base'; readonly base: BaseOfSft | null }
  | { readonly type: 'values'; readonly values: Magnitudes }
  /**
   * Rows of the word-embedding table, or lines of a part; null where they cannot be told. `base` is the folder of the model with
   * which they were read: those of another one come too late.
   */
  | {
      readonly type: 'lines';
      readonly base: string | null;
      readonly of: PartAddress | null;
      readonly query: LineQuery;
      readonly page: LinePage | null;
    }
  | {
      readonly type: 'parts';
      readonly base: string | null;
      readonly place: ParameterPlace;
      readonly parts: readonly PlacePart[];
    }
  | { readonly type: 'lineage'; readonly lineage: Lineage }
  /** Which SFTs are being compared, at once in answer to `ready`. */
  | { readonly type: 'comparing'; readonly files: readonly string[] }
  | { readonly type: 'comparison'; readonly comparison: SftComparison }
  /** The file is no longer there; what was told of it may stay. */
  | { readonly type: 'gone' }
  /**
   * Something cannot be shown: of a topic, or without one the whole page. `canForce`: SFTs of different base models can be
   * compared all the same.
   */
  | {
      readonly type: 'problem';
      readonly topic: InspectTopic | null;
      readonly what: string;
      readonly advice: string;
      readonly canForce: boolean;
    };

export const inspectTabs = ['tokens', 'values', 'head', 'recipe', 'lineage', 'metadata'] as const;
export type InspectTab = (typeof inspectTabs)[number];

/** What the map of two compared SFTs shows. */
export const diffMeasures = [
  'onlyA',
  'onlyB',
  'equal',
  'opposite',
  'timesChance',
  'signAgreement',
  'cosine',
] as const;
export type DiffMeasure = (typeof diffMeasures)[number];

/** What a page wants to have again after a reload; kept by the editor, not by us. */
export interface InspectState {
  /** One SFT, or two that are compared. */
  readonly files: readonly string[];
  readonly tab: InspectTab;
  /** How far down the map was gone: a place, and a part of it. */
  readonly place: ParameterPlace | null;
  readonly part: string | null;
  readonly search: string;
  readonly order: LineOrder;
  /** The base model's folder, where the user chose it. */
  readonly base: string | null;
  readonly measure: DiffMeasure;
  readonly force: boolean;
}

/** From a page to the extension's host. Every message is checked before it is used (`checkFromInspector`). */
export type FromInspector =
  | { readonly type: 'ready'; readonly base: string | null; readonly force: boolean }
  | { readonly type: 'values' }
  | { readonly type: 'lineage' }
  | { readonly type: 'parts'; readonly place: ParameterPlace }
  | { readonly type: 'lines'; readonly of: PartAddress | null; readonly query: LineQuery }
  | { readonly type: 'chooseBase' }
  | { readonly type: 'action'; readonly action: InspectAction }
  /** Opens another SFT or a recipe of the lineage. */
  | { readonly type: 'open'; readonly file: string }
  | SaveMessage;
