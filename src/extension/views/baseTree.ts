import type { BaseListing, Listed } from '../../protocol/session.ts';
import type { TreeNode } from './nodes.ts';
import { byName, problems } from './problems.ts';

/**
 * The list of base models. Of those that cannot be used, only the ones in a folder that `isOwn`: a cache of the Hugging
 * Face libraries is full of other kinds of models.
 */
export function baseTree(
  listings: readonly Listed<BaseListing>[],
  isOwn: (path: string) => boolean,
): readonly TreeNode[] {
  const nodes = listings
    .flatMap((one) => ('found' in one ? [one.found] : []))
    .map((listing) => ({
      kind: 'base' as const,
      id: `base:${listing.folder}`,
      folder: listing.folder,
      listing,
    }))
    .sort((a, b) => byName(a.listing.name, b.listing.name) || byName(a.folder, b.folder));
  return [...nodes, ...problems(listings.filter(({ path }) => isOwn(path)))];
}
