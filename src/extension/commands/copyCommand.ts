import { join } from 'node:path';
import * as vscode from 'vscode';
import { askForMade } from '../ask.ts';
import type { Services } from '../services.ts';
import { pathOf, runFolderOf, sftFileOf } from '../views/nodes.ts';
import { shellQuoted } from '../../control/shellQuoted.ts';
import type { CommandHandler } from './register.ts';

/** Copies what does the same in a terminal. */
export const copyCommand: CommandHandler = async ({ services, views }, argument, selected) => {
  const given = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const meant = [given, views.selection()].find((some) => some.some((one) => pathOf(one) !== undefined)) ?? [
    await askForMade(services, vscode.l10n.t('Copy the command of which?')),
  ];
  const files = meant.map(sftFileOf).filter((file) => file !== undefined);
  const folders = meant.map(runFolderOf).filter((folder) => folder !== undefined);
  if (files.length + folders.length === 0) return;
  const command = [
    ...folders.map((folder) => commandOfRun(services, folder)),
    ...(files.length === 0 ? [] : [commandOfSfts(files)]),
  ].join('\n');
  await vscode.env.clipboard.writeText(command);
  void vscode.window.setStatusBarMessage(vscode.l10n.t('Copied: {0}', command), 5000);
};

function commandOfSfts(files: readonly string[]): string {
  const words = files.map(quoted);
  return files.length === 1
    ? `sft inspect ${words[0]}`
    : `sft compose ${words.join(' ')} --out composed.sft.safetensors`;
}

function commandOfRun(services: Services, folder: string): string {
  return services.live.isLive(folder)
    ? `sft attach ${quoted(folder)}`
    : `sft train ${quoted(join(folder, 'recipe.yaml'))} --resume`;
}

function quoted(path: string): string {
  return shellQuoted(path, process.platform);
}
