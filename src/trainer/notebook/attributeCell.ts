import { count, differenceText, probabilityText, counted } from '../../core/texts.ts';
import { readSftWithEntries } from '../../library/sftWithEntries.ts';
import { referenceOf } from '../../notebook/cells/paths.ts';
import type { CellValue } from '../../notebook/cells/schema.ts';
import { figureText, intervalText } from '../../notebook/plainText.ts';
import type { CellOutput, NotebookBlock } from '../../protocol/notebook.ts';
import { blockVariants } from '../attribution/attribution.ts';
import { prunedVariants } from '../attribution/pruning.ts';
import { evaluateVariants, formsNote } from '../attribution/variants.ts';
import { recordResult } from '../evaluator/recordResult.ts';
import { orNull } from '../evaluator/resultOf.ts';
import {
  cellData,
  cellEvaluator,
  type CellContext,
  isSweptHere,
  located,
  settingOf,
  sharedLines,
  tunedMark,
} from './cellContext.ts';
import { textBlock } from './textBlock.ts';

/** What each layer or module of an SFT does, or what pruning costs: an SFT in several forms, each against the whole. */
export async function attributeCell(
  context: CellContext,
  value: CellValue<'attribute'>,
): Promise<CellOutput> {
  const evaluator = await cellEvaluator(context, value);
  const data = cellData(context, value.data);
  const sfts = located(context, [value.sft, ...(value.with ?? [])].map(referenceOf));
  const { sft } = await readSftWithEntries(sfts[0].sft);
  const shares = value.keep?.map((percent) => percent / 100);
  const forms = shares === undefined ? blockVariants(sft, value.by ?? 'layer') : prunedVariants(sft, shares);
  const { meter } = context;
  meter.expect(forms.length);
  meter.begin(forms[0].name);
  const { metric, examples, variants, whole, tuned, warnings, notes } = await evaluateVariants(
    evaluator,
    { setting: settingOf(sfts, value), target: 0 },
    forms,
    data.request,
    {
      sample: value.sample,
      signal: context.signal,
      progress: meter.within,
      tell(_, done) {
        meter.end();
        if (done < forms.length) meter.begin(forms[done].name);
      },
      record(setting, found, ofWhole) {
        const note = { found, role: data.role, tuned: ofWhole ?? isSweptHere(context, found, data) };
        return recordResult(context.home.results, evaluator, setting, data.request.data, note);
      },
    },
  );
  const rows = variants.map((one) => ({
    ...one,
    figure: orNull(one.value),
    low: orNull(one.interval.low),
    high: orNull(one.interval.high),
  }));
  const table: NotebookBlock = {
    type: 'table',
    title: `${metric} on ${data.name}`,
    columns: ['SFT', 'entries', metric, '95 % interval', 'difference', 'Holm'],
    rows: rows.map(({ name, entries, figure, low, high, against }) =>
      [
        name,
        count(entries),
        `${figureText(metric, figure)}${tuned ? ' †' : ''}`,
        intervalText(metric, low, high),
        against === undefined ? '' : differenceText(metric, against.difference),
        against === undefined ? '' : probabilityText(against.adjusted),
      ].map((text) => ({ text })),
    ),
  };
  const chart: NotebookBlock[] =
    value.keep === undefined
      ? [
          {
            type: 'bars',
            title: `${metric} on ${data.name}, without one ${value.by ?? 'layer'} at a time`,
            metric,
            bars: rows.map(({ name, figure, low, high }) => ({ name, value: figure, low, high })),
          },
        ]
      : [
          {
            type: 'curve',
            title: `${metric} on ${data.name}`,
            x: 'entries kept, %',
            metric,
            points: value.keep.map((percent, i) => {
              const { figure, low, high } = rows[i + 1];
              return { x: percent, value: figure, low, high };
            }),
          },
        ];
  const others = variants.length - 1;
  const tests = `; differences to the whole SFT by paired approximate randomisation, Holm over ${counted(others, 'comparison')}`;
  const line = `${counted(examples, 'example')}${others === 0 ? '' : tests}.`;
  const said = warnings.map(({ message }) => message);
  const shared = await sharedLines(context, [{ found: whole, data }]);
  return {
    kind: 'attribute',
    blocks: [
      table,
      ...chart,
      ...textBlock('warning', said),
      {
        type: 'text',
        tone: 'note',
        lines: [line, formsNote, ...(tuned ? [`${tunedMark}.`] : []), ...shared, ...notes],
      },
    ],
    figures: rows.map(({ name, figure, low, high }) => ({
      system: name,
      on: data.name,
      metric,
      value: figure,
      low,
      high,
      seeds: 1,
      tuned,
    })),
    comparisons: rows.flatMap(({ name, against }) =>
      against === undefined
        ? []
        : [
            {
              a: name,
              b: rows[0].name,
              on: data.name,
              difference: orNull(against.difference),
              p: orNull(against.adjusted),
            },
          ],
    ),
  };
}
