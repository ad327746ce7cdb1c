import { join } from 'node:path';
import * as vscode from 'vscode';
import { askForRun } from '../ask.ts';
import { runFolderOf, sftFileOf } from '../views/nodes.ts';
import { shellQuoted } from './shell.ts';
import type { CommandHandler } from './register.ts';

/** Copies what does the same in a terminal. */
export const copyCommand: CommandHandler = async ({ services }, argument, selected) => {
  const given = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const files = given.map(sftFileOf).filter((file) => file !== undefined);
  const command = files.length > 0 ? commandOfSfts(files) : await commandOfRun(services, argument);
  if (command === undefined) return;
  await vscode.env.clipboard.writeText(command);
  void vscode.window.setStatusBarMessage(vscode.l10n.t('Copied: {0}', command), 5000);
};

function commandOfSfts(files: readonly string[]): string {
  const words = files.map(quoted);
  return files.length === 1
    ? `sft inspect ${words[0]}`
    : `sft compose ${words.join(' ')} --out composed.sft.safetensors`;
}

async function commandOfRun(
  services: Parameters<typeof askForRun>[0],
  argument: unknown,
): Promise<string | undefined> {
  const folder =
    runFolderOf(argument) ?? (await askForRun(services, vscode.l10n.t('Copy the command of which run?')));
  if (folder === undefined) return undefined;
  return services.live.isLive(folder)
    ? `sft attach ${quoted(folder)}`
    : `sft train ${quoted(join(folder, 'recipe.yaml'))} --resume`;
}

function quoted(path: string): string {
  return shellQuoted(path, process.platform);
}
