import type { CellOutcome, Staleness } from '../protocol/notebook.ts';
import { compactJson } from './compactJson.ts';
import { type NotebookCell, notebookVersion } from './notebook.ts';
import { staleOutcomes } from './origin.ts';
import { outcomeText } from './plainText.ts';
import { writeSection } from './sections.ts';

/**
 * A notebook as its file's text. An output stands there twice: as `text/plain`, for whoever reads the file or a diff of it, and as
 * data, from which all other forms are made. One that was made from another text than its cell has now says so.
 */
export function writeNotebook(cells: readonly Pick<NotebookCell, 'language' | 'text' | 'outcome'>[]): string {
  const head = `%% sftnb ${notebookVersion}\n\n`;
  const stale = staleOutcomes(cells);
  const sections = cells.map(({ language, text, outcome }, i) => [
    writeSection(language, text),
    ...(outcome === undefined ? [] : outcomeSections(outcome, stale[i])),
  ]);
  return `${head}${sections.flat().join('')}`;
}

function outcomeSections(outcome: CellOutcome, stale: Staleness | undefined): string[] {
  const shown = writeSection(`output ${outcome.state}`, outcomeText(outcome, stale));
  if (outcome.state === 'interrupted') return [shown];
  const data = outcome.state === 'done' ? outcome.output : outcome.problem;
  return [shown, writeSection('data', compactJson(data))];
}
