import { collectLabels, tagsOfTreebank, type TaggingData } from '../data/tagging.ts';
import { loadColumns, type TaggedSentence } from '../formats/columns.ts';
import { loadConllu } from '../formats/conllu.ts';
import type { TagColumn } from '../recipe/types.ts';

/** Tagged sentences of a file: a column of CoNLL-U, or the tags of a two-column file. @throws UserError of reading */
export async function loadTagged(file: string, column: TagColumn): Promise<TaggedSentence[]> {
  return column === 'tag' ? loadColumns(file) : tagsOfTreebank(await loadConllu(file), column, file);
}

/** Labels of the training files, sorted. @throws UserError of reading */
export async function trainingLabels(files: readonly string[], column: TagColumn): Promise<string[]> {
  const labels = new Set<string>();
  for (const file of files)
    for (const label of collectLabels(await loadTagged(file, column), file)) labels.add(label);
  return [...labels].sort();
}

/** What was lost on the way from words to pieces, in sentences for the user. */
export function lossNotes(data: TaggingData, maxLength: number, name: string): string[] {
  const notes: string[] = [];
  if (data.cutSentences > 0) {
    notes.push(
      `${data.cutSentences} sentences of the ${name} are longer than ${maxLength} word pieces; ` +
        `${data.cutWords} words at their ends were cut off (in evaluation they count as errors).`,
    );
  }
  if (data.wordsWithoutPieces > 0) {
    notes.push(
      `The tokenizer makes nothing of ${data.wordsWithoutPieces} words of the ${name}; they have no label.`,
    );
  }
  return notes;
}
