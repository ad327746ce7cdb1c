import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { writeFileSync } from 'node:fs';
import type { NotebookCell } from '../../notebook/notebook.ts';
import { madeOf, staleOf } from '../../notebook/origin.ts';
import { runNotebook } from './runNotebook.ts';

const cell = (text: string): NotebookCell => ({ language: 'sft-cell', text, outcome: undefined, line: 1 });

const evaluatorOf = () => Promise.reject(new TypeError('a bug'));

test('what nobody foresaw ends a notebook, but not what its cells above gave', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'f.conllu'), '');
  const home = { results: folder, cellOutputs: folder, sharedTexts: folder };
  const evaluate = `evaluate:\n  base: ${JSON.stringify(folder)}\n  compositions: { a: base }\n  data: f.conllu\n`;
  const cells = [cell('expect: a > b'), cell(evaluate), cell('expect: a > b')];
  const done = await runNotebook(cells, { folder, home, evaluatorOf });
  expect(done.cells.map(({ outcome }) => outcome?.state)).toEqual(['done', undefined, undefined]);
  expect(done.bug?.error).toBeInstanceOf(TypeError);
});

test('outcomes say from which texts they were made', async () => {
  const folder = temporaryFolder();
  const home = { results: folder, cellOutputs: folder, sharedTexts: folder };
  const ran = await runNotebook([cell('expect: a > b'), cell('expect: ???')], { folder, home, evaluatorOf });
  expect(ran.cells.map(({ outcome }) => outcome?.state)).toEqual(['done', 'failed']);
  const stale = (texts: readonly string[]) =>
    staleOf(ran.cells.map((one, i) => ({ ...one, text: texts[i], made: madeOf(one.outcome) })));
  expect(stale(['expect: a > b', 'expect: ???'])).toEqual([undefined, undefined]);
  expect(stale(['expect: b > a', 'expect: a < b'])).toEqual(['text', 'text']);
});
