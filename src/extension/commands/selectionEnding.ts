import { extname } from 'node:path';
import { fits } from '../../recipe/language/fileKinds.ts';

/**
 * The ending under which selected text of a file is read as what it is: that of a treebank, of columns (a word a line), a table or
 * questions stays; any other text is a sentence a line, `.txt`.
 */
export function selectionEnding(fileName: string): string {
  const known = fits('data', fileName) && !fits('text', fileName);
  return known ? extname(fileName) : '.txt';
}
