import { metricText, probabilityWords } from '../../core/texts.ts';
import type { CellOutput, ClaimsBlock, NotebookComparison, NotebookFigure } from '../../protocol/notebook.ts';
import { type Claim, type ClaimSide, parseClaim } from './claim.ts';

type Judged = ClaimsBlock['claims'][number];

const LEVEL = 0.05;

/** Whether claims hold of what the cells above gave, the nearest of which that knows a name is asked. */
export function judgeClaims(claims: readonly string[], above: readonly CellOutput[]): ClaimsBlock {
  return { type: 'claims', claims: claims.map((claim) => judge(claim, above)) };
}

function judge(text: string, above: readonly CellOutput[]): Judged {
  const claim = parseClaim(text);
  const fails = (found: string): Judged => ({ claim: text, holds: false, found });
  if (claim === undefined) return fails('it cannot be understood');
  const cell = above.findLast(({ figures }) =>
    sides(claim).every(({ system }) => figures.some((figure) => figure.system === system)),
  );
  if (cell === undefined) return fails(unknownText(claim, above));
  const places = placesOf(claim, cell.figures);
  if (places.length === 0) return fails('there is no figure of both on the same data');
  const found = places.map((place) => judgeOn(claim, place, cell));
  return {
    claim: text,
    holds: found.every(({ holds }) => holds),
    found: found.map((one) => one.found).join('; '),
  };
}

function sides({ left, right }: Claim): ClaimSide[] {
  return typeof right === 'number' ? [left] : [left, right];
}

function unknownText(claim: Claim, above: readonly CellOutput[]): string {
  const known = [...new Set(above.flatMap(({ figures }) => figures.map(({ system }) => system)))];
  const missing = sides(claim).map(({ system }) => system);
  const unknown = missing.filter((system) => !known.includes(system));
  const which =
    unknown.length === 0 ? 'no cell above has both' : `nothing above is called ${unknown.join(' or ')}`;
  return known.length === 0
    ? `${which}; no cell above has figures`
    : `${which}; there are ${known.join(', ')}`;
}

/** A figure, and what it is held against. */
interface Place {
  readonly left: NotebookFigure;
  readonly right: NotebookFigure | number;
}

/** On what a claim is judged: where it says; else on the mean of each task that has one, and on every file of the others. */
function placesOf({ left, right }: Claim, figures: readonly NotebookFigure[]): Place[] {
  const mine = figures.filter(({ system }) => system === left.system);
  const where = chosen(left.on ?? (typeof right === 'number' ? undefined : right.on), mine);
  if (typeof right === 'number') return where.map((figure) => ({ left: figure, right }));
  return where.flatMap((figure) => {
    const on = right.on ?? figure.on;
    const other = figures.find((one) => one.system === right.system && one.on === on);
    return other === undefined ? [] : [{ left: figure, right: other }];
  });
}

function chosen(on: string | undefined, figures: readonly NotebookFigure[]): NotebookFigure[] {
  if (on !== undefined) return figures.filter((figure) => figure.on === on);
  const means = figures.filter((figure) => figure.on === 'mean' || figure.on.endsWith('/mean'));
  const isInMean = (figure: NotebookFigure) =>
    means.some((mean) => figure.on.startsWith(mean.on.slice(0, -'mean'.length)));
  return figures.filter((figure) => means.includes(figure) || !isInMean(figure));
}

function judgeOn(claim: Claim, { left, right }: Place, cell: CellOutput): { holds: boolean; found: string } {
  const show = (value: number | null) => (value === null ? 'no figure' : metricText(left.metric, value));
  const theirs = typeof right === 'number' ? right : right.value;
  const on = `on ${left.on}: ${show(left.value)} against ${show(theirs)}`;
  if (left.value === null || theirs === null) return { holds: false, found: on };
  const difference = left.value - theirs;
  const far = compares(claim, difference);
  if (!claim.significantly || typeof right === 'number') return { holds: far, found: on };
  const test = testOf(cell.comparisons, left, right);
  if (test?.p === undefined || test.p === null)
    return { holds: false, found: `${on}, and they were not tested` };
  return { holds: far && test.p <= LEVEL, found: `${on}, ${probabilityWords(test.p)} after Holm` };
}

function compares({ sign, by }: Claim, difference: number): boolean {
  const ahead = sign.startsWith('>') ? difference : -difference;
  // Differences of figures in binary are off by their last bits.
  const slack = 1e-12;
  if (by > 0) return ahead >= by - slack;
  return sign.endsWith('=') ? ahead >= -slack : ahead > 0;
}

function testOf(
  comparisons: readonly NotebookComparison[],
  left: NotebookFigure,
  right: NotebookFigure,
): NotebookComparison | undefined {
  if (left.on !== right.on) return undefined;
  return comparisons.find(
    ({ a, b, on }) =>
      on === left.on &&
      ((a === left.system && b === right.system) || (a === right.system && b === left.system)),
  );
}
