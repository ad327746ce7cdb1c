import { counted } from '../core/texts.ts';
import { basename } from 'node:path';
import { marksSpans, schemeOf } from '../core/metrics/spanLabels.ts';
import { insideStarts } from '../data/insideStarts.ts';
import { renamedTags, type Renames } from '../data/renames.ts';
import { collectLabels, NO_TAG, tagsOfTreebank, type TaggingData } from '../data/tagging.ts';
import { loadColumns, type TaggedSentence } from '../formats/columns.ts';
import { loadConllu } from '../formats/conllu.ts';
import type { TagColumn } from '../recipe/types.ts';

/** What of a file is its tags. */
export interface TagSource {
  readonly column: TagColumn;
  /** Tags that it writes otherwise. */
  readonly rename?: Renames | undefined;
}

/** Tagged sentences of a file: a column of CoNLL-U, or the tags of a two-column file. @throws UserError of reading */
export async function loadTagged(file: string, { column, rename }: TagSource): Promise<TaggedSentence[]> {
  const sentences =
    column === 'tag' ? await loadColumns(file) : tagsOfTreebank(await loadConllu(file), column, file);
  return rename === undefined ? sentences : renamedTags(sentences, rename);
}

/** Labels of the training files, sorted. @throws UserError of reading */
export async function trainingLabels(files: readonly string[], source: TagSource): Promise<string[]> {
  const labels = new Set<string>();
  for (const file of files)
    for (const label of collectLabels(await loadTagged(file, source), file)) labels.add(label);
  return [...labels].sort();
}

/** Tagged sentences, and the file that they are of. */
export interface TagsOfFile {
  readonly file: string;
  readonly sentences: readonly TaggedSentence[];
}

/** That entities of files start with I-, in a sentence for the user; nothing where `labels` mark no spans. */
export function insideNotes(files: readonly TagsOfFile[], labels: readonly string[], name: string): string[] {
  if (!marksSpans(labels)) return [];
  const found = files.flatMap(({ file, sentences }) => {
    const starts = insideStarts(sentences);
    return starts === undefined ? [] : [{ file, ...starts }];
  });
  if (found.length === 0) return [];
  const [{ file, line }] = found;
  const count = found.reduce((sum, one) => sum + one.count, 0);
  const tags = files.flatMap(({ sentences }) =>
    sentences.map(({ words }) => words.flatMap(({ tag }) => (tag === NO_TAG ? [] : tag))),
  );
  return [
    `Entities of the ${name} that start with I-, as in IOB1: ${count}, the first in line ${line} of ${basename(file)}. ` +
      (schemeOf(labels, tags) === 'iob1'
        ? 'They are read as the start of an entity; f1Strict takes the tags for IOB1.'
        : 'They are read as the start of an entity; only f1Strict, which takes the tags for IOB2 or IOBES, leaves them out.'),
  ];
}

/** What was lost on the way from words to pieces, in sentences for the user. */
export function lossNotes(
  data: Pick<TaggingData, 'cutSentences' | 'cutWords' | 'wordsWithoutPieces'>,
  maxLength: number,
  name: string,
): string[] {
  const notes: string[] = [];
  if (data.cutSentences > 0) {
    notes.push(
      `${counted(data.cutSentences, 'sentence')} of the ${name} ${data.cutSentences === 1 ? 'is' : 'are'} longer than ${maxLength} word pieces; ` +
        `${counted(data.cutWords, 'word')} at ${data.cutSentences === 1 ? 'its end' : 'their ends'} ${data.cutWords === 1 ? 'was' : 'were'} cut off (in evaluation ${data.cutWords === 1 ? 'it counts as an error' : 'they count as errors'}).`,
    );
  }
  if (data.wordsWithoutPieces > 0) {
    notes.push(
      `The tokenizer makes nothing of ${counted(data.wordsWithoutPieces, 'word')} of the ${name}; ${data.wordsWithoutPieces === 1 ? 'it has' : 'they have'} no label.`,
    );
  }
  return notes;
}
