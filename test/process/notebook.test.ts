import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxCellBytes } from '../../src/notebook/fit.ts';
import { intervalText } from '../../src/notebook/plainText.ts';
import { readNotebook } from '../../src/notebook/read.ts';
import { writeNotebook } from '../../src/notebook/write.ts';
import type { CellOutput, ExamplesBlock, NotebookBlock } from '../../src/protocol/notebook.ts';
import { sft } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft notebook é#-')));
  const base = workspace.path('base');
  await inventSft(base, workspace.path('pos1.sft.safetensors'), {
    seed: 1,
    labels,
    metadata: { fullPhase: 'one' },
  });
  await inventSft(base, workspace.path('pos2.sft.safetensors'), {
    seed: 3,
    labels,
    metadata: { fullPhase: 'two' },
  });
  await inventSft(base, workspace.path('pos3.sft.safetensors'), {
    seed: 4,
    labels,
    metadata: { fullPhase: 'two' },
  });
  await inventSft(base, workspace.path('xx.sft.safetensors'), { seed: 2, share: 0.2 });
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** Writes a notebook of these cells; those that begin with # are Markdown. */
function write(name: string, ...cells: readonly string[]): string {
  const text = writeNotebook(
    cells.map((text) => ({
      language: text.startsWith('#') ? ('markdown' as const) : ('sft-cell' as const),
      text,
      outcome: undefined,
    })),
  );
  writeFileSync(workspace.path(name), text);
  return name;
}

async function run(...args: readonly string[]) {
  return sft(['run', ...args], { cwd: workspace.folder });
}

function outputs(name: string): CellOutput[] {
  return readNotebook(readFileSync(workspace.path(name)), name).cells.flatMap(({ outcome }) => {
    if (outcome?.state === 'failed') throw new Error(outcome.problem.what);
    return outcome?.state === 'done' ? [outcome.output] : [];
  });
}

function block<T extends NotebookBlock['type']>(
  output: CellOutput,
  type: T,
): Extract<NotebookBlock, { type: T }> {
  const found = output.blocks.find((one): one is Extract<NotebookBlock, { type: T }> => one.type === type);
  if (found === undefined) throw new Error(`no ${type} among ${output.blocks.map((one) => one.type).join()}`);
  return found;
}

/** Sentences beside what a cell is about. */
function said({ blocks }: CellOutput, tone: 'note' | 'warning'): string[] {
  return blocks.flatMap((one) => (one.type === 'text' && one.tone === tone ? one.lines : []));
}

/** A matrix of one task, language and test, in these settings. */
const matrixOf = (settings: string) => `matrix:
  base: base
  tasks: { pos: pos1.sft.safetensors }
  languages: { xx: own.sft.safetensors }
  tests: [{ language: xx, file: dev.conllu }]
  settings: [${settings}]
`;

const evaluateCell = `evaluate:
  base: base
  compositions:
    taskOnly: pos1.sft.safetensors
    composed: [pos1.sft.safetensors, xx.sft.safetensors@0.7]
  data: { file: dev.conllu, role: test }
`;

