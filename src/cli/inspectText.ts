import type { Dependent } from '../protocol/session.ts';
import type { Lineage, LinePage, MovedLine, PlacePart } from '../protocol/inspect.ts';
import type { LayerHeads } from '../library/headMovement.ts';
import type { SftInspection } from '../library/inspect.ts';
import { validationSample } from '../library/validationSample.ts';
import { count, percent, table } from './format.ts';
import { intervalText } from './progress.ts';
import { metricText } from '../core/texts.ts';

/** A row of the word-embedding table and how far it has moved. */
interface WordRow {
  readonly row: number;
  /** null where no tokenizer is known. */
  readonly token: string | null;
  readonly entries: number;
  readonly l1: number;
  readonly l2: number;
}

/** Rows of the word-embedding table: those that are shown, how many there are, and how many of them were searched for. */
export interface InspectedWords {
  readonly tokens: readonly WordRow[];
  readonly tokensMoved: number;
  readonly tokensMatched: number;
}

/** A layer's modules, a module's parts, or a part's rows. */
export type InspectedPlace =
  | {
      readonly row: string;
      readonly modules: readonly {
        readonly module: string;
        readonly entries: number;
        readonly total: number | null;
      }[];
    }
  | { readonly row: string; readonly column: string; readonly parts: readonly PlacePart[] }
  | ({ readonly row: string; readonly column: string; readonly part: PlacePart } & LinePage);

/** Where an SFT comes from; the base's folder as far as it was found. */
interface InspectedLineage extends Lineage {
  readonly base: string | null;
  readonly baseFolder: string | null;
  readonly isComposed: boolean;
}

/** What `sft inspect` was asked for. */
interface Inspected extends SftInspection, Partial<InspectedWords> {
  readonly place?: InspectedPlace;
  readonly lineage?: InspectedLineage;
  /** null where the base model, and so the number of heads, is not known. */
  readonly heads?: readonly LayerHeads[] | null;
}

