import { expect, test } from 'vitest';
import { meetingHeadings } from '../src/library/meeting.ts';
import { texts as bench } from '../webview/compose/texts.ts';
import { texts as inspector } from '../webview/inspect/texts.ts';

test('what two SFTs have in common has one name each: in tables, notebooks, benches and the comparison', () => {
  const [, chance, times, even, signs, cosine, energyA, energyB] = meetingHeadings;
  expect(Object.values(inspector.diff.facts).slice(1)).toEqual([
    chance,
    even,
    signs,
    cosine,
    energyA,
    energyB,
  ]);
  expect(inspector.diff.columns).toMatchObject({ timesChance: times, energyA, energyB });
  expect(bench.pairs.columns).toMatchObject({
    timesChance: times,
    uniform: even.replace('by ', 'x '),
    signs,
    cosine,
    energyA,
    energyB,
  });
});
