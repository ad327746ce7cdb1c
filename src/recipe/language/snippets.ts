import { type RecipeTemplate, recipeTemplate, recipeTemplates } from '../templates.ts';
import { escapeSnippet } from './complete.ts';

/** A snippet as `contributes.snippets` wants it. */
export interface TemplateSnippet {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

interface About {
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly name: string;
  readonly data: string;
}

/** What a snippet starts from; `$1` is the language. */
const about: Readonly<Record<RecipeTemplate, About>> = {
  language: {
    title: 'Language SFT',
    description: 'Recipe of a language SFT: masked-language modelling on raw text',
    language: 'mt',
    name: '$1',
    data: './data/$1.txt',
  },
  pos: {
    title: 'Part-of-speech tagging SFT',
    description: 'Recipe of a task SFT: part-of-speech tagging, learned from a treebank',
    language: 'en',
    name: 'pos-$1',
    data: './data/$1-train.conllu',
  },
};

/** The snippets of `media/sft-recipe.snippets.json`: one for each template of `sft init`. */
export function templateSnippets(): Readonly<Record<string, TemplateSnippet>> {
  return Object.fromEntries(recipeTemplates.map((template) => [about[template].title, snippetOf(template)]));
}

function snippetOf(template: RecipeTemplate): TemplateSnippet {
  const { description, language, name, data } = about[template];
  // Words that need no quotes stand for what the user fills in.
  const words = { language: 'sftLanguage', name: 'sftName', base: 'sftBase', data: 'sftData' };
  const text = escapeSnippet(recipeTemplate(template, words))
    .replace(words.name, `\${2:${name}}`)
    .replace(words.base, '${3:./models/bert-base-multilingual-cased}')
    .replace(words.data, `\${4:${data}}`)
    .replace(words.language, `\${1:${language}}`)
    .replaceAll(words.language, '$1');
  return { prefix: [`sft-${template}`, `recipe-${template}`], description, body: text.trimEnd().split('\n') };
}
