import * as vscode from 'vscode';
import { hubCache } from '../../formats/hubCache.ts';
import { gallery as find, type GalleryItem } from '../../library/gallery.ts';
import { describePublished, labelOfPublished } from '../views/publishedTree.ts';
import { pullNamed } from './pull.ts';
import type { CommandHandler } from './register.ts';

/** Searches the published SFTs by language, task, base or name, and fetches the chosen one. */
export const gallery: CommandHandler = async (window) => {
  const t = vscode.l10n.t;
  const found = find({}, hubCache());
  const group = (label: string, kind: GalleryItem['kind']) => [
    { label, kind: vscode.QuickPickItemKind.Separator, id: '' },
    ...found
      .filter((sft) => sft.kind === kind)
      .map((sft) => ({
        label: labelOfPublished(sft, t),
        description: describePublished(sft, t),
        detail: sft.id,
        id: sft.id,
      })),
  ];
  const chosen = await vscode.window.showQuickPick(
    [...group(t('Languages'), 'language'), ...group(t('Tasks'), 'task')],
    { title: t('Published SFTs: fetch which?'), matchOnDescription: true, matchOnDetail: true },
  );
  if (chosen !== undefined) await pullNamed(window, chosen.id);
};