describe('sft run', () => {
  it('evaluates: figures as sft evaluate gives them, labels, confusions, examples', async () => {
    write('evaluate.sftnb', '# Notes\n\n%% not a cell', evaluateCell);
    const { code, stdout, stderr } = await run('evaluate.sftnb');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^composed +dev \(test\) +accuracy/m);
    const [output] = outputs('evaluate.sftnb');
    const alone = await sft(
      ['evaluate', '--base', 'base', '--data', 'dev.conllu', '--sft', 'pos1.sft.safetensors', '--json'],
      { cwd: workspace.folder },
    );
    const { value, interval, metrics } = JSON.parse(alone.stdout) as {
      value: number;
      interval: [number, number];
      metrics: Record<string, number>;
    };
    const [figure] = output.figures;
    expect(figure).toMatchObject({
      system: 'taskOnly',
      on: 'dev',
      value,
      low: interval[0],
      high: interval[1],
    });
    expect(metrics.accuracy).toBe(value);
    const confusion = block(output, 'confusion');
    const all = confusion.counts.flat().reduce((a, b) => a + b, 0);
    const right = confusion.gold.reduce(
      (sum, name, g) => sum + (confusion.counts[g][confusion.predicted.indexOf(name)] ?? 0),
      0,
    );
    expect(right / all).toBeCloseTo(value, 12);
    const examples = block(output, 'examples');
    expect(
      examples.examples.every(({ items }) => items.some(({ gold, predicted }) => gold !== predicted)),
    ).toBe(true);
    const text = readFileSync(workspace.path('evaluate.sftnb'), 'utf8');
    expect(text).toContain('\\%% not a cell');
    // The same again gives the same bytes, so that a difference is one of results.
    await run('evaluate.sftnb');
    expect(readFileSync(workspace.path('evaluate.sftnb'), 'utf8')).toBe(text);
  });

  it('makes a matrix: seeds, forks as one seed, mean, tests of the whole table, shared sentences', async () => {
    writeFileSync(workspace.path('read.txt'), `${firstSentence('dev.conllu')}\nothers\n`);
    write(
      'matrix.sftnb',
      `matrix:
  base: base
  tasks:
    pos: [pos1.sft.safetensors, pos2.sft.safetensors, pos3.sft.safetensors]
  languages: { xx: xx.sft.safetensors, yy: xx.sft.safetensors }
  tests:
    - { language: xx, file: dev.conllu }
    - { language: yy, file: train.conllu }
  texts: { xx: read.txt, yy: read.txt }
`,
      'expect: [composed on mean >= 0 %, taskOnly >= composed]',
    );
    const { code, stdout } = await run('matrix.sftnb');
    const [matrix, claims] = outputs('matrix.sftnb');
    const { columns, rows } = block(matrix, 'table');
    expect(columns).toEqual(['language', 'base', 'taskOnly', 'composed', 'examples']);
    expect(rows.map(([name]) => name.text)).toEqual(['xx', 'yy', 'mean']);
    expect(rows[0][1].text).toMatch(/ ± /);
    const of = (system: string, on: string) =>
      matrix.figures.find((one) => one.system === system && one.on === on)!;
    // Three models of two full phases.
    expect(of('composed', 'xx').seeds).toBe(2);
    expect(of('composed', 'mean').value).toBeCloseTo(
      (of('composed', 'xx').value! + of('composed', 'yy').value!) / 2,
      12,
    );
    // The mean has an interval of its own, beside it in the table as in every other row.
    const { value, low, high } = of('composed', 'mean');
    expect(low).toBeLessThan(value!);
    expect(high).toBeGreaterThan(value!);
    expect(rows.at(-1)?.[3].note).toBe(intervalText('accuracy', low, high));
    // Three pairs of settings in two files and the mean.
    expect(matrix.comparisons).toHaveLength(9);
    expect(stdout).toContain('Holm over the whole table: 9 comparisons');
    expect(stdout).toMatch(/1 of 12 sentences of the file xx stands in the text of the SFT of xx/);
    const held = block(claims, 'claims').claims.map(({ holds }) => holds);
    expect(held[0]).toBe(true);
    expect(held[1]).toBe(of('taskOnly', 'mean').value! >= of('composed', 'mean').value!);
    expect(code).toBe(held[1] ? 0 : 1);
  });

  it('leaves in the file what fits 256 kB, and the whole in the cache', async () => {
    const sentences = readFileSync(workspace.path('train.conllu'), 'utf8');
    writeFileSync(workspace.path('large.conllu'), sentences.repeat(60));
    write(
      'large.sftnb',
      `evaluate:
  base: base
  compositions: { taskOnly: pos1.sft.safetensors }
  data: large.conllu
`,
    );
    const { code, stderr } = await run('large.sftnb');
    expect(code, stderr).toBe(0);
    expect(readFileSync(workspace.path('large.sftnb')).length).toBeLessThan(maxCellBytes + 2000);
    const { examples, of, rest } = block(outputs('large.sftnb')[0], 'examples');
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.length).toBeLessThan(of);
    const kept = workspace.path('.sft-home', 'cache', 'cellOutputs', `${rest}.json`);
    const whole = JSON.parse(readFileSync(kept, 'utf8')) as ExamplesBlock;
    expect(whole.examples).toHaveLength(of);
    expect(whole.examples.slice(0, examples.length)).toEqual(examples);
  });

  it('is written as a page from the outputs that it has, and not run for that', async () => {
    write('saved.sftnb', '# Saved', evaluateCell);
    await run('saved.sftnb');
    const before = readFileSync(workspace.path('saved.sftnb'), 'utf8');
    // Whatever has become of the SFTs since.
    writeFileSync(workspace.path('saved.sftnb'), before.replaceAll('pos1.sft', 'gone.sft'));
    const { code, stdout, stderr } = await run('saved.sftnb', '--no-run', '--html', 'page.html');
    expect(code, stderr).toBe(0);
    expect(stdout.trim()).toBe('page.html');
    const page = readFileSync(workspace.path('page.html'), 'utf8');
    expect(page).toContain('<h1>Saved</h1>');
    expect(page).toContain('gone.sft');
    expect(page).toMatch(/<td>[\s\S]*%/);
    expect(readFileSync(workspace.path('saved.sftnb'), 'utf8')).toBe(
      before.replaceAll('pos1.sft', 'gone.sft'),
    );
    expect((await run('saved.sftnb', '--no-run')).stderr).toContain('no page was asked for');
  });

  it('records the row of the base as the head alone, and finds the text that a language SFT has read', async () => {
    writeFileSync(workspace.path('own.txt'), `${firstSentence('dev.conllu')}\nothers\n`);
    await inventSft(workspace.path('base'), workspace.path('own.sft.safetensors'), {
      seed: 7,
      metadata: { recipe: 'kind: language\nname: own\nbase: base\ndata: { text: own.txt }\n' },
    });
    write('alone.sftnb', matrixOf('base'), matrixOf('taskOnly'));
    const { code, stdout, stderr } = await run('alone.sftnb');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/1 of 12 sentences of the file xx stands in the text of the SFT of xx/);
    const values = outputs('alone.sftnb').map(({ figures }) => figures[0].value);
    const listed = await sft(['results', '--json'], { cwd: workspace.folder });
    const { results } = JSON.parse(listed.stdout) as {
      results: { value: number; sfts: { name: string; coefficient: number }[] }[];
    };
    const ofBase = results.find(({ sfts: [first] }) => first?.coefficient === 0);
    expect(ofBase?.value).toBe(values[0]);
    const ofTask = results.find(({ value, sfts }) => value === values[1] && sfts.length === 1);
    expect(ofTask?.sfts[0].coefficient).toBe(1);
  });

  it('marks figures on a file on which coefficients were swept', async () => {
    write(
      'sweep.sftnb',
      `sweep:
  base: base
  sfts: [pos2.sft.safetensors, xx.sft.safetensors]
  over: [{ sft: 2, values: [0, 0.5, 1] }]
  data: dev.conllu
`,
      `compare:
  systems: { a: pos2.sft.safetensors, b: [pos2.sft.safetensors, xx.sft.safetensors] }
  data: [dev.conllu, train.conllu]
`,
    );
    const { code, stderr } = await run('sweep.sftnb');
    expect(code, stderr).toBe(0);
    const [sweep, compare] = outputs('sweep.sftnb');
    expect(block(sweep, 'curve').points.map(({ x }) => x)).toEqual([0, 0.5, 1]);
    const tuned = (on: string) => compare.figures.filter((one) => one.on === on).map((one) => one.tuned);
    expect(tuned('dev')).toEqual([true, true]);
    expect(tuned('train')).toEqual([false, false]);
    expect(block(compare, 'table').rows[0][1].text).toContain('†');
    // Another notebook knows it from the record.
    write('later.sftnb', evaluateCell.replaceAll('pos1', 'pos2'));
    await run('later.sftnb');
    expect(outputs('later.sftnb')[0].figures.map((one) => one.tuned)).toEqual([true, true]);
  });

  it('counts sentences that language SFTs have read in the cells that evaluate, and marks what was looked at before', async () => {
    writeFileSync(workspace.path('seen.txt'), `${firstSentence('dev.conllu')}\nothers\n`);
    await inventSft(workspace.path('base'), workspace.path('seen.sft.safetensors'), {
      seed: 11,
      metadata: { recipe: 'kind: language\nname: seen\nbase: base\ndata: { text: seen.txt }\n' },
    });
    const composed = '[pos3.sft.safetensors, seen.sft.safetensors]';
    write(
      'seen.sftnb',
      `evaluate:
  base: base
  compositions: { a: pos3.sft.safetensors, b: ${composed} }
  data: [{ file: dev.conllu, role: test }, { file: train.conllu, role: dev }]
`,
      `compare:
  systems: { a: pos3.sft.safetensors, b: ${composed} }
  data: dev.conllu
`,
      `attribute: { sft: seen.sft.safetensors, with: [pos3.sft.safetensors], data: train.conllu }`,
      `sweep:
  sfts: ${composed}
  over: [{ sft: 2, values: [0.5, 1] }]
  data: { file: train.conllu, role: test }
`,
    );
    const { code, stderr } = await run('seen.sftnb');
    expect(code, stderr).toBe(0);
    const [evaluate, compare, attribute, sweep] = outputs('seen.sftnb');
    const note = '1 of 12 sentences of the file dev stands in the text of the SFT seen.';
    const shared = (output: CellOutput) =>
      said(output, 'note').filter((line) => line.includes(' sentences of '));
    expect(shared(evaluate)).toEqual([note]);
    expect(shared(compare)).toEqual([note]);
    // The notebook sweeps on this file further down.
    expect(attribute.figures.map((one) => one.tuned)).toEqual(attribute.figures.map(() => true));
    expect(block(attribute, 'table').rows[0][2].text).toContain('†');
    expect(said(attribute, 'note').join(' ')).toContain('†: tuned on this file');
    expect(said(sweep, 'warning').join(' ')).toContain('train is a test file');
  });

  it('takes SFTs apart, and says how they meet', async () => {
    write(
      'parts.sftnb',
      `attribute: { base: base, sft: pos1.sft.safetensors, by: module, data: dev.conllu }`,
      `attribute: { sft: pos1.sft.safetensors, keep: [1, 50], data: dev.conllu }`,
      `interference: { sfts: [pos1.sft.safetensors, xx.sft.safetensors], modules: true }`,
      'expect: whole >= without all',
    );
    const { stdout } = await run('parts.sftnb');
    const [parts, pruned, meeting] = outputs('parts.sftnb');
    expect(block(parts, 'table').rows.map(([name]) => name.text)).toContain('without q');
    expect(block(pruned, 'curve').points.map(({ x }) => x)).toEqual([1, 50]);
    expect(block(meeting, 'table').rows).toHaveLength(1);
    expect(block(meeting, 'table').columns).toEqual(expect.arrayContaining(['only A', 'only B', 'both']));
    const { layers, modules, texts } = block(meeting, 'places');
    expect(layers).toContain('0');
    expect(texts.map((row) => row.length)).toEqual(layers.map(() => modules.length));
    expect(stdout).toMatch(/x chance/);
    expect(stdout).toMatch(/pos1 and xx: overlap, times chance\n\s*layer .*\bq\b/);
  });

  it('fails with exit code 1 where a claim does not hold, and writes what it found and a page', async () => {
    write(
      'claims.sftnb',
      '# A <script>alert(1)</script>\n\n| a | b |\n|---|---|\n| **1** | 2 |',
      evaluateCell,
      'expect: composed on dev > 100 %',
    );
    const { code, stdout } = await run('claims.sftnb', '--html', 'claims.html', '--json');
    expect(code).toBe(1);
    const summary = JSON.parse(stdout) as { cells: { claims?: unknown }[] };
    expect(summary).toMatchObject({ claims: 1, refuted: 1, failed: [], interrupted: false });
    expect(summary.cells.at(-1)?.claims).toEqual([
      { claim: 'composed on dev > 100 %', holds: false, found: expect.stringContaining('against 100.00 %') },
    ]);
    const claims = outputs('claims.sftnb')[1];
    expect(block(claims, 'claims').claims[0]).toMatchObject({
      holds: false,
      found: expect.stringContaining('against 100.00 %'),
    });
    const page = readFileSync(workspace.path('claims.html'), 'utf8');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('✗ fails');
    expect(page).toContain('<td><strong>1</strong></td>');
    expect(page).not.toMatch(/(src|href)="(?!https:)/);
  });

  it.each([
    [
      'a field that there is not',
      'evaluate:\n  base: base\n  composition: { a: base }\n  data: dev.conllu\n',
      'recipe-missing',
      1,
    ],
    ['a kind that there is not', '\nevaluat: {}\n', 'cell-kind', 2],
    ['a file that there is not', evaluateCell.replace('dev.conllu', 'gone.conllu'), 'cell-path-missing', 6],
    ['no base', evaluateCell.replace('  base: base\n', ''), 'cell-no-base', undefined],
    ['broken YAML', 'evaluate: [', 'recipe-yaml', 1],
    ['data of another sort', evaluateCell.replace('dev.conllu', 'dev.txt'), 'data-columns-count', undefined],
  ])('names cell and line of %s, and goes on', async (_, cell, code, line) => {
    write('bad.sftnb', '# first', cell, 'expect: x > 1');
    const { code: exit, stdout } = await run('bad.sftnb', '--json');
    expect(exit).toBe(1);
    const { cells } = JSON.parse(stdout) as {
      cells: { state: string; problem?: { code: string; line?: number } }[];
    };
    expect(cells[1].problem?.code).toBe(code);
    if (line !== undefined) expect(cells[1].problem?.line).toBe(line);
    expect(cells[2].state).toBe('done');
    const shown = await run('bad.sftnb');
    expect(shown.stdout).toMatch(new RegExp(`^cell 2 failed {2}bad.sftnb:${6 + (line ?? 1)}$`, 'm'));
  });

  it('says where a failed cell stands below the outputs that were written', async () => {
    write('moved.sftnb', evaluateCell, 'nothing: {}');
    const { stdout } = await run('moved.sftnb');
    const lines = readFileSync(workspace.path('moved.sftnb'), 'utf8').split('\n');
    expect(stdout).toContain(`cell 2 failed  moved.sftnb:${lines.indexOf('nothing: {}') + 1}\n`);
  });

  it('writes no page over the notebook or what is no page', async () => {
    write('kept.sftnb', evaluateCell);
    const before = readFileSync(workspace.path('kept.sftnb'), 'utf8');
    for (const [page, code] of [
      ['kept.sftnb', 'out-is-input'],
      ['dev.conllu', 'out-not-page'],
      ['gone/page.html', 'file-unwritable'],
    ]) {
      const { stdout } = await run('kept.sftnb', '--html', page, '--json');
      expect((JSON.parse(stdout) as { error: { code: string } }).error.code, page).toBe(code);
    }
    expect(readFileSync(workspace.path('kept.sftnb'), 'utf8')).toBe(before);
  });

  it('stops at Ctrl-C, and keeps what had run', async () => {
    const sweep = `sweep:
  base: base
  sfts: [pos1.sft.safetensors, xx.sft.safetensors]
  over: [{ sft: 1, steps: 30 }, { sft: 2, steps: 30 }]
  data: train.conllu
`;
    write('stop.sftnb', evaluateCell, sweep, 'expect: composed > 0');
    const { code } = await sft(['run', 'stop.sftnb', '--no-cache'], {
      cwd: workspace.folder,
      onLine: (line, child) => void (line === 'cell 1' && child.kill('SIGINT')),
    });
    expect(code).toBe(130);
    const { cells } = readNotebook(readFileSync(workspace.path('stop.sftnb')), '');
    expect(cells.map(({ outcome }) => outcome?.state)).toEqual(['done', 'interrupted', undefined]);
  });

  it('leaves a notebook of a newer version as it is', async () => {
    const text = '%% sftnb 9\n\n%% future\nx\n\n';
    writeFileSync(workspace.path('newer.sftnb'), text);
    const { code, stdout } = await run('newer.sftnb', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'notebook-newer' } });
    expect(readFileSync(workspace.path('newer.sftnb'), 'utf8')).toBe(text);
  });
});

function firstSentence(name: string): string {
  const [sentence] = readFileSync(workspace.path(name), 'utf8').split('\n\n');
  return sentence
    .split('\n')
    .map((line) => line.split('\t')[1])
    .join(' ');
}
