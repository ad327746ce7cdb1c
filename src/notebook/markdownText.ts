import { count } from '../core/texts.ts';
import type { CellOutcome, ExamplesBlock, NotebookBlock, Staleness } from '../protocol/notebook.ts';
import { staleWords } from '../protocol/staleWords.ts';
import {
  drawingText,
  figureText,
  intervalText,
  labelRows,
  outcomeText,
  placesRows,
  predictedName,
  SHOWN_EXAMPLES,
} from './plainText.ts';

/** `text/markdown` of what a cell gave: tables where there are tables, the plain text elsewhere; before it what has changed since. */
export function outcomeMarkdown(outcome: CellOutcome, stale?: Staleness): string {
  const text = freshMarkdown(outcome);
  return stale === undefined ? text : `**${staleWords(stale)}**\n\n${text}`;
}

function freshMarkdown(outcome: CellOutcome): string {
  if (outcome.state !== 'done') return escapeMarkdown(outcomeText(outcome));
  return outcome.output.blocks.map(blockMarkdown).join('\n\n');
}

function blockMarkdown(block: NotebookBlock): string {
  switch (block.type) {
    case 'table':
      return tableMarkdown(block.title, [
        block.columns.map(escapeMarkdown),
        ...block.rows.map((row) =>
          row.map(({ text, strong, note }) => {
            const shown = strong === true ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text);
            return note === undefined ? shown : `${shown} (${escapeMarkdown(note)})`;
          }),
        ),
      ]);
    case 'text':
      return block.lines
        .map((line) => (block.tone === 'warning' ? `**${escapeMarkdown(line)}**` : escapeMarkdown(line)))
        .join('\n\n');
    case 'labels':
      return escapedTable(block.title, labelRows(block.rows));
    case 'confusion':
      return escapedTable(block.title, [
        ['gold \\ predicted', ...block.predicted.map(predictedName)],
        ...block.gold.map((name, g) => [name, ...block.counts[g].map(count)]),
      ]);
    case 'curve':
      return escapedTable(block.title, [
        [block.x, block.metric, '95 % interval'],
        ...block.points.map(({ x, value, low, high }) => [
          String(x),
          figureText(block.metric, value),
          intervalText(block.metric, low, high),
        ]),
      ]);
    case 'bars':
      return escapeMarkdown(drawingText(block));
    case 'map':
      return escapedTable(block.title, [
        [`${block.y} \\ ${block.x}`, ...block.xs.map(String)],
        ...block.ys.map((y, i) => [
          String(y),
          ...block.values[i].map((value) => figureText(block.metric, value)),
        ]),
      ]);
    case 'places':
      return escapedTable(block.title, placesRows(block));
    case 'claims':
      return block.claims
        .map(
          ({ claim, holds, found }) =>
            `- ${holds ? '✓ holds' : '✗ **fails**'}: ${escapeMarkdown(claim)} (${escapeMarkdown(found)})`,
        )
        .join('\n');
    case 'examples':
      return examplesMarkdown(block);
    default:
      return `**${escapeMarkdown(block.title)}**: kept in the cache as ${block.hash}`;
  }
}

/** The first examples that went wrong: gold and predicted under the text, what is wrong in bold. */
function examplesMarkdown({ title, examples, of }: ExamplesBlock): string {
  const shown = examples.slice(0, SHOWN_EXAMPLES).map(({ place, items }) => {
    const rows = [
      ['text', ...items.map(({ text }) => escapeMarkdown(text))],
      ['gold', ...items.map(({ gold }) => escapeMarkdown(gold))],
      ['predicted', ...items.map(predictedMarkdown)],
    ];
    return `${escapeMarkdown(place)}\n\n${tableMarkdown('', rows)}`;
  });
  const left = of - shown.length;
  const heading = `**${escapeMarkdown(title)}** (${count(of)})`;
  return [heading, ...shown, ...(left > 0 ? [`and ${count(left)} more`] : [])].join('\n\n');
}

function predictedMarkdown({ gold, predicted }: ExamplesBlock['examples'][number]['items'][number]): string {
  const shown = escapeMarkdown(predicted ?? '-');
  return predicted === gold ? shown : `**${shown}**`;
}

function escapedTable(title: string, rows: readonly (readonly string[])[]): string {
  return tableMarkdown(
    title,
    rows.map((row) => row.map(escapeMarkdown)),
  );
}

function tableMarkdown(title: string, [head = [], ...body]: readonly (readonly string[])[]): string {
  const rows = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return title === '' ? rows : `**${escapeMarkdown(title)}**\n\n${rows}`;
}

/** Texts of files and labels stand for themselves. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~!&]/g, String.raw`\$&`).replaceAll('\n', ' ');
}
