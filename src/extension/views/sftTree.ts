import { basename, dirname } from 'node:path';
import type { Listed, SftListing } from '../../protocol/session.ts';
import type { Translate } from '../translate.ts';
import type { GroupNode, SftNode, TreeNode } from './nodes.ts';
import { byName, problems } from './problems.ts';

const kinds = ['language', 'task', 'composed'] as const;

/** The tree of SFTs: base model > languages, tasks, composed > SFT; last those that cannot be read. */
export function sftTree(listings: readonly Listed<SftListing>[], t: Translate): readonly TreeNode[] {
  const found = listings.flatMap((one) => ('found' in one ? [one.found] : []));
  const names = fingerprintsByName(found);
  const byBase = new Map<string, SftListing[]>();
  for (const listing of found) {
    const key = baseKey(listing, names);
    byBase.set(key, [...(byBase.get(key) ?? []), listing]);
  }
  const labels = [...byBase].map(([key, sfts]) => ({ key, sfts, label: baseLabel(sfts) }));
  const groups = labels.map(({ key, sfts, label }): GroupNode => {
    const twin = labels.some((other) => other.key !== key && other.label === label);
    const fingerprint = sfts.find((sft) => sft.baseFingerprint !== null)?.baseFingerprint ?? '';
    return {
      kind: 'group',
      id: `base:${key}`,
      of: 'base',
      label: label ?? t('Unknown base model'),
      // Two models of one name are told apart by what they hold.
      description: twin ? fingerprint.slice(0, 8) : '',
      children: kinds.flatMap((kind) => kindGroup(key, kind, sfts, t)),
    };
  });
  return [...groups.sort((a, b) => byName(a.label, b.label)), ...problems(listings)];
}

function kindGroup(
  base: string,
  kind: SftListing['kind'],
  all: readonly SftListing[],
  t: Translate,
): GroupNode[] {
  const sfts = all.filter((sft) => sft.kind === kind);
  if (sfts.length === 0) return [];
  const label = { language: t('Languages'), task: t('Tasks'), composed: t('Composed') }[kind];
  const count = new Map<string, number>();
  for (const { name } of sfts) count.set(name, (count.get(name) ?? 0) + 1);
  const children = sfts
    .map((listing): SftNode => {
      const place = (count.get(listing.name) ?? 0) > 1 ? basename(dirname(listing.file)) : null;
      return { kind: 'sft', id: `sft:${listing.file}`, file: listing.file, listing, place };
    })
    .sort((a, b) => byName(a.listing.name, b.listing.name) || byName(a.file, b.file));
  return [{ kind: 'group', id: `${kind}:${base}`, of: kind, label, description: '', children }];
}

/** Which bases bear a name, by what they hold. */
function fingerprintsByName(sfts: readonly SftListing[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { base, baseFingerprint } of sfts) {
    if (base === null || baseFingerprint === null) continue;
    names.set(base, (names.get(base) ?? new Set()).add(baseFingerprint));
  }
  return names;
}

/** SFTs of one base: of the same fingerprint; one without is counted in where its base's name leaves no doubt. */
function baseKey(
  { base, baseFingerprint }: SftListing,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  if (baseFingerprint !== null) return baseFingerprint;
  if (base === null) return 'unknown';
  const known = [...(names.get(base) ?? [])];
  return known.length === 1 ? known[0] : `name:${base}`;
}

function baseLabel(sfts: readonly SftListing[]): string | null {
  const names = sfts.flatMap(({ base }) => (base === null ? [] : [base])).sort(byName);
  return names[0] ?? null;
}
