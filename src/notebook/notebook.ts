import type { CellLanguage, CellOutcome } from '../protocol/notebook.ts';

/** A cell of an evaluation notebook. */
export interface NotebookCell {
  readonly language: CellLanguage;
  /** Lines end with a line feed. */
  readonly text: string;
  /** How its last run ended; undefined where it has not been run. */
  readonly outcome: CellOutcome | undefined;
  /** Line of the file on which its text begins, from 1; 1 for a cell that no file holds. */
  readonly line: number;
}

export interface Notebook {
  readonly cells: readonly NotebookCell[];
  /** Numbers of cells, from 1, whose outputs were there and could not be read. */
  readonly lost: readonly number[];
}

/** Version of the format that is written; files of a higher one are refused. */
export const notebookVersion = 1;

export const emptyNotebook: Notebook = { cells: [], lost: [] };
