import { valueAt, type Path } from '../finding.ts';
import { alternatives } from '../rules.ts';
import type { Cursor } from './cursor.ts';
import { defaultOf, exampleOf, type RecipeSort } from './fieldDefaults.ts';
import { addressOf, type Field, fieldAt } from './fields.ts';
import { fieldText } from './hover.ts';
import { kindOfFile } from './fileKinds.ts';
import type { Span } from './outlineNodes.ts';

/** Something that may stand at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: 'field' | 'group' | 'value' | 'number' | 'file' | 'folder';
  /** A few words beside the label. */
  readonly detail: string;
  /** Markdown. */
  readonly documentation: string;
  /** In the syntax of snippets. A tab is a level of indentation. */
  readonly insert: string;
  readonly replace: Span;
  /** What is compared with what is typed. */
  readonly filter: string;
  /** Completions stand in the order of these texts. */
  readonly order: string;
  /** Whether there is more to complete in what is inserted. */
  readonly again: boolean;
}

/** The fields and values that may stand at a cursor, files aside (see `fileCompletions`). */
export function complete(cursor: Cursor): readonly Completion[] {
  return [...keys(cursor), ...values(cursor)];
}

function keys(cursor: Cursor): readonly Completion[] {
  const { group, sort } = cursor;
  if (group === undefined) return [];
  const fields = fieldAt(sort.kind, group.path)?.fields ?? [];
  const open = fields.filter(
    ({ name, forms }) =>
      !group.present.includes(name) &&
      !excluded(group, name) &&
      (forms.length === 0 || sort.task === undefined || forms.includes(sort.task)),
  );
  return open.map((field, i) => ({
    label: field.name,
    kind: field.fields.length > 0 ? 'group' : 'field',
    detail: [field.required ? 'required' : '', field.type].filter((part) => part !== '').join(', '),
    documentation: fieldText(field, sort),
    insert:
      cursor.named || cursor.quoted ? field.name : `${keyText(field, cursor.block, sort)}${cursor.after}`,
    replace: cursor.replace,
    filter: field.name,
    order: `${field.required ? '0' : '1'}${String(i).padStart(3, '0')}`,
    again: !cursor.named && opensList(field, sort),
  }));
}

/** Whether a field that the group has already excludes this one. */
function excluded({ path, present }: NonNullable<Cursor['group']>, name: string): boolean {
  const given = path.reduceRight<unknown>(
    (inner, step) => ({ [step]: inner }),
    Object.fromEntries(present.map((key) => [key, true])),
  );
  const address = addressOf([...path, name]);
  return alternatives.some(
    ([one, other]) =>
      (addressOf(one) === address && valueAt(given, other) !== undefined) ||
      (addressOf(other) === address && valueAt(given, one) !== undefined),
  );
}

/** A field with a value to be filled in, as a snippet. */
export function keyText(field: Field, block: boolean, sort: RecipeSort): string {
  const numbered = { next: 1 };
  return keySnippet(field, block, sort, numbered);
}

function keySnippet(field: Field, block: boolean, sort: RecipeSort, stops: { next: number }): string {
  const isGroup = field.type === 'group';
  if (!isGroup) return `${field.name}: ${valueSnippet(field, sort, stops)}`;
  const wanted = field.fields.filter(({ required }) => required);
  if (!block) {
    const inner = wanted.map((inner) => keySnippet(inner, false, sort, stops)).join(', ');
    return `${field.name}: { ${inner === '' ? `$${stops.next++}` : inner} }`;
  }
  // For both kinds of data, nobody can say yet which fields are wanted.
  const inner = sort.kind === undefined ? [] : wanted.map((inner) => keySnippet(inner, false, sort, stops));
  return `${field.name}:\n\t${inner.length === 0 ? `$${stops.next++}` : inner.join('\n\t')}`;
}

function valueSnippet(field: Field, sort: RecipeSort, stops: { next: number }): string {
  const stop = stops.next++;
  const example = exampleOf(field, sort);
  const choices = choicesFor(field, sort);
  if (choices.length > 0) {
    const first = example !== undefined && choices.includes(example) ? [example] : [];
    return `\${${stop}|${[...new Set([...first, ...choices])].map(escapeChoice).join(',')}|}`;
  }
  if (field.item !== undefined && !field.type.includes('text')) {
    return example?.startsWith('[') === true
      ? `[\${${stop}:${escapeSnippet(example.slice(1, -1))}}]`
      : `[$${stop}]`;
  }
  return example === undefined ? `$${stop}` : `\${${stop}:${escapeSnippet(example)}}`;
}

/** Whether values can be offered for what a field's snippet leaves to be filled in. */
function opensList(field: Field, sort: RecipeSort): boolean {
  const groupWithMore = field.type === 'group';
  return groupWithMore || kindOfFile(field.address, sort) !== undefined;
}

function values(cursor: Cursor): readonly Completion[] {
  const { field: path, sort, siblings } = cursor;
  const field = path === undefined ? undefined : fieldAt(sort.kind, path);
  if (path === undefined || field === undefined) return [];
  const given = defaultOf(field, sort);
  const choices = choicesFor(field, sort).filter((choice) => !siblings.includes(choice));
  const words = choices.map((choice, i): Completion => {
    const isDefault = choice === given;
    return {
      ...valueOf(cursor, choice, isDefault ? 'default' : ''),
      documentation: fieldText(field, sort),
      order: `${isDefault ? '0' : '1'}${String(i).padStart(3, '0')}`,
    };
  });
  if (cursor.quoted) return words;
  const isItem = typeof path.at(-1) === 'number';
  const example = isItem || field.choices.length > 0 ? undefined : exampleOf(field, sort);
  const numbers =
    example !== undefined && /^[\d.]/.test(example)
      ? [{ ...valueOf(cursor, example, example === given ? 'default' : 'example'), kind: 'number' as const }]
      : [];
  return [...words, ...numbers, ...collections(field, cursor, path)];
}

/** What a field may be in a recipe of this sort. */
function choicesFor(field: Field, { metrics }: RecipeSort): readonly string[] {
  return field.address === 'validate.metric' && metrics !== undefined ? metrics : field.choices;
}

/** The brackets of a group or list on its field's own line. */
function collections(field: Field, cursor: Cursor, path: Path): readonly Completion[] {
  if (typeof path.at(-1) === 'number' || cursor.block || cursor.typed !== '') return [];
  const collection = (label: string, insert: string, detail: string): Completion => ({
    ...valueOf(cursor, label, detail),
    kind: 'group',
    insert: `${insert}${cursor.after}`,
    order: '2',
    again: true,
  });
  return [
    ...(field.fields.length > 0 ? [collection('{ }', '{ $1 }', 'group')] : []),
    ...(field.item === undefined ? [] : [collection('[ ]', '[$1]', 'list')]),
  ];
}

function valueOf({ replace, after }: Cursor, value: string, detail: string): Completion {
  return {
    label: value,
    kind: 'value',
    detail,
    documentation: '',
    insert: `${escapeSnippet(value)}${after}`,
    replace,
    filter: value,
    order: '1',
    again: false,
  };
}

/** A text that stands for itself in a snippet. */
export function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, String.raw`\$&`);
}

function escapeChoice(text: string): string {
  return text.replaceAll(/[\\,|]/g, String.raw`\$&`);
}
