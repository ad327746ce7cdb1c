import { isWrong, type Outcome } from './evaluationData.ts';

/**
 * The examples that a model gets wrong, as columns of text: word (or text), gold, predicted, and a star where they differ. Each
 * example is headed by its place in the file and followed by a blank line. `-` stands for a word that the model never saw.
 */
export function wrongExamples(outcomes: readonly Outcome[]): string {
  return outcomes
    .filter(isWrong)
    .map(({ place, items }) => {
      const rows = items.map(({ text, gold, predicted }) =>
        [text, gold, predicted ?? '-', ...(gold === predicted ? [] : ['*'])].join('\t'),
      );
      return `# ${place}\n${rows.join('\n')}\n\n`;
    })
    .join('');
}
