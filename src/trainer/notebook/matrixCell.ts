import type { Sft } from '../../core/sft.ts';
import { readSft, readSftHeader } from '../../formats/sftFile.ts';
import { locateSft } from '../../formats/sftLocation.ts';
import { namedPath } from '../../formats/hubCache.ts';
import { type CellValue, matrixSettings } from '../../notebook/cells/schema.ts';
import type { CellOutput, NotebookBlock } from '../../protocol/notebook.ts';
import type { SettingSft } from '../evaluator/evaluator.ts';
import { sharedNote, textsOf } from '../evaluator/sharedNotes.ts';
import { seedGroups, seedSfts } from '../evaluator/seeds.ts';
import { rowNames, rowsOf } from './compareCell.ts';
import { MEAN, meanNotes, meanRow, type MeanRow } from './meanRow.ts';
import {
  cellData,
  cellEvaluator,
  type CellContext,
  type CellData,
  type CellEvaluation,
  evaluateInCell,
  lookOptions,
  saidOf,
  settingOf,
  toldApart,
} from './cellContext.ts';
import { metricOf } from '../evaluator/metricOf.ts';
import { type TableRow, tableStatistics } from './significance.ts';
import { tableBlocks, tableFigures } from './tableBlocks.ts';
import { textBlock } from './textBlock.ts';

type Matrix = CellValue<'matrix'>;
type MatrixSetting = (typeof matrixSettings)[number];

/** What a task's tests gave: by setting, test and model. */
interface TaskPart {
  readonly task: string;
  readonly tests: Matrix['tests'];
  /** The files of the tests. */
  readonly files: readonly CellData[];
  readonly found: readonly (readonly (readonly CellEvaluation[])[])[];
  readonly mean: MeanRow | undefined;
}

/**
 * Task SFTs with language SFTs on test files: the task's head on the base alone, the task SFT, and both SFTs side by side, with Holm
 * over the tables of all tasks together.
 */
export async function matrixCell(context: CellContext, value: Matrix): Promise<CellOutput> {
  const evaluator = await cellEvaluator(context, value);
  const settings = value.settings ?? matrixSettings;
  const parts: TaskPart[] = [];
  context.meter.expect(evaluationsOf(context, value, settings));
  const heads = headsOnly(context);
  for (const task of Object.keys(value.tasks)) {
    const tests = testsOf(value, task);
    if (tests.length === 0) continue;
    const files = toldApart(
      tests.map((test) => dataOf(context, test)),
      [MEAN],
    );
    const found: CellEvaluation[][][] = [];
    for (const setting of settings) {
      const ofTests: CellEvaluation[][] = [];
      for (const [at, test] of tests.entries()) {
        const models = modelsOf(context, value, { task, language: test.language, setting });
        const data = files[at];
        const evaluations: CellEvaluation[] = [];
        for (const [i, sfts] of models.entries()) {
          const what = `${setting}${models.length > 1 ? `, seed ${i + 1},` : ''} on ${data.name}`;
          const added = setting === 'base' ? [await heads(sfts[0])] : sfts;
          evaluations.push(
            await evaluateInCell(context, evaluator, settingOf(added, { ...value, head: 1 }), data, {
              sample: value.sample,
              what,
            }),
          );
        }
        ofTests.push(evaluations);
      }
      found.push(ofTests);
    }
    const mean = meanRow(tests.map(({ language }, i) => ({ language, role: files[i].role })));
    parts.push({ task, tests, files, found, mean });
  }

  const several = parts.length > 1;
  const named = (task: string, name: string) => (several ? `${task}/${name}` : name);
  const tables = parts.map(({ task, files, found, mean }) => {
    const rows = rowNames(
      files.map(({ name }) => named(task, name)),
      mean,
    );
    return { task, found, mean, rows: rows.map((name) => (name === MEAN ? named(task, name) : name)) };
  });
  const rows: TableRow[] = tables.flatMap((table) =>
    rowsOf(table.rows, table.found, metricOf(table.found[0][0][0].found, value.metric), table.mean),
  );
  const all = parts.flatMap(({ found }) => found.flat(2));
  context.meter.say('comparing');
  const models = parts.flatMap(({ found }) =>
    found.flat().map((ones) => ones.map((one) => seedSfts(one.found))),
  );
  const statistics = await tableStatistics(rows, {
    groups: seedGroups(models),
    signal: context.signal,
  });
  const names = { rows: rows.map(({ on }) => on), systems: settings };
  const examples = rows.map((row) => row.systems[0].reduce((sum, [first]) => sum + first.examples, 0));
  const { notes, warnings } = saidOf(all.map(({ found }) => found));
  const shared = await overlapLines(context, value, parts);
  const means = [...new Set(parts.flatMap(({ files, mean }) => meanNotes(files, mean)))];
  const blocks: NotebookBlock[] = [
    ...tableBlocks(
      { ...names, title: [...new Set(statistics.metrics)].join(', '), rowsAre: 'language', examples },
      statistics,
    ),
    ...textBlock('warning', warnings),
    { type: 'text', tone: 'note', lines: [settingsNote(settings), ...means, ...shared, ...notes] },
  ];
  return { kind: 'matrix', blocks, ...tableFigures(names, statistics) };
}

