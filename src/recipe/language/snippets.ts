import { type RecipeTemplate, recipeTemplate, recipeTemplates } from '../templates.ts';
import { escapeSnippet } from './complete.ts';
import { outlineOf } from './outline.ts';
import { entryAt, type Outline, scalarOf } from './outlineNodes.ts';

/** A snippet as `contributes.snippets` wants it. */
interface TemplateSnippet {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

/** What a user fills in, in this order; the language stands in the others, too. */
const places = [['language'], ['name'], ['base'], ['data', 'text'], ['data', 'train']];

/** Stands for the language; a word that needs no quotes. */
const languageWord = 'sftLanguage';

/** The snippets of `media/sft-recipe.snippets.json`: one for each template of `sft init`. */
export function templateSnippets(): Readonly<Record<string, TemplateSnippet>> {
  return Object.fromEntries(
    recipeTemplates.map((template) => [`SFT recipe: ${template}`, snippetOf(template)]),
  );
}

function snippetOf(template: RecipeTemplate): TemplateSnippet {
  const language = valueAt(outlineOf(recipeTemplate(template)), ['language']).text;
  const text = recipeTemplate(template, { language: languageWord });
  const outline = outlineOf(text);
  const values = places
    .filter((path) => entryAt(outline, path) !== undefined)
    .map((path, i) => ({ ...valueAt(outline, path), number: i + 1 }));
  let body = '';
  let from = 0;
  for (const { span, text: value, number } of values.sort((a, b) => a.span[0] - b.span[0])) {
    const start = number === 1 ? language : withLanguage(value);
    body += `${withLanguage(text.slice(from, span[0]))}\${${number}:${start}}`;
    from = span[1];
  }
  body += withLanguage(text.slice(from));
  const [first] = text.split('\n');
  return {
    prefix: [`sft-${template}`, `recipe-${template}`],
    description: first.replace(/^# /, '').replace(/\.$/, ''),
    body: body.trimEnd().split('\n'),
  };
}

function valueAt(
  outline: Outline,
  path: readonly string[],
): { text: string; span: readonly [number, number] } {
  const scalar = scalarOf(entryAt(outline, path));
  if (scalar === undefined) throw new Error(`a template has no ${path.join('.')}`);
  return scalar;
}

function withLanguage(text: string): string {
  return escapeSnippet(text).replaceAll(languageWord, '$1');
}
