import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../core/errors/userError.ts';
import { isHubName, namedPath } from '../formats/hubCache.ts';
import { sftBinName } from '../formats/sftLocation.ts';
import { type Finding, finding, type Path, pathText, valueAt } from './finding.ts';
import { parseSftReference } from './sftReference.ts';

/** A file or folder that a recipe names. */
interface NamedPath {
  readonly path: Path;
  /** As it is written. */
  readonly named: string;
  readonly wanted: 'file' | 'folder';
  /** An SFT may also be the reference's folder of one. */
  readonly isSft?: boolean;
}

/**
 * The files and folders that a recipe names and that are not there, or are something else. `value` is what the
 * YAML holds, well-formed or not, so that these show beside the other problems.
 */
export async function missingPaths(value: unknown, folder: string): Promise<Finding[]> {
  const findings = await Promise.all(namedPaths(value).map((named) => checkPath(named, folder)));
  return findings.flat();
}

async function checkPath({ path, named, wanted, isSft }: NamedPath, folder: string): Promise<Finding[]> {
  const model = isSft === true ? 'sft' : wanted === 'folder' ? 'base' : undefined;
  if (model !== undefined && isHubName(named)) return checkHubName(path, folder, named, model);
  const details = { field: pathText(path), path: named, wanted };
  const there = await statOf(resolve(folder, named));
  if (there === undefined) return [finding('recipe-path-missing', details, path)];
  const isFolderOfSft =
    isSft === true && (await statOf(resolve(folder, named, sftBinName)))?.isFile() === true;
  const right = isFolderOfSft || (wanted === 'folder' ? there.isDirectory() : there.isFile());
  return right ? [] : [finding('recipe-path-kind', details, path)];
}

/** A model of the Hub is there if it has been pulled. */
function checkHubName(path: Path, folder: string, named: string, wanted: 'base' | 'sft'): Finding[] {
  try {
    namedPath(folder, named, wanted);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ code: error.code, problem: error.problem, path, at: 'value' }];
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined; // missing, or not a path at all
  }
}

function namedPaths(value: unknown): NamedPath[] {
  const apply = valueAt(value, ['apply']);
  return [
    ...texts(value, ['base']).map((named) => ({ ...named, wanted: 'folder' as const })),
    ...(Array.isArray(apply) ? apply.flatMap((entry, i) => appliedFile(entry, ['apply', i])) : []),
    ...['text', 'train', 'validation']
      .flatMap((field) => texts(value, ['data', field]))
      .map((named) => ({ ...named, wanted: 'file' as const })),
    ...sourcePaths(value),
    ...texts(value, ['full', 'from']).map((named) => ({ ...named, wanted: 'file' as const })),
  ];
}

function sourcePaths(value: unknown): NamedPath[] {
  const sources = valueAt(value, ['sources']);
  if (!Array.isArray(sources)) return [];
  return sources.flatMap((_, i): NamedPath[] => {
    const apply = valueAt(value, ['sources', i, 'apply']);
    const files = ['train', 'validation'].flatMap((field) => texts(value, ['sources', i, field]));
    return [
      ...files.map((named) => ({ ...named, wanted: 'file' as const })),
      ...(Array.isArray(apply)
        ? apply.flatMap((entry, n) => appliedFile(entry, ['sources', i, 'apply', n]))
        : []),
    ];
  });
}

function appliedFile(entry: unknown, path: Path): NamedPath[] {
  if (typeof entry === 'string' && entry !== '') {
    return [{ path, named: parseSftReference(entry).sft, wanted: 'file', isSft: true }];
  }
  return texts(entry, ['sft']).map(({ named }) => ({
    path: [...path, 'sft'],
    named,
    wanted: 'file',
    isSft: true,
  }));
}

/** A text, or the texts of a list, with the path of each. */
function texts(value: unknown, path: Path): { path: Path; named: string }[] {
  const found = valueAt(value, path);
  if (typeof found === 'string' && found !== '') return [{ path, named: found }];
  if (!Array.isArray(found)) return [];
  return found.flatMap((named: unknown, i) =>
    typeof named === 'string' && named !== '' ? [{ path: [...path, i], named }] : [],
  );
}
