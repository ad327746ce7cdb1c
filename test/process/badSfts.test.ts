import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook } from '../../src/notebook/read.ts';
import { writeNotebook } from '../../src/notebook/write.ts';
import { writeEmptySft, writeNanSft } from '../support/badSfts.ts';
import { sft, sftJson } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, writeTinyBase, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
const options = () => ({ cwd: workspace.folder });

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft bad sfts é#-')));
  const path = (name: string) => workspace.path(name);
  await writeTinyBase(path('other'), 2);
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(path('base'), path('pos.sft.safetensors'), { seed: 1, labels });
  await inventSft(path('base'), path('xx.sft.safetensors'), { seed: 2 });
  await inventSft(path('other'), path('foreign.sft.safetensors'), { seed: 3 });
  await writeEmptySft(path('xx.sft.safetensors'), path('empty.sft.safetensors'));
  writeNanSft(path('xx.sft.safetensors'), path('nan.sft.safetensors'));
  // Reviews: of another task than the SFT with a head.
  writeFileSync(path('reviews.tsv'), 'text\tlabel\nba be bi\tgood\nbo bu\tbad\n');
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const file = (name: string) => `${name}.sft.safetensors`;
const on = (data: string) => ['--base', 'base', '--data', data];
const withPos = [...on('dev.conllu'), '--with', file('pos')];
/** What is done to an SFT, by its name. */
const works: Readonly<Record<string, (name: string) => string[]>> = {
  attribute: (name) => ['attribute', file(name), ...withPos],
  'prune, the curve': (name) => ['prune', file(name), '--keep', '10,50', ...withPos],
  'prune, into a file': (name) => ['prune', file(name), '--keep', '50', '--out', file('pruned')],
  diff: (name) => ['diff', file('xx'), file(name)],
  interference: (name) => ['interference', file('pos'), file(name), file('xx')],
  evaluate: (name) => ['evaluate', ...on('dev.conllu'), '--sft', file('pos'), '--sft', file(name)],
  compare: (name) => [
    'compare',
    ...on('dev.conllu'),
    '--sft',
    file('pos'),
    '--sft',
    `${file('pos')}+${file(name)}`,
  ],
  coefficients: (name) => [
    'coefficients',
    file('pos'),
    file(name),
    ...on('dev.conllu'),
    '--vary',
    `${name}=0..1:2`,
  ],
  compose: (name) => ['compose', file('pos'), file(name), '--out', file('composed')],
};

const sftCell = (text: string) => ({ language: 'sft-cell' as const, text, outcome: undefined });

/** Expects one line of error that names the file and says what is wrong; nothing is written. */
async function refused(args: readonly string[], name: string, what: string): Promise<void> {
  const before = readdirSync(workspace.folder);
  const { code, stdout, stderr } = await sft(args, options());
  expect(code, `${stdout}${stderr}`).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(what)]);
  expect(stderr).toMatch(/^sft: .*\. .*\.$/m);
  expect(stderr).toContain(name);
  expect(readdirSync(workspace.folder).filter((one) => one !== '.sft-home')).toEqual(
    before.filter((one) => one !== '.sft-home'),
  );
}

describe('an SFT with a value that is no number', () => {
  it.each(Object.entries(works))('is refused: %s', async (_, work) => {
    await refused(work('nan'), file('nan'), 'a value is not a finite number');
  });
});

describe('an SFT of another base', () => {
  it.each(Object.entries(works).filter(([name]) => !name.startsWith('prune, into')))(
    'is refused: %s',
    async (_, work) => {
      await refused(work('foreign'), file('foreign'), 'was trained on the base model');
    },
  );
});

