import * as vscode from 'vscode';
import { showInformation, showWarning } from '../messages.ts';
import { askDoctor } from '../reports/askDoctor.ts';
import { engineReport } from '../reports/doctorReport.ts';
import { showReport } from '../reports/show.ts';
import type { CommandHandler } from './register.ts';

/** Says what there is for training on this machine, in which Node it trains, and what is missing. */
export const showEngine: CommandHandler = async ({ services }) => {
  const facts = await askDoctor(services);
  if (facts === undefined) return;
  await showReport(services, vscode.l10n.t('Engine information'), engineReport(facts));
  const change = vscode.l10n.t('Change the Node');
  const [problem] = facts.problems;
  const chosen = facts.nodes.find((node) => node.chosen);
  const answer =
    problem === undefined
      ? await showInformation(vscode.l10n.t('Runs train in {0}.', chosen?.words ?? ''), change)
      : await showWarning(`${problem.what} ${problem.advice}`, change);
  if (answer === change)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'sft.nodePath');
};

/** Shows the output channel. */
export const showLog: CommandHandler = ({ services }) => {
  services.log.show();
  return Promise.resolve();
};
