import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answers, columnsRead, recipeOf } from '../../src/extension/newRecipe/answers.ts';
import { dataFileOf, trainingChoices, validationChoices } from '../../src/extension/newRecipe/dataFiles.ts';
import { suggestedName } from '../../src/extension/newRecipe/names.ts';
import { guessColumns } from '../../src/extension/newRecipe/tableColumns.ts';
import { checkRecipe } from '../../src/recipe/check.ts';
import { loadRecipe } from '../../src/recipe/load.ts';
import { type RecipeTemplate, recipeTemplates } from '../../src/recipe/templates.ts';
import { prepareData } from '../../src/trainer/prepare.ts';
import { sftJson } from '../support/cli.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-new-recipe-')));
  for (const [part, seed] of Object.entries({ train: 1, dev: 2 })) {
    const texts = inventSentences(24, seed).map((words) => words.map(({ form }) => form).join(' '));
    const write = (name: string, lines: readonly string[]) =>
      writeFileSync(workspace.path(name), `${lines.join('\n')}\n`);
    // Names that tell nothing, so that values must.
    write(`${part}-mood.csv`, ['nr,what,mood', ...texts.map((text, i) => `${i},"${text}",${label(i)}`)]);
    write(
      `${part}-pairs.jsonl`,
      texts.map((text, i) => JSON.stringify({ label: label(i), sentence1: text, sentence2: texts[23 - i] })),
    );
    write(`${part}-questions.json`, [
      JSON.stringify({ version: '1.1', data: [{ paragraphs: texts.map(asked) }] }),
    ]);
  }
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

function label(i: number): string {
  return ['yes', 'no', 'maybe'][i % 3];
}

function asked(context: string, i: number) {
  const [first] = context.split(' ');
  return { context, qas: [{ id: `q${i}`, question: context, answers: [{ text: first, answer_start: 0 }] }] };
}

/** As if the user took what is offered first, every time. */
function answers(template: RecipeTemplate): Answers {
  const files = ['conllu', 'tsv', 'txt', 'mood.csv', 'pairs.jsonl', 'questions.json']
    .flatMap((ending) => [`train-${ending}`, `dev-${ending}`])
    .map((name) => name.replace('train-txt', 'text-txt').replace(/-(conllu|tsv|txt)$/, '.$1'))
    .map((name) => workspace.path(name))
    .map((path) => dataFileOf(path, readFileSync(path, 'utf8').slice(0, 16 << 10)))
    .filter((file) => file !== undefined);
  const [data] = trainingChoices(files, template).filter(
    ({ path }) => template !== 'sentiment' || path.endsWith('.csv'),
  );
  const columns = data.table === undefined ? undefined : guessColumns(data.table, template === 'nli');
  const state: Answers = {
    folder: workspace.folder,
    template,
    base: { folder: workspace.path('base'), name: 'base' },
    data,
    ...(columns === undefined ? {} : { columns }),
  };
  const [validation] = validationChoices(files, data, columnsRead(state));
  return {
    ...state,
    validation: validation.path,
    name: suggestedName(template, 'qaa', data.path, () => false),
  };
}

describe.each(recipeTemplates)('a new recipe for %s', (template) => {
  it('is well-formed, reads its data, and trains as it stands', async () => {
    const answered = answers(template);
    const text = recipeOf(answered);
    const file = workspace.path(`${answered.name}.sft.yaml`);
    expect(checkRecipe(text, file)).toEqual([]);
    writeFileSync(file, text);
    const { data, recipe } = await prepareData(await loadRecipe(file));
    expect(data.examples).toBeGreaterThan(0);
    expect(data.validate).toBeDefined();
    if (recipe.kind === 'task' && recipe.task.type === 'classification') {
      expect([...(data.labels ?? [])].sort()).toEqual(['maybe', 'no', 'yes']);
    }
    const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });
    expect(await json('estimate', file)).toMatchObject({ name: answered.name, examples: data.examples });
    // A language takes 10,000 steps at the least.
    const quick = template === 'language' ? `${text}full: { steps: 2 }\nsparse: { steps: 2 }\n` : text;
    writeFileSync(file, quick);
    expect(await json('train', file)).toMatchObject({ type: 'done' });
  }, 120_000);
});
