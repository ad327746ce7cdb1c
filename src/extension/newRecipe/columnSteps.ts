import * as vscode from 'vscode';
import type { Answers } from './answers.ts';
import { back, type Choice, pick, type Step } from './steps.ts';
import { type ColumnView, columnViews, guessColumns } from './tableColumns.ts';

type Role = 'text' | 'pair' | 'label';

/** The questions which column of a table holds what; none where the data are no table that can be read. */
export function columnSteps({ template, data }: Answers): readonly Step<Answers>[] {
  const ofPairs = template === 'nli';
  if (data?.table === undefined || guessColumns(data.table, ofPairs) === undefined) return [];
  return (ofPairs ? (['text', 'pair', 'label'] as const) : (['text', 'label'] as const)).map(columnStep);
}

/** Columns that were asked for before are no choice; what is asked for later is guessed meanwhile. */
function columnStep(role: Role, _: number, roles: readonly Role[]): Step<Answers> {
  return async (state, place) => {
    const { data, template } = state;
    const guess = data?.table === undefined ? undefined : guessColumns(data.table, template === 'nli');
    if (data?.table === undefined || guess === undefined) return back;
    const known = { ...guess, ...(roles.indexOf(role) > 0 ? state.columns : {}) };
    const taken = roles.slice(0, roles.indexOf(role)).map((before) => known[before]);
    const free = columnViews(data.table).filter(({ name }) => !taken.includes(name));
    const name = await pick<string>({
      place,
      placeholder: question(role, template === 'nli'),
      choices: Promise.resolve(free.map(columnChoice)),
      active: known[role] ?? undefined,
    });
    return name === undefined || name === back ? name : { ...state, columns: { ...known, [role]: name } };
  };
}

function question(role: Role, ofPairs: boolean): string {
  if (role === 'label') return vscode.l10n.t('Which column holds the label?');
  if (role === 'pair') return vscode.l10n.t('Which column holds the second text?');
  return ofPairs
    ? vscode.l10n.t('Which column holds the first text?')
    : vscode.l10n.t('Which column holds the text?');
}

function columnChoice({ name, rows, values }: ColumnView): Choice<string> {
  return {
    label: name,
    description:
      values.length < rows
        ? vscode.l10n.t('{0} values in the first {1} rows', values.length, rows)
        : vscode.l10n.t('another value in each row'),
    detail: values.slice(0, 4).map(shortened).join(' · '),
    value: name,
  };
}

const shown = 60;

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > shown ? `${line.slice(0, shown)}…` : line;
}
