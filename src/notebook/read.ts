import { userError } from '../core/errors/userError.ts';
import { readLines } from '../formats/lines.ts';
import type { CellOutcome } from '../protocol/notebook.ts';
import { emptyNotebook, type Notebook, type NotebookCell, notebookVersion } from './notebook.ts';
import { outputSchema, problemSchema } from '../protocol/cellOutcomes.ts';
import { readSections, type Section } from './sections.ts';

/** A file with more bytes is none that we have written. */
export const maxNotebookBytes = 256 * 2 ** 20;

/**
 * Reads a notebook's file; an empty one is a notebook without cells. Outputs that cannot be read are left out, and `lost` says so:
 * they can be made anew. Everything else that is not whole is refused, so that it is not overwritten.
 * @throws UserError `notebook-newer`, `notebook-damaged`, `notebook-large`, `data-not-utf8`
 */
export function readNotebook(bytes: Uint8Array, file: string): Notebook {
  if (bytes.length > maxNotebookBytes) {
    const megabytes = Math.ceil(bytes.length / 2 ** 20);
    throw userError('notebook-large', { megabytes, limit: maxNotebookBytes / 2 ** 20 }, { file });
  }
  if (bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d))
    return emptyNotebook;
  const [head, ...sections] = readSections(readLines(bytes, file));
  checkHead(head, file);
  const cells: NotebookCell[] = [];
  const lost: number[] = [];
  for (let s = 0; s < sections.length; s++) {
    const { heading, text, line } = sections[s];
    if (heading !== 'markdown' && heading !== 'sft-cell') throw unknownHeading(heading, file, line);
    const shown = sections[s + 1]?.heading.startsWith('output ') ? sections[s + 1] : undefined;
    const data = shown !== undefined && sections[s + 2]?.heading === 'data' ? sections[s + 2] : undefined;
    s += (shown === undefined ? 0 : 1) + (data === undefined ? 0 : 1);
    const outcome = shown === undefined ? undefined : outcomeOf(shown, data);
    if (shown !== undefined && outcome === undefined) lost.push(cells.length + 1);
    cells.push({ language: heading, text, outcome, line: line + 1 });
  }
  return { cells, lost };
}

function checkHead(head: Section | undefined, file: string): void {
  const version = /^sftnb (\d{1,9})$/.exec(head?.heading ?? '')?.[1];
  if (head === undefined || version === undefined) {
    const reason = 'it does not begin with "%% sftnb" and the number of its version';
    throw userError('notebook-damaged', { reason }, { file, line: 1 });
  }
  if (Number(version) > notebookVersion)
    throw userError('notebook-newer', { version, supported: notebookVersion }, { file });
  if (Number(version) < 1 || head.text.trim() !== '') {
    const reason = 'between its head and its first cell there is something else';
    throw userError('notebook-damaged', { reason }, { file, line: head.line + 1 });
  }
}

function unknownHeading(heading: string, file: string, line: number): Error {
  const shown = JSON.stringify(heading.slice(0, 40));
  const reason = /^(output|data)\b/.test(heading)
    ? `the output ${shown} stands below no cell`
    : `${shown} is no sort of cell (markdown, sft-cell)`;
  return userError('notebook-damaged', { reason }, { file, line });
}

function outcomeOf({ heading }: Section, data: Section | undefined): CellOutcome | undefined {
  const state = heading.slice('output '.length).trim();
  if (state === 'interrupted') return { state };
  const value = data === undefined ? undefined : parsed(data.text);
  if (state === 'done') {
    const output = outputSchema.safeParse(value);
    return output.success ? { state, output: output.data } : undefined;
  }
  if (state !== 'failed') return undefined;
  const problem = problemSchema.safeParse(value);
  return problem.success ? { state, problem: problem.data } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // half-written, or merged by hand
  }
}