describe('an SFT without an entry', () => {
  it.each(['attribute', 'prune, the curve', 'prune, into a file'])('is not taken apart: %s', async (work) => {
    await refused(works[work]('empty'), file('empty'), 'The SFT has no sparse entries');
  });

  it('shares nothing with any other, which is said', async () => {
    for (const work of ['diff', 'interference']) {
      const { code, stderr } = await sft(works[work]('empty'), options());
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/^warning: empty\.sft\.safetensors: .* shares none with any other\./),
      ]);
    }
    const { pairs } = (await sftJson(works.interference('empty'), options())) as unknown as Meetings;
    const alone = await sftJson(['diff', file('pos'), file('xx')], options());
    expect(pairs.map(({ all }) => all.both > 0)).toEqual([false, true, false]);
    expect(pairs[1].all).toEqual((alone as unknown as Meeting).all);
  });

  it('changes no figure where it is added, which is said', async () => {
    const args = works.evaluate('empty');
    const { stderr } = await sft(args, options());
    expect(stderr).toMatch(/^warning: empty\.sft\.safetensors: The SFT holds nothing/);
    const { metrics } = await sftJson(args, options());
    expect(metrics).toEqual((await sftJson(args.slice(0, -2), options())).metrics);
    const composed = await sft(works.compose('empty'), options());
    expect([composed.code, composed.stderr]).toEqual([0, expect.stringContaining('changes nothing')]);
    const { all } = (await sftJson(['diff', file('pos'), file('composed')], options())) as unknown as Meeting;
    expect([all.onlyA, all.onlyB]).toEqual([0, 0]);
  });
});

describe('a data file of another task', () => {
  it.each([
    [
      'labelled words for a language model',
      ['--sft', file('xx')],
      'dev.conllu',
      /^sft: dev\.conllu: This is labelled/,
    ],
    [
      'a table for a language model',
      ['--sft', file('xx')],
      'reviews.tsv',
      /^sft: reviews\.tsv: This is labelled/,
    ],
    [
      'a table for a tagger',
      ['--sft', file('pos')],
      'reviews.tsv',
      /^sft: reviews\.tsv:1: The label "label" does not/,
    ],
    [
      'names for a tagger of word classes',
      ['--sft', file('pos')],
      'train.tsv',
      /^sft: train\.tsv:1: The label "B-NAME"/,
    ],
    [
      'raw text for a tagger',
      ['--sft', file('pos')],
      'text.txt',
      /^sft: text\.txt:1: A line must hold a word and its/,
    ],
  ] as const)('is refused: %s', async (_, sfts, data, says) => {
    for (const command of ['evaluate', 'compare']) {
      const { code, stdout, stderr } = await sft([command, ...on(data), ...sfts], options());
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(says);
    }
  });
});

