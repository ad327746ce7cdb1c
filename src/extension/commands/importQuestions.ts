import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HomePaths } from '../../home/home.ts';
import { publishedSftAt } from '../../library/publishedSfts.ts';
import type { SftListing } from '../../protocol/session.ts';
import { taskName, trainedFor } from '../../recipe/taskNames.ts';
import { type RecipeTemplate, recipeTemplates } from '../../recipe/templates.ts';
import { templateWords } from '../newRecipe/templateStep.ts';

/** What a file of the reference's does not say of itself. */
export interface Unsaid {
  /** Of the file in the library. */
  readonly name: string;
  readonly task: RecipeTemplate;
  /** In the order of the head's outputs; undefined where they are not known, or there are none. */
  readonly labels: readonly string[] | undefined;
  readonly language: string | undefined;
}

type Home = Pick<HomePaths, 'library'>;

/** Where the library has the SFT of a name. */
export function libraryFile({ library }: Home, name: string): string {
  return join(library, `${name}.sft.safetensors`);
}

/** Asks what a file does not say, with what is published of it as answers to take; undefined where the user gives it up. */
export async function askUnsaid(
  home: Home,
  sft: SftListing,
  taken: readonly string[],
): Promise<Unsaid | undefined> {
  const name = await askForName(home, sft, taken);
  if (name === undefined) return undefined;
  const task = await askForTask(sft);
  if (task === undefined) return undefined;
  const labels = hasLabels(task) ? await askForLabels(sft, task) : '';
  if (labels === undefined) return undefined;
  const language = await askForLanguage(sft);
  if (language === undefined) return undefined;
  return {
    name,
    task,
    labels: labels === '' ? undefined : labels.split(',').map((label) => label.trim()),
    language: language === '' ? undefined : language,
  };
}

function askForName(home: Home, { name, file }: SftListing, taken: readonly string[]) {
  return ask({
    title: vscode.l10n.t('Name in the library'),
    prompt: vscode.l10n.t('Of {0}', file),
    value: name,
    validateInput(text) {
      const given = text.trim();
      if (!/^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_.+-]*$/u.test(given))
        return vscode.l10n.t('Give a name for a file: letters, digits, and - _ . + between them.');
      return existsSync(libraryFile(home, given)) || taken.includes(given)
        ? vscode.l10n.t('There is an SFT of this name in the library already.')
        : undefined;
    },
  });
}

/** Names of its parameters say what the head may be for; what is published of it comes first. */
async function askForTask(sft: SftListing): Promise<RecipeTemplate | undefined> {
  const published = publishedSftAt(sft.file);
  const likely = published?.kind === 'language' ? 'language' : published?.task;
  const names = recipeTemplates.filter((name) => mayBeFor(sft, name));
  if (names.length === 1) return names[0];
  const words = templateWords();
  const items = [...names]
    .sort((a, b) => Number(b === likely) - Number(a === likely))
    .map((name) => ({
      label: words[name].label,
      description: name === likely ? vscode.l10n.t('as {0} is published', published?.id ?? '') : name,
      name,
    }));
  const title = vscode.l10n.t('What was {0} trained for?', sft.name);
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.name;
}

function mayBeFor({ kind, task }: SftListing, name: RecipeTemplate): boolean {
  const type = trainedFor(name);
  if (kind === 'language') return type === 'language';
  const told = taskName(task ?? undefined);
  return told === undefined
    ? type === 'tagging' || type === 'classification'
    : type === trainedFor(told) && type !== 'language';
}

function hasLabels(task: RecipeTemplate): boolean {
  return task !== 'language' && task !== 'qa';
}

function askForLabels(sft: SftListing, task: RecipeTemplate): Promise<string | undefined> {
  const published = publishedSftAt(sft.file);
  const known = published?.task === task ? published.labels : undefined;
  return ask({
    title: vscode.l10n.t('Labels of {0}', sft.name),
    prompt:
      known === undefined
        ? vscode.l10n.t('In the order of its outputs, with commas; nothing where they are not known.')
        : vscode.l10n.t(
            "In the order of its outputs, with commas. These are in the order of the reference's scripts, which is not verified.",
          ),
    value: known?.join(',') ?? '',
    validateInput(text) {
      const labels = text.split(',').map((label) => label.trim());
      return text.trim() !== '' && (labels.includes('') || new Set(labels).size < labels.length)
        ? vscode.l10n.t('Give each label once, with commas between them.')
        : undefined;
    },
  });
}

function askForLanguage({ name, language }: SftListing): Promise<string | undefined> {
  return ask({
    title: vscode.l10n.t('Language of {0}', name),
    prompt: vscode.l10n.t('Its code, such as mt; nothing where it is not known.'),
    value: language ?? '',
    validateInput: (text) =>
      text.trim() === '' || /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/.test(text.trim())
        ? undefined
        : vscode.l10n.t('Give a code such as mt or pt-BR.'),
  });
}

/** What was answered before would be lost if the box closed by itself. */
async function ask(options: vscode.InputBoxOptions): Promise<string | undefined> {
  return (await vscode.window.showInputBox({ ...options, ignoreFocusOut: true }))?.trim();
}
