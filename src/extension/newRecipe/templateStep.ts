import * as vscode from 'vscode';
import { type RecipeTemplate, recipeTemplates } from '../../recipe/templates.ts';
import type { Answers } from './answers.ts';
import { back, pick, type Step } from './steps.ts';

/** Asks what is to be learned: one of the templates of `sft init`. */
export const templateStep: Step<Answers> = async (state, place) => {
  const words = templateWords();
  const template = await pick<RecipeTemplate>({
    place,
    placeholder: vscode.l10n.t('What is to be learned?'),
    choices: Promise.resolve(recipeTemplates.map((value) => ({ ...words[value], value }))),
  });
  return template === undefined || template === back ? template : { ...state, template };
};

/** What users may want to learn, in words. */
export function templateWords(): Readonly<
  Record<RecipeTemplate, { readonly label: string; readonly detail: string }>
> {
  return {
    language: {
      label: vscode.l10n.t('$(globe) A language'),
      detail: vscode.l10n.t('From raw text: a language SFT, which makes tasks work in this language'),
    },
    pos: {
      label: vscode.l10n.t('$(tag) A task: parts of speech'),
      detail: vscode.l10n.t('From a treebank (CoNLL-U), or a word and its tag a line: a tag for each word'),
    },
    ner: {
      label: vscode.l10n.t('$(person) A task: named entities'),
      detail: vscode.l10n.t(
        'From a word and its tag (B-PER, I-PER, O) a line: names and what they are names of',
      ),
    },
    parsing: {
      label: vscode.l10n.t('$(type-hierarchy) A task: dependency parsing'),
      detail: vscode.l10n.t('From a treebank (CoNLL-U): a tree over the words of each sentence'),
    },
    nli: {
      label: vscode.l10n.t('$(arrow-both) A task: inference between two sentences'),
      detail: vscode.l10n.t('From a table (CSV, TSV, JSONL) of pairs: whether one follows from the other'),
    },
    sentiment: {
      label: vscode.l10n.t('$(smiley) A task: sentiment or another classification'),
      detail: vscode.l10n.t('From a table (CSV, TSV, JSONL) of texts: one label for each text'),
    },
    qa: {
      label: vscode.l10n.t('$(question) A task: question answering'),
      detail: vscode.l10n.t('From JSON as SQuAD has it: the part of a text that answers a question'),
    },
  };
}
