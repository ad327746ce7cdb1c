import type { Interference } from '../core/interference.ts';
import { count, percent } from '../core/texts.ts';

/** What `meetingFigures` are. */
export const meetingHeadings = [
  'both',
  'by chance',
  'x chance',
  'by even chance',
  'signs agree',
  'cosine',
  'energy of A',
  'energy of B',
];

/** What chance means in tables of pairs. */
export const chanceNote =
  'By chance: masks with as many entries in each tensor, placed at random there. By even chance: placed at random over all tensors. Signs agree in 50 % and the cosine is 0 by chance. Energy of A: the share of its sum of squares that lies on the entries of both.';

/** How two SFTs meet, as fields of a table. */
export function meetingFigures(one: Interference): string[] {
  return [
    count(one.both),
    expected(one.expected),
    times(one.timesChance),
    expected(one.uniform),
    share(one.signAgreement),
    one.cosine?.toFixed(3) ?? '-',
    share(one.energyA),
    share(one.energyB),
  ];
}

function expected(entries: number | undefined): string {
  return entries === undefined ? '-' : count(entries);
}

/** 1.93 */
export function times(ratio: number | undefined): string {
  return ratio?.toFixed(2) ?? '-';
}

function share(fraction: number | undefined): string {
  return fraction === undefined ? '-' : percent(fraction);
}
