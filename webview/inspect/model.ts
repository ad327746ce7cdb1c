import type {
  BaseOfSft,
  Lineage,
  LineQuery,
  Magnitudes,
  PlacePart,
  SftComparison,
  SftOverview,
} from '../../src/protocol/inspect.ts';
import type {
  InspectState,
  InspectTopic,
  PartAddress,
  ToInspector,
} from '../../src/protocol/inspectPanel.ts';
import { newLineStore, type LineStore, takePage } from './lineStore.ts';

export interface Told {
  readonly what: string;
  readonly advice: string;
}

/** What the page has been told. It changes in place. */
export interface InspectModel {
  overview: SftOverview | null;
  comparison: SftComparison | null;
  /** `looking` until the host has said whether there is one. */
  base: BaseOfSft | 'looking' | null;
  values: Magnitudes | null;
  lineage: Lineage | null;
  /** Parts by place. */
  readonly parts: Map<string, readonly PlacePart[]>;
  /** Lines by what they are of, search and order. */
  readonly lines: Map<string, LineStore>;
  readonly problems: Map<InspectTopic, Told>;
  /** What was asked for, and is not asked for again. */
  readonly asked: Set<string>;
  /** What is switched on or off for now. */
  tableShown: boolean;
  readonly hiddenSeries: Set<string>;
  /** Why nothing is shown. */
  problem: (Told & { readonly canForce: boolean }) | null;
  /** What has happened to the file since it was opened. */
  standing: 'there' | 'changed' | 'gone';
}

export function newModel(): InspectModel {
  return {
    overview: null,
    comparison: null,
    base: 'looking',
    values: null,
    lineage: null,
    parts: new Map(),
    lines: new Map(),
    problems: new Map(),
    asked: new Set(),
    tableShown: false,
    hiddenSeries: new Set(),
    problem: null,
    standing: 'there',
  };
}

/** Takes in a message. */
export function receive(model: InspectModel, message: ToInspector): void {
  switch (message.type) {
    case 'overview':
      // A file that was replaced is another one.
      Object.assign(model, newModel(), { overview: message.overview });
      model.standing = message.isChanged ? 'changed' : 'there';
      break;
    case 'base':
      model.base = message.base;
      if (message.base?.how === 'chosen') model.problems.delete('base');
      // What was read without it has no tokens, heads or shapes.
      model.lines.clear();
      model.parts.clear();
      for (const topic of ['rows', 'parts', 'part'] as const) model.problems.delete(topic);
      for (const asked of model.asked) if (asked.startsWith('parts ')) model.asked.delete(asked);
      break;
    case 'values':
      model.values = message.values;
      break;
    case 'lines': {
      if (message.base !== baseFolder(model)) break;
      const key = linesKey(message.of, message.query);
      const store = model.lines.get(key);
      if (store !== undefined) takePage(store, message.query, message.page);
      break;
    }
    case 'parts':
      if (message.base === baseFolder(model)) model.parts.set(placeKey(message.place), message.parts);
      break;
    case 'lineage':
      model.lineage = message.lineage;
      break;
    case 'comparing':
      model.problem = null;
      break;
    case 'comparison':
      Object.assign(model, newModel(), { comparison: message.comparison });
      break;
    case 'gone':
      model.standing = 'gone';
      break;
    default:
      if (message.topic === null) model.problem = message;
      else {
        model.problems.set(message.topic, message);
        if (message.topic === 'base' && model.base === 'looking') model.base = null;
      }
  }
}

function baseFolder({ base }: InspectModel): string | null {
  return base === 'looking' ? null : (base?.folder ?? null);
}

/** Pages that were asked for and have not come are asked for again. */
export function forgetPages({ lines }: InspectModel): void {
  for (const { asked, pages } of lines.values())
    for (const page of asked) if (!pages.has(page)) asked.delete(page);
}

/** The lines of something in some order, as far as they are there. */
export function linesOf(
  model: InspectModel,
  of: PartAddress | null,
  query: Pick<LineQuery, 'search' | 'order'>,
): LineStore {
  const key = linesKey(of, query);
  const known = model.lines.get(key);
  if (known !== undefined) return known;
  // Nobody answers a question after which another one was asked.
  forgetPages(model);
  const made = newLineStore();
  model.lines.set(key, made);
  for (const oldest of [...model.lines.keys()].slice(0, -mostStores)) model.lines.delete(oldest);
  return made;
}

/** Searches that are remembered. */
const mostStores = 24;

export function linesKey(
  of: PartAddress | null,
  { search, order }: Pick<LineQuery, 'search' | 'order'>,
): string {
  return JSON.stringify([of?.place.row, of?.place.column, of?.part, search, order]);
}

export function placeKey({ row, column }: { readonly row: string; readonly column: string }): string {
  return `${row} ${column}`;
}

/** What a page starts with that has nothing to restore. */
export function newState(files: readonly string[]): InspectState {
  return {
    files,
    tab: 'tokens',
    place: null,
    part: null,
    search: '',
    order: 'l2',
    base: null,
    measure: 'timesChance',
    force: false,
  };
}
