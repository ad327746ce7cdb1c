import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import type { BaseListing, SftListing } from '../../protocol/session.ts';
import { recipeNamePattern } from '../../recipe/recipeName.ts';
import { findBases, findSfts, foundOnly } from '../ask.ts';
import { setContextKey } from '../contextKeys.ts';
import { showInformation } from '../messages.ts';
import { type Answers, columnsRead, languageOf, recipeOf } from '../newRecipe/answers.ts';
import { columnSteps } from '../newRecipe/columnSteps.ts';
import { type DataFile, isValidationOf, trainingChoices, validationChoices } from '../newRecipe/dataFiles.ts';
import { findData, lookAt } from '../newRecipe/findData.ts';
import { placeToEdit, suggestedName } from '../newRecipe/names.ts';
import {
  type Answer,
  askInSteps,
  back,
  type Choice,
  pick,
  type Step,
  type StepPlace,
  type,
} from '../newRecipe/steps.ts';
import { templateStep } from '../newRecipe/templateStep.ts';
import type { Services } from '../services.ts';
import { parametersText } from '../views/figures.ts';
import type { CommandHandler } from './register.ts';

/** Asks what is to be trained on which data, and writes the recipe. */
export const newRecipe: CommandHandler = async ({ services }) => {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    await askForFolder();
    return;
  }
  const files = findData();
  const bases = findBases(services);
  const steps = (state: Answers): readonly Step<Answers>[] => [
    ...(folders.length > 1 ? [workspaceFolderStep(folders)] : []),
    templateStep,
    baseStep(bases),
    dataStep(files),
    ...columnSteps(state),
    validationStep(files),
    ...(state.template === 'language' ? [] : [applyStep(services)]),
    ...(state.data !== undefined && state.data.language === null ? [languageStep] : []),
    nameStep,
  ];
  const title = vscode.l10n.t('New Recipe');
  const answers = await askInSteps<Answers>(title, { folder: folders[0].uri.fsPath }, steps);
  if (answers !== undefined) await writeRecipe(answers);
};

async function askForFolder(): Promise<void> {
  const folder = vscode.l10n.t('Open Folder');
  const demo = vscode.l10n.t('Open Demo Workspace');
  const chosen = await showInformation(
    vscode.l10n.t('A recipe lies beside its data: open a folder first.'),
    folder,
    demo,
  );
  if (chosen === folder) await vscode.commands.executeCommand('vscode.openFolder');
  else if (chosen === demo) await vscode.commands.executeCommand('sft.openDemo');
}

function workspaceFolderStep(folders: readonly vscode.WorkspaceFolder[]): Step<Answers> {
  return async (state, place) => {
    const choices = folders.map(({ name, uri }) => ({ label: name, detail: uri.fsPath, value: uri.fsPath }));
    const folder = await pick({
      place,
      placeholder: vscode.l10n.t('In which folder?'),
      choices: Promise.resolve(choices),
    });
    return typeof folder === 'string' ? { ...state, folder } : folder;
  };
}

function baseStep(bases: Promise<readonly BaseListing[]>): Step<Answers> {
  return async (state, place) => {
    const answer = await pickOrBrowse<BaseListing>({
      place,
      placeholder: vscode.l10n.t('On which base model?'),
      choices: bases.then((all) =>
        all.map((base) => ({
          label: base.name,
          description: `${base.modelType} · ${parametersText(base.parameters)}`,
          detail: vscode.workspace.asRelativePath(base.folder),
          value: base,
        })),
      ),
      browse: {
        label: vscode.l10n.t('Choose a model folder…'),
        options: { canSelectFiles: false, canSelectFolders: true },
      },
    });
    if (answer === undefined || answer === back) return answer;
    if (typeof answer !== 'string') return { ...state, base: answer };
    return { ...state, base: { folder: answer, name: basename(answer) } };
  };
}

function dataStep(files: ReturnType<typeof findData>): Step<Answers> {
  return async (state, place) => {
    const { template = 'language' } = state;
    const answer = await pickOrBrowse<DataFile>({
      place,
      placeholder:
        template === 'language'
          ? vscode.l10n.t('From which raw text?')
          : vscode.l10n.t('From which labelled data?'),
      choices: files(template).then((all) => trainingChoices(all, template).map(dataChoice)),
      browse: { label: vscode.l10n.t('Choose a data file…'), options: {} },
    });
    if (answer === undefined || answer === back) return answer;
    return { ...state, data: typeof answer === 'string' ? await lookAt(answer, template) : answer };
  };
}

function validationStep(files: ReturnType<typeof findData>): Step<Answers> {
  return async (state, place) => {
    const { data, template = 'language' } = state;
    if (data === undefined) return back;
    const none: Choice<DataFile | null> = {
      label: vscode.l10n.t('$(circle-slash) None'),
      detail:
        template === 'language'
          ? vscode.l10n.t('The first 5 % of the lines are held out')
          : vscode.l10n.t('Training goes to its end, and nothing is measured meanwhile'),
      value: null,
    };
    const answer = await pickOrBrowse<DataFile | null>({
      place,
      placeholder: vscode.l10n.t('On which data is it to be validated?'),
      choices: files(template).then((all) => {
        const choices = validationChoices(all, data, columnsRead(state));
        const fits = choices.length > 0 && isValidationOf(choices[0], data);
        const shown: Choice<DataFile | null>[] = choices.map(dataChoice);
        return fits ? [...shown.slice(0, 1), none, ...shown.slice(1)] : [none, ...shown];
      }),
      browse: { label: vscode.l10n.t('Choose a data file…'), options: {} },
    });
    if (answer === undefined || answer === back) return answer;
    if (answer === null) return { ...state, validation: null };
    return { ...state, validation: typeof answer === 'string' ? answer : answer.path };
  };
}

