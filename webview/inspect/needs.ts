import type { FromInspector, InspectState, PartAddress } from '../../src/protocol/inspectPanel.ts';
import { pageSize, toAsk } from './lineStore.ts';
import { type InspectModel, linesOf, placeKey } from './model.ts';

/** What must be asked for so that the page can show what the user looks at; it counts as asked for from now on. */
export function needs(model: InspectModel, state: InspectState): FromInspector[] {
  if (model.overview === null) return [];
  const once = (name: string, message: FromInspector): FromInspector[] => {
    if (model.asked.has(name)) return [];
    model.asked.add(name);
    return [message];
  };
  const asks: FromInspector[] = [];
  if (state.tab === 'values') asks.push(...once('values', { type: 'values' }));
  if (state.tab === 'lineage') asks.push(...once('lineage', { type: 'lineage' }));
  if (state.tab === 'tokens' && model.overview.words !== null)
    asks.push(...linesIn(model, state, null, 0, 1));
  const { place } = state;
  if (place !== null) asks.push(...once(`parts ${placeKey(place)}`, { type: 'parts', place }));
  const part = partOf(state);
  if (part !== null) asks.push(...linesIn(model, state, part, 0, 1));
  return asks;
}

/** What must be asked for so that lines [from, to) can be shown: of a part, or the rows of the word embeddings. */
export function linesIn(
  model: InspectModel,
  state: InspectState,
  of: PartAddress | null,
  from: number,
  to: number,
): FromInspector[] {
  const query = queryOf(state, of);
  return toAsk(linesOf(model, of, query), from, to).map((first) => ({
    type: 'lines',
    of,
    query: { ...query, from: first, count: pageSize },
  }));
}

/** A part's lines are not searched. */
export function queryOf(
  { search, order }: InspectState,
  of: PartAddress | null,
): Pick<InspectState, 'search' | 'order'> {
  return { search: of === null ? search : '', order };
}

/** The part that is looked into. */
export function partOf({ place, part }: InspectState): PartAddress | null {
  return place === null || part === null ? null : { place, part };
}
