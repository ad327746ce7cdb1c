import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { newVoice } from '../voice.ts';
import { cardOf } from './cards.ts';
import type { TreeNode } from './nodes.ts';
import { reachedBy } from './reached.ts';
import { rowOf, type Row } from './rows.ts';

const voice = newVoice();

const states: Readonly<Record<Row['below'], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  open: vscode.TreeItemCollapsibleState.Expanded,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
};

/** An item as the editor shows it. Its card is made when it is asked for. */
export function itemOf(node: TreeNode): vscode.TreeItem {
  const { label, description, icon, color, context, spoken, below } = rowOf(node, voice);
  const item = new vscode.TreeItem(label, states[below]);
  item.id = node.id;
  item.description = description;
  item.contextValue = context;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.accessibilityInformation = { label: spoken };
  const command = commandOf(node);
  if (command !== undefined) item.command = { command, title: vscode.l10n.t('Open'), arguments: [node] };
  return item;
}

/** Adds the card. Its Markdown is not trusted: it can run no command. */
export async function withCard(
  item: vscode.TreeItem,
  node: TreeNode,
  services: Services,
): Promise<vscode.TreeItem> {
  const results = node.kind === 'sft' ? await reachedBy(services, node.listing) : [];
  const card = cardOf(node, voice, results);
  if (card !== undefined) item.tooltip = new vscode.MarkdownString(card);
  return item;
}

/** What a click or Enter does. */
function commandOf(node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'run':
      return 'sft.openRun';
    case 'base':
      return 'sft.reveal';
    case 'sft':
    case 'problem':
      return '_sft.showCard';
    case 'more':
      return '_sft.moreRuns';
    default:
      return undefined;
  }
}
