import type { CellOutcome } from '../protocol/notebook.ts';
import { compactJson } from './compactJson.ts';
import { type NotebookCell, notebookVersion } from './notebook.ts';
import { outcomeText } from './plainText.ts';
import { writeSection } from './sections.ts';

/**
 * A notebook as its file's text. An output stands there twice: as `text/plain`, for whoever reads the file or a diff of it, and as
 * data, from which all other forms are made.
 */
export function writeNotebook(cells: readonly Pick<NotebookCell, 'language' | 'text' | 'outcome'>[]): string {
  const head = `%% sftnb ${notebookVersion}\n\n`;
  const sections = cells.map(({ language, text, outcome }) => [
    writeSection(language, text),
    ...(outcome === undefined ? [] : outcomeSections(outcome)),
  ]);
  return `${head}${sections.flat().join('')}`;
}

function outcomeSections(outcome: CellOutcome): string[] {
  const shown = writeSection(`output ${outcome.state}`, outcomeText(outcome));
  if (outcome.state === 'interrupted') return [shown];
  const data = outcome.state === 'done' ? outcome.output : outcome.problem;
  return [shown, writeSection('data', compactJson(data))];
}
