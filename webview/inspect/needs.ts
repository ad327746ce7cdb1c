import type { FromInspector, InspectState, PartAddress } from '../../src/protocol/inspectPanel.ts';
import { pageSize, toAsk } from './lineStore.ts';
import { forgetPages, type InspectModel, linesOf, placeKey } from './model.ts';

/** What must be asked for so that the page can show what the user looks at; it counts as asked for from now on. */
export function needs(model: InspectModel, state: InspectState): FromInspector[] {
  if (model.overview === null) return [];
  forgetUnanswered(model, state);
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
  if (place !== null) asks.push(...once(partsOf(placeKey(place)), { type: 'parts', place }));
  const part = partOf(state);
  if (part !== null) asks.push(...linesIn(model, state, part, 0, 1));
  return asks;
}

/**
 * What was not answered is asked for again when one comes back to it: the host answers the newest question of a kind alone, and what it
 * could not answer it may answer then.
 */
function forgetUnanswered(model: InspectModel, state: InspectState): void {
  const { asked, parts, problems } = model;
  for (const tab of ['values', 'lineage'] as const)
    if (state.tab !== tab && problems.delete(tab)) asked.delete(tab);
  if (state.tab !== 'tokens' && problems.delete('rows')) forgetPages(model);
  if (partOf(state) === null && problems.delete('part')) forgetPages(model);
  const here = state.place === null ? null : placeKey(state.place);
  for (const name of asked) {
    const key = name.startsWith(partsOf('')) ? name.slice(partsOf('').length) : here;
    if (key === null || key === here || parts.has(key)) continue;
    asked.delete(name);
    problems.delete('parts');
  }
}

function partsOf(key: string): string {
  return `parts ${key}`;
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
