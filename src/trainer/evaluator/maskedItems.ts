import { type Example, NO_LABEL } from '../../data/example.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { LOSS_COLUMNS, type Prediction } from '../../training/predictions.ts';
import type { OutcomeItem } from './evaluationData.ts';

/**
 * A block of text as a language model saw it: each word piece that it had to tell (the mask, another piece in its place, or itself)
 * with the true one and the likeliest one, as the vocabulary writes them, and what stands between them as text.
 * @param prediction as `predictPieces` gives it
 */
export function maskedItems(
  { ids, labels }: Example,
  prediction: Prediction,
  { piece, decode }: Pick<Tokenizer, 'piece' | 'decode'>,
): OutcomeItem[] {
  const items: OutcomeItem[] = [];
  let between: number[] = [];
  let next = LOSS_COLUMNS;
  const closeText = () => {
    const text = decode(between);
    if (text !== '') items.push({ text, gold: '', predicted: '' });
    between = [];
  };
  ids.forEach((id, at) => {
    if (labels[at] === NO_LABEL) {
      between.push(id);
      return;
    }
    closeText();
    items.push({ text: piece(id), gold: piece(labels[at]), predicted: piece(prediction[next++]) });
  });
  closeText();
  return items;
}
