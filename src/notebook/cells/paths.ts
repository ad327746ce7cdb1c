import { stat } from 'node:fs/promises';
import { UserError } from '../../core/errors/userError.ts';
import { namedPath } from '../../formats/hubCache.ts';
import { type Finding, finding, type Path, pathText } from '../../recipe/finding.ts';
import { parseSftReference, type SftReference } from '../../recipe/sftReference.ts';
import type { CellRequest, WrittenComposition, WrittenData, WrittenReference } from './schema.ts';

/** A file or folder that a cell names. */
export interface CellPath {
  readonly path: Path;
  /** As it is written, without a coefficient. */
  readonly named: string;
  readonly wanted: 'sft' | 'base' | 'data';
}

/** What a cell names, in the order in which it does. */
export function cellPaths({ kind, value }: CellRequest): CellPath[] {
  const at = (...path: Path): Path => [kind, ...path];
  const base =
    typeof value === 'object' && 'base' in value && value.base !== undefined
      ? [{ path: at('base'), named: value.base, wanted: 'base' as const }]
      : [];
  switch (kind) {
    case 'evaluate':
      return [
        ...base,
        ...Object.entries(value.compositions).flatMap(([name, one]) =>
          ofComposition(one, at('compositions', name)),
        ),
        ...ofData(value.data, at('data')),
      ];
    case 'compare':
      return [
        ...base,
        ...Object.entries(value.systems).flatMap(([name, one]) =>
          typeof one === 'object' && 'seeds' in one
            ? one.seeds.flatMap((seed, i) => ofComposition(seed, at('systems', name, 'seeds', i)))
            : ofComposition(one, at('systems', name)),
        ),
        ...ofData(value.data, at('data')),
      ];
    case 'matrix':
      return [
        ...base,
        ...(['tasks', 'languages'] as const).flatMap((field) =>
          Object.entries(value[field]).flatMap(([name, one]) => texts(one, at(field, name), 'sft')),
        ),
        ...value.tests.map(({ file }, i) => ({
          path: at('tests', i, 'file'),
          named: file,
          wanted: 'data' as const,
        })),
        ...Object.entries(value.texts ?? {}).flatMap(([name, one]) => texts(one, at('texts', name), 'data')),
      ];
    case 'sweep':
      return [...base, ...ofReferences(value.sfts, at('sfts')), ...ofData(value.data, at('data'))];
    case 'attribute':
      return [
        ...base,
        ...ofReferences([value.sft], at('sft')),
        ...ofReferences(value.with ?? [], at('with')),
        ...ofData(value.data, at('data')),
      ];
    case 'interference':
      return texts(value.sfts, at('sfts'), 'sft');
    default:
      return [];
  }
}

/** What a cell names and is not there. */
export async function missingCellPaths(request: CellRequest, folder: string): Promise<Finding[]> {
  const found = await Promise.all(cellPaths(request).map((one) => missing(one, folder)));
  return found.flat();
}

/** The SFTs of a composition as it is written; none for `base`. */
export function referencesOf(written: WrittenComposition): SftReference[] {
  if (written === 'base') return [];
  return (typeof written === 'string' ? [written] : written).map(referenceOf);
}

export function referenceOf(written: WrittenReference): SftReference {
  return typeof written === 'string'
    ? parseSftReference(written)
    : { sft: written.sft, coefficient: written.coefficient ?? 1 };
}

async function missing({ path, named, wanted }: CellPath, folder: string): Promise<Finding[]> {
  try {
    await stat(namedPath(folder, named, wanted === 'base' ? 'base' : 'sft'));
    return [];
  } catch (error) {
    if (error instanceof UserError) return [{ code: error.code, problem: error.problem, path, at: 'value' }];
    return [finding('cell-path-missing', { field: pathText(path), path: named }, path)];
  }
}

function ofComposition(written: WrittenComposition, path: Path): CellPath[] {
  return referencesOf(written).map(({ sft }, i) => ({
    path: typeof written === 'string' ? path : [...path, i],
    named: sft,
    wanted: 'sft',
  }));
}

function ofReferences(written: readonly WrittenReference[], path: Path): CellPath[] {
  return written.map((one, i) => ({ path: [...path, i], named: referenceOf(one).sft, wanted: 'sft' }));
}

function ofData(written: WrittenData | readonly WrittenData[], path: Path): CellPath[] {
  return isList(written)
    ? written.map((data, i) => ofDataFile(data, [...path, i]))
    : [ofDataFile(written, path)];
}

function ofDataFile(data: WrittenData, path: Path): CellPath {
  return typeof data === 'string'
    ? { path, named: data, wanted: 'data' }
    : { path: [...path, 'file'], named: data.file, wanted: 'data' };
}

function isList(written: WrittenData | readonly WrittenData[]): written is readonly WrittenData[] {
  return Array.isArray(written);
}

function texts(written: string | readonly string[], path: Path, wanted: CellPath['wanted']): CellPath[] {
  return typeof written === 'string'
    ? [{ path, named: written, wanted }]
    : written.map((named, i) => ({ path: [...path, i], named, wanted }));
}
