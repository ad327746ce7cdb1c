import * as vscode from 'vscode';
import type { ViewId } from '../commands/table.ts';
import type { Services } from '../services.ts';
import type { Lists } from './lists.ts';
import type { TreeNode } from './nodes.ts';

/** The three trees of the side bar. */
export interface Views {
  /** Makes them anew, as far as they have been seen. */
  refresh(): Promise<void>;
  /** What is selected in a tree; without one, in that whose selection changed last. */
  selection(view?: string): readonly TreeNode[];
  dispose(): void;
}

const items = () => import('./items.ts');

/** Registers the trees. Nothing of them is loaded before one is seen: the editor asks for its items only then. */
export function registerViews(services: Services): Views {
  const changes = {
    'sft.sfts': new vscode.EventEmitter<TreeNode[] | undefined>(),
    'sft.runs': new vscode.EventEmitter<TreeNode[] | undefined>(),
    'sft.bases': new vscode.EventEmitter<TreeNode[] | undefined>(),
  };
  let made: Promise<Lists> | undefined;
  const lists = (): Promise<Lists> =>
    (made ??= import('./lists.ts').then(({ newLists }) =>
      newLists(services, (view, changed) => changes[view].fire(changed === 'all' ? undefined : [...changed])),
    ));
  // Over an empty list the message would hide the view's welcome, which says the same.
  let hasSfts = false;
  const provider = (view: ViewId): vscode.TreeDataProvider<TreeNode> => ({
    onDidChangeTreeData: changes[view].event,
    async getChildren(node) {
      if (node === undefined) {
        const roots = await (await lists()).roots(view);
        if (view === 'sft.sfts') hasSfts = roots.length > 0;
        sayTrust();
        return [...roots];
      }
      return node.kind === 'group' ? [...node.children] : [];
    },
    getTreeItem: async (node) => (await items()).itemOf(node),
    resolveTreeItem: async (item, node) => (await items()).withCard(item, node, services),
    getParent: async (node) => (await lists()).parentOf(view, node),
  });
  const trees = (['sft.sfts', 'sft.runs', 'sft.bases'] as const).map((id) => ({
    id,
    tree: vscode.window.createTreeView(id, {
      treeDataProvider: provider(id),
      canSelectMany: id !== 'sft.bases',
      showCollapseAll: id === 'sft.sfts',
    }),
  }));
  const sayTrust = (): void => {
    const sfts = trees.find(({ id }) => id === 'sft.sfts')?.tree;
    const message =
      vscode.workspace.isTrusted || !hasSfts
        ? ''
        : vscode.l10n.t(
            'Restricted mode: SFTs and runs can be looked at; training, evaluation, export and the Hub are off until the workspace is trusted ("Workspaces: Manage Workspace Trust").',
          );
    if (sfts !== undefined && (sfts.message ?? '') !== message) sfts.message = message;
  };
  const trusting = vscode.workspace.onDidGrantWorkspaceTrust(sayTrust);
  let latest: ViewId = 'sft.sfts';
  const selecting = trees.map(({ id, tree }) =>
    tree.onDidChangeSelection(() => {
      latest = id;
    }),
  );
  const commands = [
    vscode.commands.registerCommand('_sft.moreRuns', async () => (await lists()).more()),
    vscode.commands.registerCommand('_sft.showCard', async (node: TreeNode) =>
      (await import('./cardDocument.ts')).showCard(node),
    ),
    vscode.workspace.registerTextDocumentContentProvider('sft-card', {
      provideTextDocumentContent: async (uri) =>
        (await import('./cardDocument.ts')).cardDocument(services, uri),
    }),
  ];
  return {
    refresh: async () => (await made)?.refresh(),
    selection: (view) => trees.find(({ id }) => id === (view ?? latest))?.tree.selection ?? [],
    dispose() {
      for (const { tree } of trees) tree.dispose();
      for (const one of [...selecting, ...commands, trusting, ...Object.values(changes)]) one.dispose();
      void made?.then((known) => known.dispose());
    },
  };
}
