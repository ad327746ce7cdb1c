import { largest } from '../../core/largest.ts';
import { count, percent } from '../../core/texts.ts';
import type {
  CellOutcome,
  ExamplesBlock,
  LabelsBlock,
  NotebookBlock,
  Staleness,
} from '../../protocol/notebook.ts';
import { extent } from '../../protocol/extent.ts';
import { staleWords } from '../../protocol/staleWords.ts';
import { strictColumns } from '../../protocol/strictColumns.ts';
import { figureText, intervalText, placesRows, predictedName } from '../plainText.ts';
import { barsSvg } from './bars.ts';
import { curveSvg } from './curve.ts';
import { element, escapeHtml } from './escape.ts';

/** What a cell gave, as HTML without scripts; before it what has changed since. */
export function outcomeHtml(outcome: CellOutcome, stale?: Staleness): string {
  const html = freshHtml(outcome);
  return stale === undefined ? html : `${element('p', staleWords(stale), 'class="stale"')}\n${html}`;
}

function freshHtml(outcome: CellOutcome): string {
  switch (outcome.state) {
    case 'interrupted':
      return element('p', 'interrupted', 'class="bad"');
    case 'failed':
      return element(
        'p',
        `${escapeHtml(outcome.problem.what)}<br>${escapeHtml(outcome.problem.advice)}`,
        'class="bad"',
      );
    default:
      return outcome.output.blocks.map(blockHtml).join('\n');
  }
}

function blockHtml(block: NotebookBlock): string {
  switch (block.type) {
    case 'table':
      return tableHtml(
        block.title,
        block.columns,
        block.rows.map((row) =>
          row.map(({ text, strong, note }) => ({
            html: strong === true ? element('strong', `${escapeHtml(text)} *`) : escapeHtml(text),
            note,
          })),
        ),
      );
    case 'text':
      return block.lines.map((line) => element('p', escapeHtml(line), `class="${block.tone}"`)).join('\n');
    case 'labels':
      return labelsHtml(block);
    case 'confusion': {
      const most = largest(block.counts.flat(), 1);
      return tableHtml(
        block.title,
        ['gold \\ predicted', ...block.predicted.map(predictedName)],
        block.gold.map((name, g) => [
          { html: escapeHtml(name) },
          ...block.counts[g].map((value) => ({
            html: count(value),
            shade: Math.round((10 * value) / most),
          })),
        ]),
      );
    }
    case 'examples':
      return examplesHtml(block);
    case 'curve':
      return element(
        'figure',
        curveSvg(block) +
          tableHtml(
            block.title,
            [block.x, block.metric, '95 % interval'],
            block.points.map(({ x, value, low, high }) =>
              [String(x), figureText(block.metric, value), intervalText(block.metric, low, high)].map(plain),
            ),
          ),
      );
    case 'bars':
      return element('figure', barsSvg(block));
    case 'map': {
      const [low, high] = extent(block.values.flat().filter((value) => value !== null));
      return tableHtml(
        block.title,
        [`${block.y} \\ ${block.x}`, ...block.xs.map(String)],
        block.ys.map((y, i) => [
          plain(String(y)),
          ...block.values[i].map((value) => ({
            ...plain(figureText(block.metric, value)),
            shade: value === null ? 0 : Math.round((10 * (value - low)) / (high - low)),
          })),
        ]),
      );
    }
    case 'places': {
      const [columns, ...rows] = placesRows(block);
      return tableHtml(
        block.title,
        columns,
        rows.map(([layer, ...fields], row) => [
          plain(layer),
          ...fields.map((text, column) => {
            const shade = Math.round(10 * block.shades[row][column]);
            return { ...plain(text), shade: Math.abs(shade), below: shade < 0 };
          }),
        ]),
      );
    }
    case 'claims':
      return element(
        'ul',
        block.claims
          .map(({ claim, holds, found }) =>
            element(
              'li',
              `${holds ? '✓ holds' : '✗ fails'}: ${element('code', escapeHtml(claim))} (${escapeHtml(found)})`,
              `class="${holds ? 'good' : 'bad'}"`,
            ),
          )
          .join(''),
        'class="claims"',
      );
    default:
      return element('p', `${escapeHtml(block.title)}: too large for this page.`, 'class="note"');
  }
}

interface HtmlField {
  readonly html: string;
  readonly note?: string | undefined;
  /** 0 to 10. */
  readonly shade?: number;
  /** Shaded as what lies below chance. */
  readonly below?: boolean;
}

function plain(text: string): HtmlField {
  return { html: escapeHtml(text) };
}

function tableHtml(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly HtmlField[])[],
): string {
  const head = columns.map((name) => element('th', escapeHtml(name), 'scope="col"')).join('');
  const body = rows.map((row) =>
    element(
      'tr',
      row
        .map(({ html, note, shade, below }) => {
          const interval = note === undefined ? '' : `<br>${element('small', escapeHtml(note))}`;
          return element(
            'td',
            html + interval,
            shade === undefined ? '' : `class="${below === true ? 'below' : 'shade'}${shade}"`,
          );
        })
        .join(''),
    ),
  );
  const caption = title === '' ? '' : element('caption', escapeHtml(title));
  return element(
    'table',
    `${caption}${element('thead', element('tr', head))}${element('tbody', body.join('\n'))}`,
  );
}

function labelsHtml({ title, rows }: LabelsBlock): string {
  const strict = strictColumns(rows);
  return tableHtml(
    title,
    ['label', 'precision', 'recall', 'F1', '', ...strict.names, 'support'],
    rows.map((row) => [
      plain(row.label),
      ...[row.precision, row.recall, row.f1].map((value) => plain(percent(value))),
      { html: `<meter min="0" max="1" value="${row.f1.toFixed(4)}">${percent(row.f1)}</meter>` },
      ...strict.fields(row).map(plain),
      plain(count(row.support)),
    ]),
  );
}

/** Examples that a page shows open. */
const SHOWN = 200;

function examplesHtml({ title, examples, of }: ExamplesBlock): string {
  const shown = examples.slice(0, SHOWN).map(({ place, items }) => {
    const rows = [
      exampleRow(
        'text',
        items.map(({ text }) => element('td', escapeHtml(text))),
      ),
      exampleRow(
        'gold',
        items.map(({ gold }) => element('td', escapeHtml(gold))),
      ),
      exampleRow(
        'predicted',
        items.map(({ gold, predicted }) =>
          element('td', escapeHtml(predicted ?? '-'), gold === predicted ? '' : 'class="bad"'),
        ),
      ),
    ];
    return `${element('p', escapeHtml(place))}${element('table', element('tbody', rows.join('')), 'class="example"')}`;
  });
  const left = of - shown.length;
  const more = left > 0 ? element('p', `and ${count(left)} more`) : '';
  const summary = element('summary', `${escapeHtml(title)} (${count(of)})`);
  return element('details', `${summary}${shown.join('\n')}${more}`);
}

function exampleRow(name: string, fields: readonly string[]): string {
  return element('tr', element('th', name, 'scope="row"') + fields.join(''));
}
