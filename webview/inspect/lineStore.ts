import type { LinePage, LineQuery, MovedLine } from '../../src/protocol/inspect.ts';

/** Lines in one order, of which pages come when they are seen. */
export interface LineStore {
  /** By the number of the page. */
  readonly pages: Map<number, readonly MovedLine[]>;
  /** Pages that were asked for. */
  readonly asked: Set<number>;
  /** Of the first page that came; null where there are no lines to tell. */
  facts: Omit<LinePage, 'from' | 'lines'> | null | undefined;
}

/** Lines that are asked for at once. */
export const pageSize = 200;

export function newLineStore(): LineStore {
  return { pages: new Map(), asked: new Set(), facts: undefined };
}

/** Takes in a page that has come. */
export function takePage(store: LineStore, { from }: LineQuery, page: LinePage | null): void {
  if (page === null) {
    store.facts = null;
    return;
  }
  const { lines, from: _from, ...facts } = page;
  store.facts = facts;
  store.pages.set(Math.floor(from / pageSize), lines);
}

/** A line by its place in the order; undefined while it is not there. */
export function lineAt({ pages }: LineStore, index: number): MovedLine | undefined {
  return pages.get(Math.floor(index / pageSize))?.[index % pageSize];
}

/** First lines of the pages that must be asked for so that [from, to) is there; they count as asked for from now on. */
export function toAsk({ asked }: LineStore, from: number, to: number): number[] {
  const missing: number[] = [];
  for (let page = Math.floor(from / pageSize); page * pageSize < Math.max(to, from + 1); page++) {
    if (asked.has(page)) continue;
    asked.add(page);
    missing.push(page * pageSize);
  }
  return missing;
}
