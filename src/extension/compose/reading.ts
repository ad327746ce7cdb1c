import { taskName, trainedFor } from '../../recipe/taskNames.ts';
import type { BenchData } from '../../protocol/bench.ts';

/** What columns a file has that can be named: those of a table with a header, or those of a treebank. */
export function columnsOf(file: string): 'table' | 'treebank' | null {
  if (/\.(csv|tsv|jsonl?)$/i.test(file)) return 'table';
  return /\.conllu$/i.test(file) ? 'treebank' : null;
}

/** For which tasks it matters which columns are read. */
const read = { table: 'classification', treebank: 'tagging' } as const;

/**
 * The columns that were named, text first; empty where the SFT says them, null where none can be named: of other files, or where SFTs
 * with other heads read it.
 * @param tasks of the SFTs, as far as their files say them
 */
export function namedColumns(
  { data, column, text, pair, label }: BenchData,
  tasks: readonly string[],
): readonly string[] | null {
  const kind = columnsOf(data);
  const types = tasks.flatMap((task) => taskName(task) ?? []).map(trainedFor);
  if (kind === null || (types.length > 0 && !types.includes(read[kind]))) return null;
  return [column, text, pair, label].filter((name) => name !== undefined);
}

/** The data as its SFT says they are read; all else stays. */
export function unnamed(data: BenchData): BenchData {
  return { ...data, column: undefined, text: undefined, pair: undefined, label: undefined };
}
