import { defaultOf, describe, type RecipeSort } from './fieldDefaults.ts';
import { type Field, fieldAt } from './fields.ts';
import { sortOf } from './cursor.ts';
import { outlineOf } from './outline.ts';
import { scalarOf, type Span, visit } from './outlineNodes.ts';

/** What there is to know about the field at a place. */
export interface FieldHover {
  readonly markdown: string;
  readonly span: Span;
}

/** The field whose name or value stands at an offset, explained; undefined where there is none. */
export function hoverAt(text: string, offset: number): FieldHover | undefined {
  const outline = outlineOf(text);
  for (const { path, entry } of visit(outline.root)) {
    for (const scalar of [entry.key, scalarOf(entry)]) {
      if (scalar === undefined || offset < scalar.span[0] || offset >= scalar.span[1]) continue;
      const sort = sortOf(outline);
      // An entry of a list is explained by its list.
      const named = path.slice(0, path.findLastIndex((step) => typeof step === 'string') + 1);
      const field = fieldAt(sort.kind, named);
      if (field === undefined || named.length === 0) return undefined;
      return { markdown: fieldText(field, sort), span: scalar.span };
    }
  }
  return undefined;
}

/** A field in Markdown: name, type, description, default, what is allowed. */
export function fieldText(field: Field, sort: RecipeSort): string {
  const given = defaultOf(field, sort);
  const choices = [...new Set([...field.choices, ...(field.item?.choices ?? [])])];
  const lines = [
    `**${escapeMarkdown(field.address)}** \u2013 ${[field.type, field.range ?? ''].filter((part) => part !== '').join(', ')}${field.required ? ' (required)' : ''}`,
    escapeMarkdown(describe(field)),
    given === undefined ? '' : `Default${because(field, sort)}: ${escapeMarkdown(given)}`,
    choices.length === 0 || field.type === 'true or false'
      ? ''
      : `Possible: ${choices.map((choice) => `\`${choice}\``).join(', ')}`,
    field.fields.length === 0 || field.address === ''
      ? ''
      : `Fields: ${field.fields.map(({ name }) => `\`${name}\``).join(', ')}`,
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

/** Where a preset changes a default, which one it is. */
function because(field: Field, sort: RecipeSort): string {
  if (sort.script === undefined || sort.preset === undefined) return '';
  const usual = defaultOf(field, { ...sort, preset: undefined });
  return usual === defaultOf(field, sort) ? '' : ` (preset ${sort.preset})`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~]/g, String.raw`\$&`);
}