/** What an SFT file holds, for people. */
export function inspectionText(found: Inspected, withHistogram: boolean): string {
  const { entries, magnitudes, head } = found;
  const summary = `${count(entries)} sparse entries, mean |value| ${size(magnitudes.mean)}, largest ${size(magnitudes.largest)}`;
  const heads = head.map(({ name, shape }) => `head: ${name} [${shape.join(', ')}]`);
  return [
    metadataText(found),
    [summary, ...heads].join('\n'),
    entries === 0 ? undefined : densityText(found),
    found.heads === undefined || entries === 0 ? undefined : headsText(found.heads),
    withHistogram && entries > 0 ? histogramText(found) : undefined,
    found.tokens === undefined
      ? undefined
      : tokensText(found.tokens, found.tokensMoved ?? 0, found.tokensMatched ?? 0),
    found.place === undefined ? undefined : placeText(found.place),
    found.lineage === undefined ? undefined : lineageText(found.lineage),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

function metadataText({ file, metadata }: SftInspection): string {
  const { metrics, interval, labels, recipe: _recipe, parts, trained: _trained, pruned, ...plain } = metadata;
  const sample = validationSample(metadata);
  return [
    file,
    ...Object.entries(plain).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [`  ${key}: ${key === 'density' && typeof value === 'number' ? percent(value, 2) : String(value)}`],
    ),
    ...(labels === undefined ? [] : [`  labels: ${labels.join(' ')}`]),
    ...Object.entries(metrics ?? {}).map(
      ([name, value]) => `  ${name}: ${metricText(name, value)}${intervalText(interval, name)}`,
    ),
    ...(metrics === undefined || sample === undefined
      ? []
      : [`  (these figures are of ${count(sample)} validation examples at most: validate.sample)`]),
    ...(pruned === undefined ? [] : [`  pruned: from ${pruned.name}, ${count(pruned.entries)} entries`]),
    ...(parts ?? []).map(({ name, coefficient }) => `  part: ${name} x ${coefficient}`),
  ].join('\n');
}

function densityText({ density }: SftInspection): string {
  const cell = (row: string, column: string) => {
    const found = density.cells.find((one) => one.row === row && one.column === column);
    if (found === undefined) return '-';
    return found.density === undefined ? count(found.entries) : percent(found.density);
  };
  const rows = density.rows.filter((row) => row !== 'head');
  const columns = density.columns.filter((column) => rows.some((row) => cell(row, column) !== '-'));
  return table([
    ['layer', ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
  ]);
}

function headsText(layers: readonly LayerHeads[] | null): string {
  if (layers === null) return 'The number of heads is not known: give the base model with --base.';
  const most = Math.max(0, ...layers.map(({ heads }) => heads.length));
  return table([
    ['layer', 'module', ...Array.from({ length: most }, (_, head) => `head ${head}`)],
    ...layers.map(({ layer, module, heads }) => [
      layer,
      module,
      ...heads.map(({ entries, total = 0 }) => percent(total === 0 ? 0 : entries / total)),
      ...Array.from({ length: most - heads.length }, () => '-'),
    ]),
  ]);
}

function histogramText({ magnitudes }: SftInspection): string {
  const { histogram, zeros } = magnitudes;
  return table([
    ['|value| from', 'to', 'negative', 'positive'],
    ['0', '0', '', zeros === 0 ? '0' : count(zeros)],
    ...histogram.map(({ exponent, count: all, negative }) => [
      size(2 ** exponent),
      size(2 ** (exponent + 1)),
      count(negative),
      count(all - negative),
    ]),
  ]);
}

function tokensText(tokens: readonly WordRow[], moved: number, matched: number): string {
  if (moved === 0) return 'No row of the word embeddings has moved.';
  const rows = `rows of the word embeddings: ${countText(tokens.length, moved, matched)}`;
  if (tokens.length === 0) return rows;
  return `${rows}\n\n${rowsText(
    'row',
    tokens.map(({ row, ...others }) => ({ line: row, ...others })),
  )}`;
}

/** 20 of 119,547 that have moved */
function countText(shown: number, moved: number, matched: number): string {
  const found = matched === moved ? '' : `${count(matched)} found, `;
  return `${found}${count(shown)} shown of ${count(moved)} that have moved`;
}

function rowsText(name: string, lines: readonly MovedLine[]): string {
  const named = lines.some(({ token }) => token !== null);
  return table([
    [name, ...(named ? ['token'] : []), 'entries', 'L2', 'L1'],
    ...lines.map(({ line, token, entries, l2, l1 }) => [
      String(line),
      ...(named ? [printable(token ?? '')] : []),
      count(entries),
      size(l2),
      size(l1),
    ]),
  ]);
}

function placeText(place: InspectedPlace): string {
  if ('modules' in place) {
    return table([
      ['module', 'entries', 'density'],
      ...place.modules.map(({ module, entries, total }) => [
        `${place.row}/${module}`,
        count(entries),
        densityCell(entries, total),
      ]),
    ]);
  }
  const name = `${place.row}/${place.column}`;
  if ('parts' in place) {
    return table([
      [name, 'entries', 'density', 'L2', 'L1'],
      ...place.parts.map(({ id, entries, total, l2, l1 }) => [
        printable(id),
        count(entries),
        densityCell(entries, total),
        size(l2),
        size(l1),
      ]),
    ]);
  }
  const { part, lines, moved, matched } = place;
  const by = part.by ?? 'row';
  const heading = `${by}s of ${name}, ${printable(part.id)}: ${countText(lines.length, moved, matched)}`;
  return lines.length === 0 ? heading : `${heading}\n\n${rowsText(by, lines)}`;
}

function densityCell(entries: number, total: number | null): string {
  return total === null || total === 0 ? '-' : percent(entries / total);
}

function lineageText({
  base,
  baseFolder,
  parts,
  rule,
  pruned,
  dependents,
  isComposed,
}: InspectedLineage): string {
  const made = isComposed ? `composed (${rule}) from` : 'applied when it was trained';
  return [
    `base: ${printable(base ?? 'not known')}${baseFolder === null ? '' : ` (${printable(baseFolder)})`}`,
    ...(pruned === null
      ? []
      : [
          `pruned: the largest of the ${count(pruned.entries)} entries of ${printable(pruned.name)} (${printable(pruned.file ?? 'not found')}), which was`,
        ]),
    ...(parts.length === 0 ? ['made from the base model alone'] : [`${made}:`]),
    ...parts.map(
      ({ name, coefficient, file }) =>
        `  ${coefficient} x ${printable(name)} (${printable(file ?? 'not found')})`,
    ),
    dependents.length === 0 ? 'made with it: nothing that was found' : 'made with it:',
    ...dependents.map(({ file, how }) => `  ${printable(file)} (${hows[how]})`),
  ].join('\n');
}

const hows = {
  composed: 'composed with it',
  applied: 'trained with it',
  recipe: 'a recipe that applies it',
  fullPhase: 'a recipe that takes its full phase',
  bench: 'a bench that has it',
  notebook: 'a notebook that names it',
} satisfies Record<Dependent['how'], string>;

/** A vocabulary may hold anything: nothing that moves a terminal's cursor. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\u{fffd}');
}

function size(value: number): string {
  return value.toExponential(2);
}