function applyStep(services: Services): Step<Answers> {
  return async (state, place) => {
    const answer = await pickOrBrowse<SftListing | null>({
      place,
      placeholder: vscode.l10n.t('Which language SFT is to be added to the base first?'),
      choices: languageSfts(services, state),
      browse: {
        label: vscode.l10n.t('Choose an SFT file…'),
        options: { filters: { SFT: ['safetensors'] } },
      },
    });
    if (answer === undefined || answer === back) return answer;
    if (answer === null) return { ...state, apply: null };
    return { ...state, apply: typeof answer === 'string' ? answer : answer.file };
  };
}

/** Language SFTs of the base, that of the data's language first. */
async function languageSfts(
  services: Services,
  { base, data }: Answers,
): Promise<readonly Choice<SftListing | null>[]> {
  const sfts = (await findSfts(services))
    .flatMap(foundOnly)
    .filter((sft) => sft.kind === 'language' && (sft.base === null || sft.base === base?.name));
  const fits = (sft: SftListing) =>
    data !== undefined && data.language !== null && sft.language === data.language;
  const shown: Choice<SftListing | null>[] = sfts
    .toSorted((a, b) => Number(fits(b)) - Number(fits(a)))
    .map((sft) => ({
      label: `$(globe) ${sft.name}`,
      description: sft.language ?? '',
      detail: vscode.workspace.asRelativePath(sft.file),
      value: sft,
    }));
  const none = {
    label: vscode.l10n.t('$(circle-slash) None'),
    detail: vscode.l10n.t('The task then transfers less well to other languages'),
    value: null,
  };
  return sfts.some(fits) ? [...shown.slice(0, 1), none, ...shown.slice(1)] : [none, ...shown];
}

const languageStep: Step<Answers> = async (state, place) => {
  const language = await type({
    place,
    prompt: vscode.l10n.t('Tag of the language of the data, such as mt or en. It may be left empty.'),
    value: state.language ?? '',
    check: (text) =>
      text === '' || /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(text)
        ? undefined
        : vscode.l10n.t('Give a tag of letters and digits, such as mt, en or zh-Hant.'),
  });
  return typeof language === 'string' ? { ...state, language } : language;
};

const nameStep: Step<Answers> = async (state, place) => {
  const { folder, template = 'language', data } = state;
  const language = languageOf(state);
  const taken = (name: string) => existsSync(recipeFile(folder, name));
  const name = await type({
    place,
    prompt: vscode.l10n.t('Name of the recipe: NAME.sft.yaml is written.'),
    value: suggestedName(template, language, basename(data?.path ?? ''), taken),
    check(text) {
      if (!recipeNamePattern.test(text))
        return vscode.l10n.t('Give a name of letters, digits, and - _ . + between them.');
      return taken(text) ? vscode.l10n.t('There is a recipe of this name already.') : undefined;
    },
  });
  return typeof name === 'string' ? { ...state, name } : name;
};

interface BrowseOptions<T> {
  readonly place: StepPlace;
  readonly placeholder: string;
  readonly choices: Promise<readonly Choice<T>[]>;
  readonly browse: { readonly label: string; readonly options: vscode.OpenDialogOptions };
}

const elsewhere = Symbol('elsewhere');

/** One of the choices, or a path that the user chooses from the disk. */
async function pickOrBrowse<T>({
  place,
  placeholder,
  choices,
  browse: { label, options },
}: BrowseOptions<T>): Promise<Answer<T | string>> {
  const browse: Choice<T | typeof elsewhere> = { label: `$(folder-opened) ${label}`, value: elsewhere };
  for (;;) {
    const answer = await pick<T | typeof elsewhere>({
      place,
      placeholder,
      choices: choices.then((found) => [...found, browse]),
    });
    if (answer !== elsewhere) return answer;
    const [chosen] = (await vscode.window.showOpenDialog({ title: placeholder, ...options })) ?? [];
    if (chosen !== undefined) return chosen.fsPath;
  }
}

function dataChoice(file: DataFile): Choice<DataFile> {
  const words = {
    conllu: vscode.l10n.t('treebank'),
    columns: vscode.l10n.t('word and tag a line'),
    table: vscode.l10n.t('table'),
    questions: vscode.l10n.t('questions with answers'),
    text: vscode.l10n.t('raw text'),
  };
  const test = file.split === 'test' ? vscode.l10n.t('looks like test data') : '';
  return {
    label: vscode.workspace.asRelativePath(file.path),
    description: [words[file.kind], file.table?.columns.join(', ') ?? '', file.language ?? '', test]
      .filter((part) => part !== '')
      .join(' · '),
    value: file,
  };
}

function recipeFile(folder: string, name: string): string {
  return join(folder, `${name}.sft.yaml`);
}

async function writeRecipe(answers: Answers): Promise<void> {
  const { folder, name = 'new' } = answers;
  const text = recipeOf(answers);
  const file = recipeFile(folder, name);
  if (existsSync(file)) throw userError('init-exists', undefined, { file });
  await writeTextAtomically(file, text);
  setContextKey('sft.recipeWritten', true);
  const { line, character } = placeToEdit(text);
  const at = new vscode.Position(line, character);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}
