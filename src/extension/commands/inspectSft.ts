import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { askForSfts } from '../ask.ts';
import { openInspector } from '../editors/openLinked.ts';
import { showInformation } from '../messages.ts';
import { openDiff } from '../panels/diffPanel.ts';
import { sftFileOf } from '../views/nodes.ts';
import { chosenSfts } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** Shows what an SFT file holds: also the reference's `pytorch_diff.bin`, or the folder that holds one. */
export const inspectSft: CommandHandler = async (window, argument) => {
  const given = sftFileOf(argument);
  const [asked] =
    given === undefined
      ? ((await askForSfts(window.services, vscode.l10n.t('Inspect which SFT?'), false)) ?? [])
      : [];
  const file = given ?? asked?.file;
  if (file === undefined) return;
  const uri = vscode.Uri.file(file);
  const isFolder = (await stat(file).catch(() => undefined))?.isDirectory() === true;
  await openInspector(isFolder ? vscode.Uri.joinPath(uri, 'pytorch_diff.bin') : uri);
};

/** Compares two SFTs, entry by entry: those that are selected, or one that is and another that is asked for. */
export const compareSfts: CommandHandler = async (window, argument, selected) => {
  const { services } = window;
  const sfts = (await chosenSfts(window, argument, selected, vscode.l10n.t('Compare which two SFTs?'))) ?? [];
  if (sfts.length === 0) return;
  const files = sfts.map(({ file }) => file);
  if (files.length === 1) {
    const title = vscode.l10n.t('Compare {0} with which SFT?', sfts[0].name);
    const [other] = (await askForSfts(services, title, false)) ?? [];
    if (other === undefined) return;
    files.push(other.file);
  }
  if (files.length > 2) {
    void showInformation(
      vscode.l10n.t(
        'Two SFTs are compared at a time: select two. `sft interference` compares more, pair by pair.',
      ),
    );
    return;
  }
  openDiff(services, [files[0], files[1]]);
};
