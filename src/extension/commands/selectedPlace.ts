import { SftProblem } from '../programs/programs.ts';

/** Where a selection was written for the command line, and where it stands in its document. */
export interface WrittenSelection {
  readonly file: string;
  readonly document: string;
  /** The line of the document, from 0, on which it begins. */
  readonly start: number;
  /** Whether the document's first line was put before it, in place of its own where that is the same. */
  readonly hasHeader: boolean;
}

/** What is wrong with a selection, told of its document: the file that was read is gone by then, and its lines are others. */
export function inDocument(error: unknown, { file, document, start, hasHeader }: WrittenSelection): unknown {
  if (!(error instanceof SftProblem) || error.file !== file) return error;
  const { code, what, advice, line, message } = error;
  const shift = hasHeader ? (start === 0 || line === 1 ? 0 : start - 1) : start;
  const there = line === undefined ? undefined : line + shift;
  const place = there === undefined ? document : `${document}:${there}`;
  const told = message.replace(line === undefined ? file : `${file}:${line}`, () => place);
  const problem = { code, what, advice, message: told, file: document };
  return new SftProblem(there === undefined ? problem : { ...problem, line: there });
}
