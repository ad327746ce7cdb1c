import type { Interference, InterferenceTable } from '../../core/interference.ts';
import { percent } from '../../core/texts.ts';
import { times } from '../../library/meeting.ts';
import type { PlacesBlock } from '../../protocol/notebook.ts';

/** A number of a pair of SFTs, and where it lies between the ends of its scale, -1 and 1; chance is at 0. */
interface Measure {
  readonly name: string;
  readonly of: (one: Interference) => number | undefined;
  readonly text: (value: number) => string;
  readonly fromChance: (value: number) => number;
}

/** Overlaps of so many times chance, and of its inverse, are the ends of their scale. */
const MOST_TIMES = 4;

const measures: readonly Measure[] = [
  {
    name: 'overlap, times chance',
    of: ({ timesChance }) => timesChance,
    text: times,
    fromChance: (value) => Math.log(value) / Math.log(MOST_TIMES),
  },
  {
    name: 'signs that agree, of both',
    of: ({ signAgreement }) => signAgreement,
    text: percent,
    fromChance: (value) => 2 * value - 1,
  },
  {
    name: 'cosine',
    of: ({ cosine }) => cosine,
    text: (value) => value.toFixed(2),
    fromChance: (value) => value,
  },
];

/** How two SFTs meet by layer and module, a heat map for each number. */
export function placesBlocks(pair: string, { rows, columns, cells }: InterferenceTable): PlacesBlock[] {
  return measures.map(({ name, of, text, fromChance }) => {
    const values = rows.map((row) =>
      columns.map((column) => {
        const cell = cells.find((one) => one.row === row && one.column === column);
        return cell === undefined ? undefined : of(cell);
      }),
    );
    const ofEach = <T>(make: (value: number | undefined) => T): T[][] => values.map((row) => row.map(make));
    return {
      type: 'places',
      title: `${pair}: ${name}`,
      layers: rows,
      modules: columns,
      texts: ofEach((value) => (value === undefined ? '' : text(value))),
      shades: ofEach((value) => (value === undefined ? 0 : Math.max(-1, Math.min(1, fromChance(value))))),
    };
  });
}
