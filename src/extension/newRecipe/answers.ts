import { type ColumnRoles, recipeTemplate, type RecipeTemplate } from '../../recipe/templates.ts';
import type { DataFile } from './dataFiles.ts';
import { pathInRecipe } from './names.ts';

/** What has been answered so far. */
export interface Answers {
  /** Where the recipe will lie. */
  readonly folder: string;
  readonly template?: RecipeTemplate;
  readonly base?: { readonly folder: string; readonly name: string };
  readonly data?: DataFile;
  /** What the columns of the data are, where these are a table that can be read. */
  readonly columns?: ColumnRoles;
  readonly validation?: string | null;
  readonly apply?: string | null;
  readonly language?: string;
  readonly name?: string;
}

/** Columns that the task reads of a table. */
export function columnsRead({ columns }: Answers): string[] {
  if (columns === undefined) return [];
  const { text, pair, label } = columns;
  return [text, ...(pair === null ? [] : [pair]), label];
}

/** As answered, or as the name of the data tells. */
export function languageOf({ language, data }: Answers): string | null {
  return language === undefined || language === '' ? (data?.language ?? null) : language;
}

/** The recipe that was answered. */
export function recipeOf(answers: Answers): string {
  const { folder, template = 'language', base, data, columns, validation, apply, name = 'new' } = answers;
  const path = (file: string) => pathInRecipe(folder, file);
  return recipeTemplate(template, {
    name,
    language: languageOf(answers),
    ...(base === undefined ? {} : { base: path(base.folder) }),
    ...(data === undefined ? {} : { data: path(data.path) }),
    ...(columns === undefined ? {} : { columns }),
    ...(validation === undefined || validation === null ? {} : { validation: path(validation) }),
    ...(apply === undefined || apply === null ? {} : { apply: [path(apply)] }),
    column: data?.kind === 'columns' ? 'tag' : 'upos',
  });
}
