import type { Interference } from '../../core/interference.ts';
import { count } from '../../core/texts.ts';
import { namedPath } from '../../formats/hubCache.ts';
import { compareSfts } from '../../library/interference.ts';
import { sftName } from '../../library/listSfts.ts';
import { chanceNote, meetingFigures, meetingHeadings } from '../../library/meeting.ts';
import type { CellValue } from '../../notebook/cells/schema.ts';
import type { CellOutput, NotebookBlock, TableBlock, TableField } from '../../protocol/notebook.ts';
import type { CellContext } from './cellContext.ts';
import { placesBlocks } from './placesBlocks.ts';
import { textBlock } from './textBlock.ts';

/** How SFTs meet, pair by pair; no model is loaded for it. */
export async function interferenceCell(
  { folder, signal, meter }: CellContext,
  { sfts, modules = false, force }: CellValue<'interference'>,
): Promise<CellOutput> {
  meter.say('comparing');
  const files = sfts.map((sft) => namedPath(folder, sft, 'sft'));
  const { pairs, warnings } = await compareSfts(files, { force, signal });
  const names = files.map(sftName);
  const table: TableBlock = {
    type: 'table',
    title: '',
    columns: ['A', 'B', ...headings],
    rows: pairs.map(({ a, b, table: { all } }) => fields([names[a], names[b], ...figures(all)])),
  };
  const byPlace = pairs.flatMap(({ a, b, table }): NotebookBlock[] => [
    ...placesBlocks(`${names[a]} and ${names[b]}`, table),
    {
      type: 'table',
      title: `${names[a]} and ${names[b]}`,
      columns: ['layer', 'module', ...headings],
      rows: table.cells.map(({ row, column, ...cell }) => fields([row, column, ...figures(cell)])),
    },
  ]);
  const said = warnings.map(({ message }) => message);
  return {
    kind: 'interference',
    blocks: [
      table,
      ...textBlock('warning', said),
      { type: 'text', tone: 'note', lines: [chanceNote] },
      ...(modules ? byPlace : []),
    ],
    figures: [],
    comparisons: [],
  };
}

const headings = ['only A', 'only B', ...meetingHeadings];

function figures(one: Interference): string[] {
  return [count(one.onlyA), count(one.onlyB), ...meetingFigures(one)];
}

function fields(texts: readonly string[]): TableField[] {
  return texts.map((text) => ({ text }));
}
