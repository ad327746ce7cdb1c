import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { modules, type ParameterPlace } from '../../core/density.ts';
import { type UserError, userError } from '../../core/errors/userError.ts';
import { encoderShapes } from '../../formats/encoderShapes.ts';
import { readModelConfig } from '../../formats/modelFolder.ts';
import { readSftHeader } from '../../formats/sftFile.ts';
import { findBase } from '../../library/findBase.ts';
import { headMovement, type LayerHeads } from '../../library/headMovement.ts';
import { inspectSft } from '../../library/inspect.ts';
import { type LineOrder, type LinePage, lineOrders, type LineQuery } from '../../protocol/inspect.ts';
import { newInspector } from '../../trainer/inspect/inspector.ts';
import { knownSfts, readableSfts } from '../../trainer/knownSfts.ts';
import { sftsAndRecipesBelow } from '../filesBelow.ts';
import { inspectionText, type InspectedPlace, type InspectedWords } from '../inspectText.ts';
import { print, printJson } from '../output.ts';
import { atLeastOne, baseFolder, sftFile, howMany } from '../values.ts';

interface InspectFlags {
  readonly base?: string;
  readonly tokens?: number;
  readonly find?: string;
  readonly sort: LineOrder;
  readonly place?: LookedAt;
  readonly head?: number;
  readonly part?: string;
  readonly rows?: number;
  readonly lineage?: boolean;
  readonly in?: string;
  readonly histogram?: boolean;
  readonly heads?: boolean;
  readonly json?: boolean;
}

/** A layer, or one kind of its modules. */
interface LookedAt {
  readonly row: string;
  readonly column?: ParameterPlace['column'];
}

/** Lines that are shown unless a number is given. */
const SHOWN = 20;
/** Lines that are asked for at once. */
const PAGE = 500;

const inspector = newInspector({
  bases: (folders) => Promise.resolve(folders),
  sfts: async (files) => readableSfts(await knownSfts(files)),
});
const unending = new AbortController().signal;

export function inspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('show what an SFT file holds: metadata, density by layer and module, and what lies below')
    .argument('<file>', 'NAME.sft.safetensors, pytorch_diff.bin, or its folder', sftFile)
    .option(
      '--base <folder>',
      'the base model: its tokens and heads, and densities of a file that does not hold its shapes (default: the one that the SFT names)',
      baseFolder,
    )
    .option('--tokens <n>', 'the n rows of the word embeddings that come first by --sort', howMany)
    .option('--find <text>', 'only rows whose token holds this text, or the row of this number')
    .addOption(
      new Option('--sort <order>', 'how rows are sorted: l2, l1, entries (most first), row, token')
        .argParser(orderOf)
        .default('l2'),
    )
    .option('--place <layer/module>', 'what a layer is made of, or one of its modules: 3, 3/q', placeOf)
    .option('--head <n>', 'with --place: the rows of an attention head, from 0', headNumber)
    .option('--part <name>', 'with --place: the rows of a parameter')
    .option('--rows <n>', `with --head or --part: how many rows (default: ${SHOWN})`, howMany)
    .option('--lineage', 'what it was made from and what was made with it')
    .option('--in <folder>', 'with --lineage: where SFTs and recipes are looked for (default: this folder)')
    .option('--histogram', 'how large the values are')
    .option('--heads', 'density by attention head')
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: InspectFlags) => {
      const found = await inspect(file, flags);
      if (flags.json === true) printJson(found);
      else print(inspectionText(found, flags.histogram === true));
    });
}

async function inspect(file: string, flags: InspectFlags) {
  checkTogether(flags);
  const base = await baseOf(file, flags);
  const shapes = base === null ? undefined : encoderShapes(readModelConfig(base));
  const inspection = await inspectSft(file, flags.base === undefined ? undefined : shapes);
  const { place } = flags;
  const words =
    flags.tokens === undefined && (flags.find === undefined || place !== undefined)
      ? undefined
      : await wordsOf(file, base, flags);
  return {
    ...inspection,
    ...words,
    ...(flags.heads === true ? { heads: await headsOf(file, base) } : {}),
    ...(place === undefined ? {} : { place: await lookAt(file, base, place, flags) }),
    ...(flags.lineage === true ? { lineage: await lineageOf(file, flags.in) } : {}),
  };
}

/** @throws UserError `option-needs` where an option stands without the one that it is about */
function checkTogether({ place, head, part, rows, lineage, in: folder }: InspectFlags): void {
  const module = '--place with a layer and a module, such as 3/q';
  if (head !== undefined && place?.column === undefined) throw needs('--head', module);
  if (part !== undefined && place?.column === undefined) throw needs('--part', module);
  if (head !== undefined && part !== undefined) throw needs('--head', 'no --part');
  if (rows !== undefined && head === undefined && part === undefined)
    throw needs('--rows', '--head or --part');
  if (folder !== undefined && lineage !== true) throw needs('--in', '--lineage');
}

function needs(option: string, needed: string): UserError {
  return userError('option-needs', { command: 'inspect', option, needed });
}

