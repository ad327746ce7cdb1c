import { join } from 'node:path';
import * as vscode from 'vscode';
import { benchSettingOf, type ComposeSetting, sftName } from '../../protocol/compose.ts';
import { askForBase } from '../ask.ts';
import { askingForHead } from '../commands/chooseHead.ts';
import { runWithProgress } from '../commands/evaluate.ts';
import { askForFormat } from '../commands/exportFormat.ts';
import { showInformation } from '../messages.ts';
import type { Services } from '../services.ts';
import { folderForNew } from '../settings.ts';
import { mayRun } from '../trust.ts';

/** Saves what a bench adds to its base as one SFT, which says of what it was made. */
export async function saveBench(services: Services, setting: ComposeSetting): Promise<void> {
  const sfts = await onIn(setting, 'sft.compose');
  if (sfts === undefined) return;
  const name = sfts.map((sft) => sft.name).join('+');
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the composed SFT'),
    defaultUri: vscode.Uri.file(join(folderForNew(sfts[0].file), `${name}.sft.safetensors`)),
    filters: { SFT: ['safetensors'] },
  });
  if (out === undefined) return;
  const args = ['compose', ...argumentsOf(setting), '--out', out.fsPath, '--replace'];
  const title = vscode.l10n.t('Composing {0}', name);
  const done = await askingForHead(sfts, args, (all) => runWithProgress({ services }, title, all));
  if (done === undefined) return;
  void showInformation(vscode.l10n.t('Composed: {0}', vscode.workspace.asRelativePath(out)));
}

/** Saves base and SFTs of a bench as a Hugging Face folder. */
export async function exportBench(
  services: Services,
  setting: ComposeSetting,
  known: string | undefined,
): Promise<void> {
  const sfts = await onIn(setting, 'sft.export');
  if (sfts === undefined) return;
  const base = known ?? (await askForBase(services, null));
  if (base === undefined) return;
  const format = await askForFormat();
  if (format === undefined) return;
  const name = sfts.map((sft) => sft.name).join('+');
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the model as a new folder'),
    defaultUri: vscode.Uri.file(join(folderForNew(sfts[0].file), `model-${name}`)),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (out === undefined) return;
  const args = ['export', ...argumentsOf(setting), '--base', base, '--out', out.fsPath, ...format.args];
  const title = vscode.l10n.t('Exporting {0}', name);
  const done = await askingForHead(sfts, args, (all) => runWithProgress({ services }, title, all));
  if (done === undefined) return;
  void showInformation(vscode.l10n.t('Exported: {0}. {1}', out.fsPath, format.loadedBy));
}

/** The SFTs that are on; undefined, having said so, where there is none or this may not be done here. */
async function onIn(
  { rows }: ComposeSetting,
  command: string,
): Promise<readonly { readonly name: string; readonly file: string }[] | undefined> {
  if (!(await mayRun(command))) return undefined;
  const on = rows.filter((row) => row.on).map(({ file }) => ({ file, name: sftName(file) }));
  if (on.length > 0) return on;
  void showInformation(vscode.l10n.t('Switch an SFT on first: there is nothing to add.'));
  return undefined;
}

/** A setting as the command line takes it. */
function argumentsOf(setting: ComposeSetting): string[] {
  const { sfts, rule = 'sum', headFrom, force } = benchSettingOf(setting);
  const head =
    headFrom === undefined ? [] : ['--head', headFrom === 'none' ? headFrom : String(headFrom + 1)];
  return [
    ...sfts.map(({ file, coefficient }) => `${file}@${coefficient}`),
    '--rule',
    rule,
    ...head,
    ...(force === true ? ['--force'] : []),
  ];
}
