import type { Diagnostic } from '../check.ts';
import { formsAt, type SchemaNode } from '../fields.ts';
import type { Path } from '../finding.ts';
import type { Completion } from './complete.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { choicesOf, typeNames } from './fields.ts';
import { type FileSearch, filesOfKind } from './files.ts';
import { type Fix, fixesIn } from './fixes.ts';
import { type NamedFile, namedIn, type Naming } from './links.ts';
import { outlineOf } from './outline.ts';
import { scalarOf, type Span, visit } from './outlineNodes.ts';

/** What can be said of texts whose form a JSON Schema gives: cells of notebooks, sweeps. (Recipes know more of their fields.) */
export interface SchemaLanguage {
  /** The fields and values that may stand at an offset. */
  complete(text: string, offset: number): Completion[];
  /** The files that the field at an offset may name. */
  completeFiles(text: string, offset: number, search: FileSearch): Promise<readonly Completion[]>;
  /** All files that a text names, whether they exist or not. */
  files(text: string): readonly NamedFile[];
  /** What would put a problem right, the likeliest first. */
  fixes(text: string, problem: Diagnostic): readonly Fix[];
  /** What there is to know about the field at an offset, as Markdown. */
  hover(text: string, offset: number): { readonly markdown: string; readonly span: Span } | undefined;
}

/** A field that the schema leaves open. */
export interface OpenField {
  readonly name: string;
  readonly detail: string;
  readonly documentation: string;
}

export interface SchemaLanguageOptions {
  /** Whether a text has one field at its top, and no more. */
  readonly oneAtTop?: boolean;
  /** Fields of the group at a path that may have any. */
  readonly openFields?: (path: Path) => readonly OpenField[];
}

/** The language of a schema. */
export function languageOf(
  schema: () => SchemaNode,
  { oneAtTop = false, openFields = () => [] }: SchemaLanguageOptions = {},
): SchemaLanguage {
  const at = (path: Path): SchemaNode[] => formsAt(schema(), path);
  const open = (path: Path, name: string) => openFields(path).find((field) => field.name === name);

  const namingAt = (path: Path): Naming | undefined => {
    const names = at(path).find((form) => form.names !== undefined)?.names;
    if (names === undefined) return undefined;
    return names === 'reference' ? { kind: 'sft', isReference: true } : { kind: names, isReference: false };
  };

  const fieldText = (path: Path): string | undefined => {
    const name = path.at(-1);
    const own = typeof name === 'string' ? open(path.slice(0, -1), name) : undefined;
    const forms = at(path);
    const description =
      own?.documentation ?? forms.map((form) => form.description).find((text) => text !== undefined);
    if (description === undefined) return undefined;
    const choices = own === undefined ? forms.flatMap(choicesOf) : [];
    return [
      `**${path.filter((step) => typeof step === 'string').join('.')}** \u2013 ${own?.detail ?? typesOf(forms)}`,
      description.replaceAll(/[\\`*_{}[\]<>#|~]/g, String.raw`\$&`),
      ...(choices.length === 0 ? [] : [`Possible: ${choices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ].join('\n\n');
  };

  const keys = (cursor: Cursor): Completion[] => {
    const { group } = cursor;
    if (group === undefined || (oneAtTop && group.path.length === 0 && group.present.length > 0)) return [];
    const forms = at(group.path);
    const required = new Set(forms.flatMap((form) => form.required ?? []));
    const known = [...new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)))];
    const names = [...known, ...openFields(group.path).map(({ name }) => name)];
    return names
      .filter((name) => !group.present.includes(name))
      .map((name, i) => {
        const path = [...group.path, name];
        const inner = at(path);
        const own = open(group.path, name);
        const isGroup = own === undefined && isGroupOf(inner);
        const detail = [required.has(name) ? 'required' : '', own?.detail ?? typesOf(inner)];
        return {
          label: name,
          kind: isGroup ? 'group' : 'field',
          detail: detail.filter((part) => part !== '').join(', '),
          documentation: fieldText(path) ?? '',
          insert:
            cursor.named || cursor.quoted ? name : `${keyText(name, isGroup, cursor.block)}${cursor.after}`,
          replace: cursor.replace,
          filter: name,
          order: `${required.has(name) ? '0' : '1'}${String(i).padStart(3, '0')}`,
          again: !cursor.named,
        } satisfies Completion;
      });
  };

  const values = ({ field, replace, after }: Cursor): Completion[] => {
    if (field === undefined) return [];
    return at(field)
      .flatMap(choicesOf)
      .map((value, i) => ({
        label: value,
        kind: 'value',
        detail: '',
        documentation: fieldText(field) ?? '',
        insert: `${value}${after}`,
        replace,
        filter: value,
        order: `0${String(i).padStart(3, '0')}`,
        again: false,
      }));
  };

  return {
    complete(text, offset) {
      const cursor = cursorAt(text, offset);
      return cursor === undefined ? [] : [...keys(cursor), ...values(cursor)];
    },
    async completeFiles(text, offset, search) {
      const cursor = cursorAt(text, offset);
      const naming = cursor?.field === undefined ? undefined : namingAt(cursor.field);
      return cursor === undefined || naming === undefined ? [] : filesOfKind(cursor, naming.kind, search);
    },
    files: (text) => namedIn(outlineOf(text), namingAt),
    fixes: (text, problem) =>
      fixesIn(outlineOf(text), problem, {
        names: (path) => at(path).flatMap(({ properties = {} }) => Object.keys(properties)),
        choices: (path) => at(path).flatMap(choicesOf),
        text: (path, name, block) => keyText(name, isGroupOf(at([...path, name])), block),
        moves: false,
      }),
    hover(text, offset) {
      for (const { path, entry } of visit(outlineOf(text).root)) {
        for (const scalar of [entry.key, scalarOf(entry)]) {
          if (scalar === undefined || offset < scalar.span[0] || offset >= scalar.span[1]) continue;
          const markdown = fieldText(path);
          return markdown === undefined ? undefined : { markdown, span: scalar.span };
        }
      }
      return undefined;
    },
  };
}

function isGroupOf(forms: readonly SchemaNode[]): boolean {
  return forms.some(
    ({ properties, additionalProperties }) => (properties ?? additionalProperties) !== undefined,
  );
}

/** A field with its value to be filled in, as a snippet. */
function keyText(name: string, isGroup: boolean, block: boolean): string {
  return `${name}:${isGroup && block ? '\n\t' : ' '}$1`;
}

function typesOf(forms: readonly SchemaNode[]): string {
  return [
    ...new Set(forms.flatMap(({ type }) => (type === undefined ? [] : [typeNames[type] ?? type]))),
  ].join(' or ');
}
