import * as vscode from 'vscode';
import type { PublishedNode } from './publishedTree.ts';

/** Registers the list of published SFTs. Its data are loaded when it is first seen; a pull looks anew. */
export function registerPublished(): vscode.Disposable {
  const change = new vscode.EventEmitter<undefined>();
  const tree = vscode.window.createTreeView('sft.published', {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: change.event,
      getChildren: async (node?: PublishedNode) =>
        node === undefined ? [...(await roots())] : node.kind === 'group' ? [...node.children] : [],
      getTreeItem: itemOf,
    },
  });
  const refresh = vscode.commands.registerCommand('_sft.publishedChanged', () => change.fire(undefined));
  return vscode.Disposable.from(tree, refresh, change);
}

async function roots(): Promise<readonly PublishedNode[]> {
  const [{ gallery }, { hubCache }, { publishedTree }] = await Promise.all([
    import('../../library/gallery.ts'),
    import('../../formats/hubCache.ts'),
    import('./publishedTree.ts'),
  ]);
  return publishedTree(gallery({}, hubCache()), vscode.l10n.t);
}

function itemOf(node: PublishedNode): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(node.label, node.kind === 'group' ? Collapsed : None);
  item.id = node.id;
  if (node.kind === 'group') return item;
  item.description = node.description;
  item.tooltip = node.hubId;
  item.accessibilityInformation = { label: `${node.label}, ${node.description}` };
  item.contextValue = 'published';
  item.iconPath = new vscode.ThemeIcon(node.isPulled ? 'pass' : 'cloud');
  return item;
}
