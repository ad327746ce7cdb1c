import * as vscode from 'vscode';
import type { SftListing } from '../../protocol/session.ts';
import { askingWhere } from './askingWhere.ts';

/**
 * Runs a command of `sft` over SFTs, in the order in which `args` names them. Of several that have a head of the same
 * sort, the user picks one; undefined where nothing is picked, or the command was cancelled.
 */
export async function askingForHead(
  sfts: readonly Pick<SftListing, 'name' | 'file'>[],
  args: readonly string[],
  run: (args: readonly string[]) => Promise<unknown>,
): Promise<unknown> {
  return askingWhere('sft-two-heads', args, run, async (what) => {
    const head = await askForHead(what, sfts);
    return head === undefined ? undefined : ['--head', head];
  });
}

/** `--head` as the command line takes it: a number from 1, or none. */
async function askForHead(
  what: string,
  sfts: readonly Pick<SftListing, 'name' | 'file'>[],
): Promise<string | undefined> {
  const items = [
    ...sfts.map(({ name, file }, i) => ({
      label: name,
      detail: vscode.workspace.asRelativePath(file),
      head: String(i + 1),
    })),
    { label: vscode.l10n.t('$(circle-slash) None'), detail: '', head: 'none' },
  ];
  const title = vscode.l10n.t('Whose head is to be used?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder: what, ignoreFocusOut: true }))?.head;
}
