import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { inventSentences, tinyWorkspace } from '../../test/support/tinyWorkspace.ts';
import { loadRecipe } from '../recipe/load.ts';
import { loadBaseFrame } from './base.ts';
import { languageData } from './languageData.ts';
import { resolveWithFacts } from './prepare.ts';

const lines = inventSentences(400, 2).map((words) => words.map(({ form }) => form).join(' '));

/** A recipe on `text.txt` (lines that end with CRLF, some blank) and `more.txt` (with CR), prepared for reading. */
async function recipeWith(fields: Readonly<Record<string, unknown>>) {
  const workspace = await tinyWorkspace(temporaryFolder());
  writeFileSync(workspace.path('text.txt'), `\uFEFF${lines.slice(0, 300).join('\r\n')}\r\n\r\n \r\n`);
  writeFileSync(workspace.path('more.txt'), lines.slice(300).join('\r'));
  const loaded = await loadRecipe(
    workspace.language('streamed', { data: { text: ['text.txt', 'more.txt'] }, ...fields }),
  );
  const base = await loadBaseFrame(resolve(loaded.folder, loaded.recipe.base));
  const recipe = await resolveWithFacts(loaded, base);
  if (recipe.kind !== 'language') throw new Error('it is a language recipe');
  return { recipe, base };
}

/** Each line an example as it is: so rarely is a piece chosen. */
const unmasked = { lines: true, probability: 1e-12 };
const share = (validationShare: number) => ({
  data: { text: ['text.txt', 'more.txt'], validationShare },
  validate: validationShare === 0 ? undefined : { everySteps: 4, metric: 'loss' },
});

describe('data of a language recipe', () => {
  it('are the same examples whether texts are read whole or as they are needed', async () => {
    const { recipe, base } = await recipeWith({ ...share(0), mlm: { ...unmasked, blockSize: 24 } });
    const whole = await languageData(recipe, base);
    const streamed = await languageData(recipe, base, 0);
    expect(whole.examples).toBe(400);
    expect(Math.abs(streamed.examples - 400)).toBeLessThan(2);
    const all = (data: typeof whole) =>
      Array.from({ length: 400 }, (_, i) => data.example(i, 0, 0).ids.join(' '));
    expect(all(streamed)).not.toEqual(all(whole));
    expect(all(streamed).sort()).toEqual(all(whole).sort());
    expect(whole.stream).toBeUndefined();
    expect(whole.notes).toEqual([]);
    expect(streamed.notes.join('\n')).toMatch(
      /is read while training goes on.*estimated from 402 of 402 lines/,
    );
  });

  it.each([
    [
      'no block',
      { validationShare: 0.003 },
      { blockSize: 46 },
      /0\.3 %\) holds out one line, less than one block of 46/,
    ],
    ['no line', { validationShare: 0.001 }, { blockSize: 24 }, /holds out 0 lines/],
  ])('are not validated on lines held out that are %s, which is said', async (_, held, mlm, note) => {
    const { recipe, base } = await recipeWith({ data: { text: ['text.txt', 'more.txt'], ...held }, mlm });
    const data = await languageData(recipe, base);
    expect(data.validate).toBeUndefined();
    expect(data.notes.join('\n')).toMatch(note);
  });

  it('that are streamed are masked anew whenever an example comes again, and the same for the same place', async () => {
    const { recipe, base } = await recipeWith(share(0));
    const data = await languageData(recipe, base, 0);
    const [first, again, other] = [data.example(5, 0, 0), data.example(5, 0, 0), data.example(5, 1, 0)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const predicted = Array.from({ length: 200 }, (_, i) => data.example(i, 0, 0)).flatMap(({ labels }) => [
      ...labels,
    ]);
    const chosen = predicted.filter((label) => label !== -100).length / predicted.length;
    expect(chosen).toBeGreaterThan(0.1);
    expect(chosen).toBeLessThan(0.15);
  });

  it('hold lines out for validation, which are not trained on', async () => {
    const { recipe, base } = await recipeWith({ ...share(0.5), mlm: { ...unmasked, blockSize: 24 } });
    const data = await languageData(recipe, base, 0);
    expect(data.validate).toBeDefined();
    const seen = new Set(Array.from({ length: 199 }, (_, i) => data.example(i, 0, 0).ids.join(' ')));
    // Of 402 lines, blank ones counted, the first 201.
    const held = lines.slice(0, 201).map((line) => base.tokenizer.encodeText(line, 24).join(' '));
    const trained = lines.slice(201).map((line) => base.tokenizer.encodeText(line, 24).join(' '));
    expect([...seen].sort()).toEqual([...new Set(trained)].sort());
    expect(held.filter((one) => seen.has(one) && !trained.includes(one))).toEqual([]);
  });
});
