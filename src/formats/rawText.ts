import { userError } from '../core/errors/userError.ts';
import { endlessLine, LONGEST_LINE } from './lineIndex.ts';
import { loadBytes, readLines } from './lines.ts';

/** A sentence or document of a raw text; `line` counts from 1. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
}

/**
 * Raw text, one sentence or document a line; blank lines are skipped.
 * @throws UserError `data-file-empty`, `data-not-utf8`; `data-line-endless` (with the line) as `indexLines`, so that a small
 *   text is refused where a large one is
 */
export function parseRawText(bytes: Uint8Array, file: string): TextLine[] {
  const found: TextLine[] = [];
  for (const [i, text] of readLines(bytes, file).entries()) {
    if (isEndless(text)) throw endlessLine(file, i + 1);
    if (text.trim() !== '') found.push({ line: i + 1, text });
  }
  if (found.length === 0) throw userError('data-file-empty', { wanted: 'text' }, { file });
  return found;
}

/** Whether a line has more bytes than a text's longest; a code unit is at most three. */
function isEndless(line: string): boolean {
  return 3 * line.length >= LONGEST_LINE && Buffer.byteLength(line) >= LONGEST_LINE;
}

/** `parseRawText` of a file on disk; throws what `loadBytes` throws, too. */
export async function loadRawText(file: string): Promise<TextLine[]> {
  return parseRawText(await loadBytes(file), file);
}
