import { resolve } from 'node:path';
import { distinctNames } from '../protocol/distinctNames.ts';
import { counted } from '../core/texts.ts';
import type { Interference, InterferenceTable } from '../core/interference.ts';
import type { ComparedPair } from '../library/interference.ts';
import { chanceNote, meetingFigures, meetingHeadings, times } from '../library/meeting.ts';
import { sftName } from '../library/listSfts.ts';
import { count, percent, table } from './format.ts';

/** Two SFTs, entry by entry, for people. */
export function diffText(a: string, b: string, { cells, all }: InterferenceTable): string {
  const union = all.onlyA + all.onlyB + all.both;
  const share = (entries: number) => (union === 0 ? '-' : percent(entries / union));
  const without = all.both - all.equal - all.opposite;
  const lines = [
    ['only in A', all.onlyA],
    ['only in B', all.onlyB],
    ['in both, equal sign', all.equal],
    ['in both, opposite sign', all.opposite],
    ...(without === 0 ? [] : [['in both, one of them 0', without] as const]),
  ] as const;
  return [
    `A  ${a}  ${counted(all.entriesA, 'entry', 'entries')}\nB  ${b}  ${counted(all.entriesB, 'entry', 'entries')}`,
    table([
      ['entries', 'number', 'share'],
      ...lines.map(([name, entries]) => [name, count(entries), share(entries)]),
    ]),
    `${meeting(all)}\n${chanceNote}`,
    table([
      ['layer', 'module', 'only in A', 'only in B', 'equal sign', 'opposite', 'x chance'],
      ...cells.map(({ row, column, ...cell }) => [
        row,
        column,
        count(cell.onlyA),
        count(cell.onlyB),
        count(cell.equal),
        count(cell.opposite),
        times(cell.timesChance),
      ]),
    ]),
  ].join('\n\n');
}

/** Pairs of SFTs, for people. */
export function interferenceText(
  files: readonly string[],
  pairs: readonly ComparedPair[],
  byModule: boolean,
): string {
  // Repeated runs of one recipe have files of one name.
  const names = distinctNames(files.map((file) => ({ name: sftName(file), file: resolve(file) })));
  const name = (i: number) => names[i];
  return [
    table([
      ['A', 'B', ...meetingHeadings],
      ...pairs.map(({ a, b, table: { all } }) => [name(a), name(b), ...meetingFigures(all)]),
    ]),
    chanceNote,
    ...(byModule
      ? pairs.map(
          ({ a, b, table: { cells } }) =>
            `${name(a)} and ${name(b)}\n${table([
              ['layer', 'module', ...meetingHeadings],
              ...cells.map(({ row, column, ...cell }) => [row, column, ...meetingFigures(cell)]),
            ])}`,
        )
      : []),
  ].join('\n\n');
}

function meeting(one: Interference): string {
  const [both, chance, ratio, even, signs, cosine, energyA, energyB] = meetingFigures(one);
  return `${both} entries of both, ${ratio} x chance (by chance ${chance}, by even chance ${even}) · signs agree ${signs} · cosine ${cosine} · energy of A ${energyA}, energy of B ${energyB}`;
}
