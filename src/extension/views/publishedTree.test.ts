import { expect, test } from 'vitest';
import { gallery } from '../../library/gallery.ts';
import { english } from '../translate.ts';
import { type PublishedNode, publishedIdOf, publishedTree } from './publishedTree.ts';

const tree = publishedTree(gallery({}, '/no/cache'), english);

function leaves(node: PublishedNode): PublishedNode[] {
  return node.kind === 'group' ? node.children.flatMap(leaves) : [node];
}

test('all published SFTs, languages by name and then tasks', () => {
  const [languages, tasks] = tree.map(leaves);
  expect(tree.map(({ label }) => label)).toEqual(['Languages', 'Tasks']);
  expect([languages.length, tasks.length]).toEqual([87, 11]);
  expect(languages.map(({ label }) => label).slice(0, 3)).toEqual(['Acehnese', 'Amharic', 'Arabic']);
  expect(tasks.map(({ label }) => label)).toContain('Dependency parsing, several sources');
  expect(new Set(tree.flatMap(leaves).map(({ id }) => id)).size).toBe(98);
});

test('an item says its base, and is what a pull fetches', () => {
  const maltese = leaves(tree[0]).find(({ label }) => label === 'Maltese');
  expect(maltese).toMatchObject({ description: 'mt · bert-base-multilingual-cased', isPulled: false });
  expect(publishedIdOf(maltese)).toBe('cambridgeltl/mbert-lang-sft-mt-small');
  for (const other of [undefined, null, 'x', {}, { hubId: 1 }, tree[0]])
    expect(publishedIdOf(other)).toBeUndefined();
});
