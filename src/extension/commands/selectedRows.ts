import type { SftListing } from '../../protocol/session.ts';
import { taskName, trainedFor } from '../../recipe/taskNames.ts';
import { dataFileOf } from '../newRecipe/dataFiles.ts';

/**
 * Whether SFTs read a file as a table whose first line names its columns: `.csv` always is one; `.tsv` also stands for a word a line,
 * which taggers read, so there it depends on what the SFTs were trained for, or, where no file says it, on what the text looks like.
 */
export function isTable(fileName: string, text: string, sfts: readonly Pick<SftListing, 'task'>[]): boolean {
  if (/\.csv$/i.test(fileName)) return true;
  if (!/\.tsv$/i.test(fileName)) return false;
  const tasks = sfts
    .flatMap(({ task }) => taskName(task ?? undefined) ?? [])
    .map(trainedFor)
    .filter((type) => type !== 'language');
  if (tasks.length > 0) return tasks.includes('classification');
  return dataFileOf(fileName, text)?.kind === 'table';
}

/**
 * A selection of a table below the table's header, which may be selected too, or a part of it.
 * @param startLine the line on which the selection starts, from 0
 */
export function rowsWithHeader(header: string, selected: string, startLine: number): string {
  const rows = startLine === 0 ? selected.replace(/^[^\r\n]*(\r\n?|\n|$)/, '') : selected;
  return `${header}\n${rows}`;
}
