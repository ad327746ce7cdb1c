import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { BenchData } from '../../protocol/bench.ts';
import { showWarning } from '../messages.ts';
import type { Answers } from '../newRecipe/answers.ts';
import { columnSteps } from '../newRecipe/columnSteps.ts';
import { lookAt } from '../newRecipe/findData.ts';
import { askInSteps, back, pick, type Step } from '../newRecipe/steps.ts';
import { columnsOf, unnamed } from './reading.ts';

const treebankColumns = ['upos', 'xpos', 'feats', 'deprel'] as const;

interface Reading extends Answers {
  /** What a row of a table is, or the column of a treebank. */
  readonly how?: 'sft' | 'text' | 'pair' | (typeof treebankColumns)[number];
}

/** Asks which columns of a data file hold what; undefined where the user leaves. */
export async function askForColumns(data: BenchData): Promise<BenchData | undefined> {
  const isTable = columnsOf(data.data) === 'table';
  // What a row is does not matter to how the file is looked at.
  const file = isTable ? await lookAt(data.data, 'sentiment') : undefined;
  const start: Reading = { folder: '', ...(file === undefined ? {} : { data: file }) };
  const steps = (state: Reading): readonly Step<Reading>[] => {
    if (!isTable) return [howStep(treebankChoices())];
    const isNamed = state.how === 'text' || state.how === 'pair';
    return [howStep(tableChoices()), ...(isNamed ? columnSteps(state) : [])];
  };
  const answers = await askInSteps<Reading>(vscode.l10n.t('Columns'), start, steps);
  if (answers?.how === undefined) return undefined;
  const { how, columns } = answers;
  const plain = unnamed(data);
  if (how === 'sft') return plain;
  if (how !== 'text' && how !== 'pair') return { ...plain, column: how };
  if (columns === undefined) {
    void showWarning(
      vscode.l10n.t('{0} has too few columns for that, or they cannot be read.', basename(data.data)),
    );
    return undefined;
  }
  const { text, pair, label } = columns;
  return { ...plain, text, label, ...(pair === null ? {} : { pair }) };
}

type How = NonNullable<Reading['how']>;
type HowChoice = { readonly label: string; readonly value: How };

function howStep(choices: readonly HowChoice[]): Step<Reading> {
  return async (state, place) => {
    const how = await pick<How>({
      place,
      placeholder: vscode.l10n.t('How is the file read?'),
      choices: Promise.resolve(choices),
    });
    if (how === undefined || how === back) return how;
    return { ...state, how, template: how === 'pair' ? 'nli' : 'sentiment' };
  };
}

function asTheSftSays(): HowChoice {
  return { label: vscode.l10n.t('As the SFT says'), value: 'sft' };
}

function tableChoices(): readonly HowChoice[] {
  return [
    asTheSftSays(),
    { label: vscode.l10n.t('A text and its label in a row'), value: 'text' },
    { label: vscode.l10n.t('A pair of texts and its label in a row'), value: 'pair' },
  ];
}

function treebankChoices(): readonly HowChoice[] {
  return [asTheSftSays(), ...treebankColumns.map((column) => ({ label: column, value: column }))];
}