describe('cells of a notebook', () => {
  const kinds: Readonly<Record<string, (name: string) => string>> = {
    evaluate: (name) =>
      `evaluate: { base: base, compositions: { a: [${file('pos')}, ${file(name)}] }, data: dev.conllu }`,
    matrix: (name) =>
      `matrix: { base: base, tasks: { t: ${file('pos')} }, languages: { l: ${file(name)} }, tests: [{ language: l, file: dev.conllu }] }`,
    compare: (name) =>
      `compare: { base: base, systems: { a: ${file('pos')}, b: [${file('pos')}, ${file(name)}] }, data: dev.conllu }`,
    sweep: (name) =>
      `sweep: { base: base, sfts: [${file('pos')}, ${file(name)}], over: [{ sft: 2, values: [0, 1] }], data: dev.conllu }`,
    attribute: (name) =>
      `attribute: { base: base, sft: ${file(name)}, with: [${file('pos')}], data: dev.conllu }`,
    interference: (name) => `interference: { sfts: [${file('pos')}, ${file(name)}] }`,
  };
  const last = kinds.evaluate('xx');

  /** Runs the cells, then a sound one; gives what became of each. */
  async function outcomes(texts: readonly string[]) {
    const cells = [...texts, last].map(sftCell);
    writeFileSync(workspace.path('bad.sftnb'), writeNotebook(cells));
    const { code, stderr } = await sft(['run', 'bad.sftnb'], options());
    expect([code, stderr]).toEqual([1, '']);
    const after = readNotebook(readFileSync(workspace.path('bad.sftnb')), '').cells;
    expect(after.map(({ text }) => text.trim())).toEqual(cells.map(({ text }) => text));
    expect(after.at(-1)?.outcome?.state).toBe('done');
    return after.slice(0, -1).map(({ outcome }) => outcome);
  }

  it.each([
    ['with a value that is no number', 'nan', 'sft-broken', 'a value is not a finite number'],
    ['of another base', 'foreign', 'sft-other-base', 'was trained on the base model'],
  ])('say of an SFT %s what is wrong, and those below run', async (_, name, code, what) => {
    const found = await outcomes(Object.values(kinds).map((cell) => cell(name)));
    expect(found).toHaveLength(6);
    for (const outcome of found)
      expect(outcome).toMatchObject({
        state: 'failed',
        problem: { code, what: expect.stringContaining(what) },
      });
  });

  it('say that an SFT is empty, or fail where it was to be taken apart', async () => {
    const found = await outcomes(Object.values(kinds).map((cell) => cell('empty')));
    const failed = found.map((outcome) => (outcome?.state === 'failed' ? outcome.problem.code : undefined));
    expect(failed).toEqual([undefined, undefined, undefined, undefined, 'sft-empty', undefined]);
    for (const outcome of found) {
      if (outcome?.state !== 'done') continue;
      const warnings = outcome.output.blocks.flatMap((block) =>
        block.type === 'text' && block.tone === 'warning' ? block.lines : [],
      );
      expect(warnings).toEqual([
        expect.stringMatching(/empty\.sft\.safetensors: The SFT (holds nothing|has no)/),
      ]);
    }
  });

  it('say that a file is of another task', async () => {
    const found = await outcomes([
      `evaluate: { base: base, compositions: { a: ${file('xx')} }, data: dev.conllu }`,
      kinds.compare('xx').replace('dev.conllu', 'reviews.tsv'),
      kinds.matrix('xx').replace('dev.conllu', 'text.txt'),
    ]);
    const codes = found.map((outcome) => (outcome?.state === 'failed' ? outcome.problem.code : undefined));
    expect(codes).toEqual(['evaluate-not-text', 'data-unknown-label', 'data-columns-count']);
  });

  it.each([
    ['changed', (name: string) => appendFileSync(workspace.path(name), '%% markdown\nmine\n\n')],
    ['deleted', (name: string) => rmSync(workspace.path(name))],
  ])('are not lost where the notebook is %s while it runs', async (what, change) => {
    const name = `${what}.sftnb`;
    writeFileSync(workspace.path(name), writeNotebook([sftCell(last), sftCell(kinds.compare('xx'))]));
    const { code, stderr } = await sft(['run', name, '--html', `${what}.html`], {
      ...options(),
      onLine: (line) => void (line === 'cell 1' && change(name)),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`sft: ${name}: The notebook was changed while it ran`);
    const beside = /\S+\.ran(-\d+)?\.sftnb/.exec(stderr)?.[0] ?? '';
    const ran = readNotebook(readFileSync(workspace.path(beside)), '').cells;
    expect(ran.map(({ outcome }) => outcome?.state)).toEqual(['done', 'done']);
    expect(existsSync(workspace.path(`${what}.html`))).toBe(true);
    // What somebody did to it meanwhile is as they did it.
    const theirs = existsSync(workspace.path(name))
      ? readNotebook(readFileSync(workspace.path(name)), '').cells.map(({ text, outcome }) => [
          text.trim(),
          outcome,
        ])
      : undefined;
    const mine = [last, kinds.compare('xx'), 'mine'].map((text) => [text, undefined]);
    expect(theirs).toEqual(what === 'changed' ? mine : undefined);
  });
});

interface Meeting {
  all: { both: number; onlyA: number; onlyB: number };
}
interface Meetings {
  pairs: Meeting[];
}
