import type { BenchData } from '../../protocol/bench.ts';

/** What columns a file has that can be named: those of a table with a header, or those of a treebank. */
export function columnsOf(file: string): 'table' | 'treebank' | null {
  if (/\.(csv|tsv|jsonl?)$/i.test(file)) return 'table';
  return /\.conllu$/i.test(file) ? 'treebank' : null;
}

/** The columns that were named, text first; empty where the SFT says them, null where none can be named. */
export function namedColumns({ data, column, text, pair, label }: BenchData): readonly string[] | null {
  if (columnsOf(data) === null) return null;
  return [column, text, pair, label].filter((name) => name !== undefined);
}

/** The data as its SFT says they are read; all else stays. */
export function unnamed(data: BenchData): BenchData {
  return { ...data, column: undefined, text: undefined, pair: undefined, label: undefined };
}