/** The tests of a task. */
function testsOf({ tests }: Matrix, task: string): Matrix['tests'] {
  return tests.filter((test) => (test.task ?? task) === task);
}

/** How many evaluations there are: a model a seed, on each test, in each setting. */
function evaluationsOf(context: CellContext, value: Matrix, settings: readonly MatrixSetting[]): number {
  return Object.keys(value.tasks)
    .flatMap((task) =>
      testsOf(value, task).flatMap(({ language }) =>
        settings.map((setting) => modelsOf(context, value, { task, language, setting }).length),
      ),
    )
    .reduce((sum, models) => sum + models, 0);
}

function settingsNote(settings: readonly MatrixSetting[]): string {
  const words: Readonly<Record<MatrixSetting, string>> = {
    base: "base: the task's head on the base model, without any difference",
    taskOnly: 'taskOnly: the task SFT',
    composed: "composed: the task SFT and the language's",
  };
  return `${settings.map((setting) => words[setting]).join('; ')}.`;
}

/** The SFTs of each seed's model. */
function modelsOf(
  { folder }: CellContext,
  { tasks, languages }: Matrix,
  {
    task,
    language,
    setting,
  }: { readonly task: string; readonly language: string; readonly setting: MatrixSetting },
): SettingSft[][] {
  const located = (written: string | readonly string[]) =>
    [written].flat().map((sft) => ({ sft: namedPath(folder, sft, 'sft'), coefficient: 1 }));
  const ofTask = located(tasks[task]);
  if (setting !== 'composed') return ofTask.map((sft) => [sft]);
  const ofLanguage = located(languages[language]);
  return Array.from({ length: Math.max(ofTask.length, ofLanguage.length) }, (_, i) => [
    ofTask[ofTask.length === 1 ? 0 : i],
    ofLanguage[ofLanguage.length === 1 ? 0 : i],
  ]);
}

/** Gives a task SFT without its differences, its head alone: times 0, as the record of results says. */
function headsOnly({ signal }: CellContext): (sft: SettingSft) => Promise<SettingSft> {
  const known = new Map<string, Sft>();
  return async (one) => {
    signal?.throwIfAborted();
    const head = known.get(one.sft) ?? { diffs: new Map(), abs: (await readSft(one.sft)).sft.abs };
    known.set(one.sft, head);
    return { ...one, coefficient: 0, instead: head };
  };
}

function dataOf(context: CellContext, test: Matrix['tests'][number]) {
  const { task: _, ...rest } = test;
  const data = cellData(context, { ...rest, name: test.name ?? test.language });
  // The language says which SFT is added; answers alone are compared by it, too.
  const request = { ...data.request, mayBeUnused: ['language'] as const };
  return { ...data, request, role: test.role ?? ('test' as const) };
}

/** How many sentences of each test stand in the text of its language's SFT. */
async function overlapLines(
  context: CellContext,
  { texts = {}, languages }: Matrix,
  parts: readonly TaskPart[],
): Promise<string[]> {
  const lines = new Set<string>();
  for (const { tests, found } of parts) {
    for (const [t, test] of tests.entries()) {
      const [[{ data, found: evaluated }]] = found.map((ofTests) => ofTests[t]);
      if (data.role === 'dev') continue;
      const given = Object.hasOwn(texts, test.language) ? [texts[test.language]].flat() : undefined;
      const files =
        given?.map((text) => namedPath(context.folder, text, 'sft')) ??
        (await textsOfLanguage(context, languages[test.language]));
      const line = await sharedNote(
        data.name,
        await evaluated.texts(),
        {
          reader: `the SFT of ${test.language}`,
          files: [...new Set(files)],
          isNamed: given !== undefined,
          advice: ' (texts says where it lies)',
        },
        lookOptions(context),
      );
      if (line !== undefined) lines.add(line);
    }
  }
  return [...lines];
}

/** The raw texts that language SFTs have read, as far as their files say. */
async function textsOfLanguage(
  { folder }: CellContext,
  written: string | readonly string[],
): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const sft of [written].flat()) {
    const { file } = await locateSft(namedPath(folder, sft, 'sft'));
    texts.push(...textsOf({ file, metadata: (await readSftHeader(file)).metadata }));
  }
  return texts;
}
