import { userError } from '../../core/errors/userError.ts';
import type { Description } from './description.ts';
import { describeTokenizer } from './loadTokenizer.ts';

/**
 * Every piece of a model folder's vocabulary by its id, as it is written there: in a fraction of the memory of a tokenizer, which for
 * XLM-R's takes hundreds of megabytes. An id without a piece is ''.
 * @throws UserError as `loadTokenizer`
 */
export async function loadVocabulary(folder: string): Promise<readonly string[]> {
  const { description, file } = await describeTokenizer(folder);
  return piecesOf(description, file);
}

/** No vocabulary is larger: an id may be anything that a file says. */
const mostPieces = 2 ** 24;

function piecesOf({ model, added_tokens: added }: Description, file: string): string[] {
  const pieces: string[] = [];
  const put = (piece: unknown, id: unknown): void => {
    const isId = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < mostPieces;
    if (typeof piece !== 'string' || !isId) {
      throw userError(
        'data-tokenizer-broken',
        { reason: 'a piece or its id is not what it should be' },
        { file },
      );
    }
    pieces[id] = piece;
  };
  const { vocab } = model;
  if (Array.isArray(vocab)) {
    // Pieces with their scores, in the order of their ids.
    vocab.forEach((one: unknown, id) => put(Array.isArray(one) ? one[0] : one, id));
  } else if (typeof vocab === 'object' && vocab !== null) {
    for (const [piece, id] of Object.entries(vocab)) put(piece, id);
  } else throw userError('data-tokenizer-broken', { reason: 'it has no vocabulary' }, { file });
  for (const { content, id } of added) put(content, id);
  return Array.from(pieces, (piece) => piece ?? '');
}
