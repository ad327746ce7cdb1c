import * as vscode from 'vscode';
import { waitFor } from '../cancellable.ts';
import { composedSetting, type ComposeSetting, emptySetting, withFiles } from '../../protocol/compose.ts';
import type { SftListing } from '../../protocol/session.ts';
import { sftFilesOf } from '../views/files.ts';
import type { Window } from '../window.ts';
import { chosenSfts } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** Opens a compose bench of SFTs; of a single composed one, a bench of its parts as they were put together. */
export const openInCompose: CommandHandler = async (window, argument, selected) => {
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Open which SFTs in Compose?'));
  if (sfts === undefined) return;
  const composed = sfts.length === 1 ? await settingOf(window, sfts[0]) : undefined;
  const setting = composed ?? { ...emptySetting, rows: withFiles([], sfts) };
  await (await window.compose()).create(setting);
};

/** Adds SFTs to the compose bench that was last looked at. */
export const addToCompose: CommandHandler = async (window, argument, selected) => {
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Add which SFTs to Compose?'));
  if (sfts !== undefined) await (await window.compose()).add(sfts.map(({ file }) => ({ file })));
};

/** How an SFT was composed, if all of what it was composed of is still there. */
async function settingOf(
  { services }: Window,
  { file, kind }: SftListing,
): Promise<ComposeSetting | undefined> {
  if (kind !== 'composed') return undefined;
  const session = await services.session();
  const lineage = sftFilesOf().then((sfts) => session.ask('inspectLineage', { file, sfts, recipes: [] }));
  const looked = await waitFor(vscode.l10n.t('Looking for what it was composed of'), lineage);
  return looked === undefined ? undefined : composedSetting(looked.done);
}