/** The base model that is given, or the one that the file's recipe names; looked for only where it is wanted. */
async function baseOf(
  file: string,
  { base, tokens, find, heads, place, lineage }: InspectFlags,
): Promise<string | null> {
  const isWanted = [base, tokens, find, heads, place, lineage].some((flag) => flag !== undefined);
  if (!isWanted) return null;
  const header = await readSftHeader(file);
  return (await findBase(file, header, { folders: [], chosen: base ?? null }))?.folder ?? null;
}

async function wordsOf(
  file: string,
  base: string | null,
  { tokens = SHOWN, find, sort }: InspectFlags,
): Promise<InspectedWords> {
  const page = await firstLines(tokens, { search: find, order: sort }, (query) =>
    inspector.inspectRows({ file, base, query }, unending),
  );
  const { lines = [], moved = 0, matched = 0 } = page ?? {};
  return {
    tokens: lines.map(({ line, token, entries, l1, l2 }) => ({ row: line, token, entries, l1, l2 })),
    tokensMoved: moved,
    tokensMatched: matched,
  };
}

/** A layer's modules, a module's parts, or a part's rows. */
async function lookAt(
  file: string,
  base: string | null,
  { row, column }: LookedAt,
  { head, part, rows = SHOWN, find, sort }: InspectFlags,
): Promise<InspectedPlace> {
  const named = await modulesOf(file, row);
  if (column === undefined) return { row, modules: named };
  if (!named.some((one) => one.module === column)) {
    const possible = named.map(({ module }) => `${row}/${module}`);
    throw userError('inspect-place', { place: `${row}/${column}`, possible }, { file });
  }
  const place = { row, column };
  const parts = await inspector.inspectModule({ file, base, place }, unending);
  const id = head === undefined ? part : `head ${head}`;
  if (id === undefined) return { row, column, parts };
  const asked = { search: find, order: sort };
  const page = await firstLines(rows, asked, (query) =>
    inspector.inspectPart({ file, base, place, part: id, query }, unending),
  );
  const own = parts.find((one) => one.id === id);
  if (own === undefined) {
    const ids = parts.map((one) => one.id);
    throw userError('inspect-part', { part: id, place: `${row}/${column}`, possible: ids }, { file });
  }
  if (page === null) throw userError('inspect-shape', { part: id }, { file });
  return { row, column, part: own, ...page };
}

async function modulesOf(
  file: string,
  row: string,
): Promise<Extract<InspectedPlace, { modules: unknown }>['modules']> {
  const { density } = await inspector.inspectSft({ file }, unending);
  const cells = density.cells.filter((cell) => cell.row === row);
  if (cells.length === 0) {
    throw userError('inspect-place', { place: row, possible: density.rows }, { file });
  }
  return cells.map(({ column, entries, total }) => ({ module: column, entries, total: total ?? null }));
}

/** The first lines of many, page by page; null where there is nothing to page through. */
async function firstLines(
  most: number,
  { search = '', order }: { readonly search: string | undefined; readonly order: LineOrder },
  ask: (query: LineQuery) => Promise<LinePage | null>,
): Promise<LinePage | null> {
  const first = await ask({ search, order, from: 0, count: Math.min(PAGE, most) });
  if (first === null) return null;
  const lines = [...first.lines];
  while (lines.length < Math.min(most, first.matched)) {
    const count = Math.min(PAGE, most - lines.length);
    const next = await ask({ search, order, from: lines.length, count });
    if (next === null || next.lines.length === 0) break;
    lines.push(...next.lines);
  }
  return { ...first, lines };
}

async function lineageOf(file: string, folder: string | undefined) {
  const header = await readSftHeader(file);
  const found = await sftsAndRecipesBelow(resolve(folder ?? '.'));
  // What lies beside it belongs to it wherever the command is given.
  const beside = await sftsAndRecipesBelow(dirname(resolve(file)));
  const sfts = [...new Set([...found.sfts, ...beside.sfts])];
  const recipes = [...new Set([...found.recipes, ...beside.recipes])];
  const lineage = await inspector.inspectLineage({ file: resolve(file), sfts, recipes }, unending);
  const base = await findBase(file, header, { folders: [], chosen: null });
  return {
    base: base === null ? (header.metadata.baseName ?? null) : base.name,
    baseFolder: base?.folder ?? null,
    isComposed: header.metadata.kind === 'composed',
    ...lineage,
  };
}

async function headsOf(file: string, base: string | null): Promise<readonly LayerHeads[] | null> {
  return base === null ? null : headMovement(file, readModelConfig(base).heads);
}

function orderOf(text: string): LineOrder {
  const order = lineOrders.find((one) => (one === 'line' ? 'row' : one) === text);
  if (order === undefined) throw new InvalidArgumentError('Give l2, l1, entries, row or token.');
  return order;
}

function placeOf(text: string): LookedAt {
  const [row, module, ...more] = text.split('/');
  const column = modules.find((one) => one === module);
  if (
    !/^(emb|\d{1,4}|pooler|head)$/.test(row) ||
    more.length > 0 ||
    (module !== undefined && column === undefined)
  ) {
    throw new InvalidArgumentError(
      `Give a layer, such as emb or 3, or a layer and a module, such as 3/q: ${modules.join(', ')}.`,
    );
  }
  return column === undefined ? { row } : { row, column };
}

function headNumber(text: string): number {
  return text === '0' ? 0 : atLeastOne(text);
}
