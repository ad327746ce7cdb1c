import type { GroupNode, TreeNode } from './nodes.ts';

/** A tree after a change, and what must be shown anew. */
export interface Grafted {
  readonly roots: readonly TreeNode[];
  /** Everything, or just these items (with what is below them). */
  readonly changed: 'all' | readonly TreeNode[];
}

/**
 * Brings a tree up to date. The editor knows items by identity, so an item of the same id stays the same object and
 * takes over what the fresh one says; `face` gives what is seen of it, by which changes are found.
 */
export function graft(
  known: readonly TreeNode[],
  fresh: readonly TreeNode[],
  face: (node: TreeNode) => string,
): Grafted {
  const all = new Map(flat(known).map((node) => [node.id, node]));
  const changed: TreeNode[] = [];
  let moved = 0;
  const level = (before: readonly TreeNode[], after: readonly TreeNode[], told: boolean) => {
    const sameItems = before.length === after.length && before.every(({ id }, i) => id === after[i].id);
    const nodes = after.map((node) => take(node, told || !sameItems));
    return { nodes, sameItems };
  };
  const take = (node: TreeNode, told: boolean): TreeNode => {
    const same = all.get(node.id);
    if (same === undefined || same.kind !== node.kind) {
      return node.kind === 'group' ? { ...node, children: level([], node.children, true).nodes } : node;
    }
    const facesDiffer = face(same) !== face(node);
    const below =
      node.kind === 'group'
        ? level((same as GroupNode).children, node.children, told || facesDiffer)
        : undefined;
    if (below?.sameItems === false) moved++;
    // A group is told after what is below it, and then tells of that too.
    if (!told && (facesDiffer || below?.sameItems === false)) {
      const inside = new Set(below?.nodes.flatMap((child) => [child, ...flatBelow(child)]));
      for (let i = changed.length - 1; i >= 0; i--) if (inside.has(changed[i])) changed.splice(i, 1);
      changed.push(same);
    }
    return Object.assign(same, node, below === undefined ? {} : { children: below.nodes });
  };
  const { nodes, sameItems } = level(known, fresh, false);
  // An item that went from one group to another would for a moment be in both, which the editor refuses.
  return { roots: nodes, changed: sameItems && moved < 2 ? changed : 'all' };
}

/** All items of a tree, each before what is below it. */
export function flat(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...flatBelow(node)]);
}

function flatBelow(node: TreeNode): TreeNode[] {
  return node.kind === 'group' ? flat(node.children) : [];
}
