import { userError } from '../core/errors/userError.ts';
import { loadBytes, readLines } from './lines.ts';

/** A sentence or document of a raw text; `line` counts from 1. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
}

/**
 * Raw text, one sentence or document a line; blank lines are skipped.
 * @throws UserError `data-file-empty`, `data-not-utf8`
 */
export function parseRawText(bytes: Uint8Array, file: string): TextLine[] {
  const found: TextLine[] = [];
  for (const [i, text] of readLines(bytes, file).entries()) {
    if (text.trim() !== '') found.push({ line: i + 1, text });
  }
  if (found.length === 0) throw userError('data-file-empty', { wanted: 'text' }, { file });
  return found;
}

/** `parseRawText` of a file on disk; throws what `loadBytes` throws, too. */
export async function loadRawText(file: string): Promise<TextLine[]> {
  return parseRawText(await loadBytes(file), file);
}
