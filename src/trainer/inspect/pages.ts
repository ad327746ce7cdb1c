import type { Movement } from '../../core/movement.ts';
import { sortedLines } from '../../core/movement.ts';
import type { LineOrder, LinePage, LineQuery } from '../../protocol/inspect.ts';

/** Lines that have moved, ready to be paged through. */
export interface PagedLines {
  page(query: LineQuery): LinePage;
}

/** No page has more lines, whatever is asked for. */
const mostLines = 1000;

/** `first` is the number of the first line; `tokenOf` what a line stands for. */
export function pagedLines(
  movement: Movement,
  perLine: number,
  first: number,
  tokenOf: ((line: number) => string) | null,
): PagedLines {
  const orders = new Map<LineOrder, Uint32Array>();
  const ordered = (order: LineOrder): Uint32Array => {
    const lines = orders.get(order) ?? sorted(movement, order, first, tokenOf);
    orders.set(order, lines);
    return lines;
  };
  let last: { search: string; order: LineOrder; lines: Uint32Array } | undefined;
  const searched = (search: string, order: LineOrder): Uint32Array => {
    if (last?.search === search && last.order === order) return last.lines;
    const lines = ordered(order).filter((line) => matches(search, first + line, tokenOf));
    last = { search, order, lines };
    return lines;
  };
  let most: number | undefined;
  return {
    page({ search, order, from, count }) {
      const all = ordered(order);
      most ??= all.reduce((largest, line) => Math.max(largest, movement.squares[line]), 0);
      const found = search.trim() === '' ? all : searched(search.trim(), order);
      const shown = found.subarray(from, from + Math.min(count, mostLines));
      return {
        from,
        moved: all.length,
        matched: found.length,
        perLine,
        most: Math.sqrt(most),
        lines: Array.from(shown, (line) => ({
          line: first + line,
          token: tokenOf === null ? null : tokenOf(first + line),
          entries: movement.entries[line],
          l1: movement.l1[line],
          l2: Math.sqrt(movement.squares[line]),
        })),
      };
    },
  };
}

/** Lines whose tokens nobody knows stay in the order of their numbers. */
function sorted(
  movement: Movement,
  order: LineOrder,
  first: number,
  tokenOf: ((line: number) => string) | null,
): Uint32Array {
  const lines = sortedLines(movement, order === 'token' ? 'line' : order);
  if (order !== 'token' || tokenOf === null) return lines;
  const tokens = new Map(Array.from(lines, (line) => [line, tokenOf(first + line)]));
  return lines.sort((a, b) => compareTexts(tokens.get(a) ?? '', tokens.get(b) ?? '') || a - b);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A search finds tokens that hold the text, whatever their case, and the line of that number. */
function matches(search: string, line: number, tokenOf: ((line: number) => string) | null): boolean {
  if (String(line) === search) return true;
  return tokenOf !== null && tokenOf(line).toLowerCase().includes(search.toLowerCase());
}
