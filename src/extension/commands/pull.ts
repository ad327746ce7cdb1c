import * as vscode from 'vscode';
import { UserError } from '../../core/errors/userError.ts';
import { parseHubReference } from '../../formats/hubCache.ts';
import { hubEnvironment } from '../hub.ts';
import { showInformation } from '../messages.ts';
import { publishedIdOf } from '../views/publishedTree.ts';
import type { Window } from '../window.ts';
import { runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** Fetches a base model or an SFT from the Hub, by a name that is asked for or an item of the published SFTs. */
export const pull: CommandHandler = async (window, argument) => {
  const id = publishedIdOf(argument) ?? (await askForName())?.trim();
  if (id !== undefined) await pullNamed(window, id);
};

/** What `sft pull --json` prints. */
interface Pulled {
  readonly kind: 'base' | 'sft';
  readonly folder: string;
  readonly notes: readonly string[];
}

/** Fetches a model with progress and cancel; what has been fetched of a cancelled one is kept. */
export async function pullNamed(window: Window, id: string): Promise<void> {
  const { services } = window;
  const env = await hubEnvironment(services);
  const done = await runWithProgress(window, vscode.l10n.t('Fetching {0}', id), ['pull', id], env);
  if (done === undefined) return;
  const { kind, notes } = done as Pulled;
  await vscode.commands.executeCommand('sft.refresh');
  await vscode.commands.executeCommand('_sft.publishedChanged');
  const what =
    kind === 'base'
      ? vscode.l10n.t('{0} is among the base models. A recipe may name it hf:{0}.', id)
      : vscode.l10n.t('{0} is among the SFTs. A recipe may name it hf:{0}.', id);
  void showInformation([what, ...notes].join(' '));
}

function askForName(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Pull from Hub'),
    prompt: vscode.l10n.t('A base model or an SFT: ORG/NAME, or ORG/NAME@REVISION'),
    placeHolder: 'bert-base-multilingual-cased',
    ignoreFocusOut: true,
    validateInput: problemOf,
  });
}

function problemOf(text: string): string | undefined {
  try {
    parseHubReference(text.trim());
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problem.advice;
  }
}
