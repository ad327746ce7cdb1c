import type { Table } from '../../formats/table.ts';
import type { ColumnRoles } from '../../recipe/templates.ts';

/** What columns are usually called, the surest name first; without case and what stands between words. */
const usual = {
  label: [
    'label',
    'labels',
    'goldlabel',
    'entailmentjudgment',
    'class',
    'category',
    'sentiment',
    'polarity',
    'intent',
    'topic',
    'target',
    'stars',
    'rating',
    'y',
  ],
  text: [
    'text',
    'sentence',
    'review',
    'tweet',
    'comment',
    'content',
    'body',
    'document',
    'headline',
    'title',
  ],
  premise: ['premise', 'sentence1', 'text1', 'question1', 'sentencea', 'texta', 's1'],
  hypothesis: ['hypothesis', 'sentence2', 'text2', 'question2', 'sentenceb', 'textb', 's2'],
};

/** Names of rows, or of groups of them, which are few in a table of few rows. */
const numbering = ['id', 'ids', 'idx', 'index', 'number', 'guid', 'uid', 'pairid', 'promptid', 'sentenceid'];

/** What else stands beside texts and is none. */
const about = ['language', 'lang', 'locale', 'split', 'genre', 'source', 'date', 'user', 'author'];

/** A column as its first rows show it. */
export interface ColumnView {
  readonly name: string;
  readonly rows: number;
  /** In order of their first rows; without the empty one. */
  readonly values: readonly string[];
  readonly meanLength: number;
  readonly isNumeric: boolean;
  readonly hasEmpty: boolean;
}

/** Looks at the columns of a table's first rows. */
export function columnViews({ columns, rows }: Table): ColumnView[] {
  return columns.map((name) => {
    const all = rows.map(({ fields }) => fields[name]?.trim() ?? '');
    const full = all.filter((text) => text !== '');
    return {
      name,
      rows: rows.length,
      values: [...new Set(full)],
      meanLength: full.reduce((sum, text) => sum + text.length, 0) / Math.max(1, full.length),
      isNumeric: full.every((text) => Number.isFinite(Number(text))),
      hasEmpty: full.length < all.length,
    };
  });
}

/** Whether rows could be texts with a label: there are two columns, and one holds more than numbers. */
export function holdsTexts(table: Table): boolean {
  return table.columns.length > 1 && columnViews(table).some(({ isNumeric }) => !isNumeric);
}

/** Whether the first row names columns, a label's and a text's, as people call them. */
export function hasHeader({ columns }: Table): boolean {
  const names = columns.map(plain);
  const isThere = (usually: readonly string[]) => names.some((name) => usually.includes(name));
  return isThere(usual.label) && isThere([...usual.text, ...usual.premise, ...usual.hypothesis]);
}

/** Whether columns are called as the two texts of inference are. */
export function namesPair({ columns }: Table): boolean {
  const names = columns.map(plain);
  return [usual.premise, usual.hypothesis].every((usually) => names.some((name) => usually.includes(name)));
}

/**
 * Which columns hold what, most likely: by their names, or else by their values, of which labels have few and texts
 * long ones. Undefined for a table with too few columns that could be texts: numbers and ids are none.
 */
export function guessColumns(table: Table, ofPairs: boolean): ColumnRoles | undefined {
  const views = columnViews(table);
  if (views.length < (ofPairs ? 3 : 2)) return undefined;
  const names = ofPairs ? [usual.premise, usual.hypothesis] : [usual.text];
  const texts = names.map((name) => called(views, name));
  const named = texts.filter((view) => view !== undefined);
  const rest = views.filter((view) => !named.includes(view));
  const label = called(rest, usual.label) ?? fewestValues(rest);
  const longest = rest
    .filter((view) => view !== label && couldBeText(view))
    .sort((a, b) => b.meanLength - a.meanLength)
    .slice(0, texts.length - named.length)
    .sort((a, b) => views.indexOf(a) - views.indexOf(b));
  const [text, pair] = texts.map((view) => view ?? longest.shift());
  if (text === undefined || label === undefined || (ofPairs && pair === undefined)) return undefined;
  return { text: text.name, pair: pair?.name ?? null, label: label.name };
}

/** The column with the surest of these names. */
function called(views: readonly ColumnView[], names: readonly string[]): ColumnView | undefined {
  return names
    .map((name) => views.find((view) => plain(view.name) === name))
    .find((view) => view !== undefined);
}

/** Whether a column without a usual name may hold texts. What is the same in every row tells nothing. */
function couldBeText({ name, rows, values, isNumeric }: ColumnView): boolean {
  return !isNumeric && ![...numbering, ...about].includes(plain(name)) && (values.length > 1 || rows === 1);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** The column that looks like labels: full, more than one value, and few of them; of equals the one of short values. */
function fewestValues(views: readonly ColumnView[]): ColumnView | undefined {
  const unlikely = (view: ColumnView): number =>
    Number(view.hasEmpty) * 4 +
    Number(view.values.length < 2) * 2 +
    Number(numbering.includes(plain(view.name)));
  return [...views].sort(
    (a, b) => unlikely(a) - unlikely(b) || a.values.length - b.values.length || a.meanLength - b.meanLength,
  )[0];
}
