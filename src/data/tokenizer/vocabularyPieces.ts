import { userError } from '../../core/errors/userError.ts';
import type { Description } from './description.ts';

/** No vocabulary is larger: an id may be anything that a file says. */
const mostPieces = 2 ** 24;

/**
 * Gives every piece that a description names, with its id.
 * @param file named in errors
 * @throws UserError `data-tokenizer-broken` where one is no text, or an id no number that may be one
 */
export function eachPiece(
  { model, added_tokens: added }: Description,
  file: string,
  take: (piece: string, id: number) => void,
): void {
  const broken = (reason: string) => userError('data-tokenizer-broken', { reason }, { file });
  const put = (piece: unknown, id: unknown): void => {
    const isId = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < mostPieces;
    if (typeof piece !== 'string') throw broken(`the piece with the id ${JSON.stringify(id)} is not a text`);
    if (!isId) throw broken(`the id of ${JSON.stringify(piece)} is ${JSON.stringify(id)}`);
    take(piece, id);
  };
  const { vocab } = model;
  if (Array.isArray(vocab)) {
    // Pieces with their scores, in the order of their ids.
    vocab.forEach((one: unknown, id) => put(Array.isArray(one) ? one[0] : one, id));
  } else if (typeof vocab === 'object' && vocab !== null) {
    for (const [piece, id] of Object.entries(vocab)) put(piece, id);
  } else throw broken('it has no vocabulary');
  for (const { content, id } of added) put(content, id);
}
