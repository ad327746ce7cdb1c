import type { Description } from './description.ts';
import { describeTokenizer } from './loadTokenizer.ts';
import { eachPiece } from './vocabularyPieces.ts';

/**
 * Every piece of a model folder's vocabulary by its id, as it is written there: in a fraction of the memory of a tokenizer, which for
 * XLM-R's takes hundreds of megabytes. An id without a piece is ''.
 * @throws UserError as `loadTokenizer`
 */
export async function loadVocabulary(folder: string): Promise<readonly string[]> {
  const { description, file } = await describeTokenizer(folder);
  return piecesOf(description, file);
}

function piecesOf(description: Description, file: string): string[] {
  const pieces: string[] = [];
  eachPiece(description, file, (piece, id) => {
    pieces[id] = piece;
  });
  return Array.from(pieces, (piece) => piece ?? '');
}
