import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evenSft } from '../../bench/support/evenSft.ts';
import { SftProblem } from '../../src/extension/programs/programs.ts';
import { newSession, type Session } from '../../src/extension/programs/session.ts';
import { writeSft } from '../../src/formats/sftFile.ts';
import { sft } from '../support/cli.ts';
import { inventSfts, type InventedSfts } from '../support/inventedSft.ts';

let folder: string;
let made: InventedSfts;
const recipe =
  'kind: language\nname: mt\nlanguage: mt\nbase: ./base\ndata: { text: x.txt }\nselect: { density: 0.1 }\n';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft inspect é#-'));
  made = await inventSfts(folder);
  await made.write('mt', { metadata: { language: 'mt', recipe } });
  await made.write('pos-en', { seed: 2, labels: ['NOUN', 'VERB'] });
  await made.write('other', { seed: 3, metadata: { baseFingerprint: 'a'.repeat(64) } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'large.sft.safetensors');

async function run(...args: readonly string[]) {
  return sft(args, { cwd: folder });
}
const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

describe('sft inspect', () => {
  it('shows tokens, values and heads when asked, with the base that the recipe names', async () => {
    const { code, stdout } = await run(
      'inspect',
      'mt.sft.safetensors',
      '--tokens',
      '3',
      '--histogram',
      '--heads',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/layer +module +head 0 +head 1 +head 2 +head 3/);
    expect(stdout).toMatch(/\|value\| from +to +negative +positive/);
    const [heading, , ...rows] = (/row +token[^]*$/.exec(stdout)?.[0] ?? '').trimEnd().split('\n');
    expect(heading.split(/ +/)).toEqual(['row', 'token', 'entries', 'L2', 'L1']);
    const vocabulary = readFileSync(join(made.base, 'vocab.txt'), 'utf8').split('\n');
    const cells = rows.map((row) => row.trim().split(/ +/));
    expect(cells).toHaveLength(3);
    expect(cells.map(([row, token]) => [row, token])).toEqual(
      cells.map(([row]) => [row, vocabulary[Number(row)]]),
    );
  });

  it('gives the same as JSON, and numbers of rows where no base is known', async () => {
    const whole = json(await run('inspect', 'mt.sft.safetensors', '--tokens', '2', '--heads', '--json'));
    expect(whole).toMatchObject({
      magnitudes: {
        histogram: expect.arrayContaining([
          { exponent: -5, count: expect.any(Number), negative: expect.any(Number) },
        ]),
      },
      tokens: [{ row: expect.any(Number), token: expect.any(String) }, {}],
    });
    expect(whole.heads).toHaveLength(8);
    const alone = json(await run('inspect', 'pos-en.sft.safetensors', '--tokens', '1', '--heads', '--json'));
    expect(alone).toMatchObject({ tokens: [{ token: null }], heads: null });
    const given = await run('inspect', 'pos-en.sft.safetensors', '--base', 'base', '--tokens', '1', '--json');
    expect(json(given)).toMatchObject({ tokens: [{ token: expect.any(String) }] });
  });
});

interface Found {
  readonly tokens: readonly { readonly row: number; readonly token: string; readonly l2: number }[];
  readonly tokensMoved: number;
  readonly tokensMatched: number;
}
interface Rows {
  readonly entries: number;
  readonly moved: number;
  readonly lines: readonly { readonly line: number; readonly entries: number }[];
  readonly part: { readonly entries: number };
}

const tokens = async (...args: readonly string[]) =>
  json(await run('inspect', 'mt.sft.safetensors', ...args, '--json')) as unknown as Found;
const place = async (...args: readonly string[]) =>
  json(await run('inspect', 'mt.sft.safetensors', ...args, '--json')).place as Rows;

describe('sft inspect looks further', () => {
  it('for tokens that hold a text, in the order that is asked for', async () => {
    const all = await tokens('--tokens', '1000');
    expect(all.tokens).toHaveLength(all.tokensMoved);
    expect(all.tokens.map(({ l2 }) => l2)).toEqual(all.tokens.map(({ l2 }) => l2).toSorted((a, b) => b - a));
    const found = await tokens('--find', 'BA', '--sort', 'token');
    expect(found.tokens.map(({ token }) => token)).toEqual(['##ba', 'ba']);
    expect([found.tokensMatched, found.tokensMoved]).toEqual([2, all.tokensMoved]);
    const byRow = await tokens('--tokens', '5', '--sort', 'row');
    expect(byRow.tokens.map(({ row }) => row)).toEqual(
      all.tokens
        .map(({ row }) => row)
        .toSorted((a, b) => a - b)
        .slice(0, 5),
    );
    const { stdout } = await run('inspect', 'mt.sft.safetensors', '--find', 'ba');
    expect(stdout).toMatch(/2 found, 2 shown of \d+ that have moved/);
  });

  it('from a layer to its modules, heads and rows', async () => {
    const layer = (await run('inspect', 'mt.sft.safetensors', '--place', '1')).stdout;
    expect(layer).toMatch(/module +entries +density[^]*1\/q +[\d,]+ +\d+\.\d %/);
    const module = json(await run('inspect', 'mt.sft.safetensors', '--place', '1/q', '--json')).place as {
      parts: readonly { id: string; entries: number }[];
    };
    expect(module.parts.map(({ id }) => id)).toEqual(['head 0', 'head 1', 'head 2', 'head 3']);
    const head = await place('--place', '1/q', '--head', '2', '--rows', '100', '--sort', 'row');
    expect(head.part.entries).toBe(module.parts[2].entries);
    expect(head.lines.reduce((sum, { entries }) => sum + entries, 0)).toBe(head.part.entries);
    // Eight rows a head.
    expect(head.lines.every(({ line }) => line >= 16 && line < 24)).toBe(true);
    const one = await place('--place', '1/q', '--head', '2', '--find', String(head.lines[0].line));
    expect(one.lines).toEqual([head.lines[0]]);
    const weight = 'bert.encoder.layer.1.intermediate.dense.weight';
    const { stdout } = await run('inspect', 'mt.sft.safetensors', '--place', '1/up', '--part', weight);
    expect(stdout).toMatch(/rows of 1\/up, bert\.encoder[^]*row +entries +L2 +L1/);
  });

  it('for where it comes from and what came of it', async () => {
    const at = join(folder, 'lineage');
    mkdirSync(at);
    const files = ['mt', 'pos-en'].map((name) => join(folder, `${name}.sft.safetensors`));
    const composed = join(at, 'both.sft.safetensors');
    await run('compose', ...files, '--out', composed);
    const applies = `kind: task\nbase: ../base\napply: [../mt.sft.safetensors]\ndata: { train: a.conllu }\n`;
    writeFileSync(join(at, 'next.sft.yaml'), applies);
    const of = async (file: string) => json(await run('inspect', file, '--lineage', '--json')).lineage;
    expect(await of(composed)).toMatchObject({
      isComposed: true,
      rule: 'sum',
      parts: files.map((file) => ({ coefficient: 1, file })),
      dependents: [],
    });
    expect(await of(files[0])).toMatchObject({
      base: 'base',
      baseFolder: made.base,
      parts: [],
      dependents: [
        { file: composed, how: 'composed' },
        { file: join(at, 'next.sft.yaml'), how: 'recipe' },
      ],
    });
    const { stdout } = await run('inspect', files[0], '--lineage', '--in', 'lineage');
    expect(stdout).toMatch(
      /base: base \(.*\)\nmade from the base model alone\nmade with it:\n.*composed with it/,
    );
  });

  it.each([
    [['--place', '9'], 'inspect-place', /no entries in 9.*emb/],
    [['--place', '1/q', '--head', '7'], 'inspect-part', /no head 7 in 1\/q/],
    [['--head', '1'], 'option-needs', /--head needs --place/],
    [['--rows', '3'], 'option-needs', /--rows needs --head or --part/],
  ])('and says what there is not: %j', async (args, code, says) => {
    const found = await run('inspect', 'mt.sft.safetensors', ...args, '--json');
    expect(found.code).toBe(1);
    const { error } = json(found) as { error: { code: string; message?: string } };
    expect([error.code, JSON.stringify(error)]).toEqual([code, expect.stringMatching(says)]);
  });
});

describe('sft diff and sft interference', () => {
  it('tell how SFTs meet, in words and as JSON', async () => {
    const files = ['mt.sft.safetensors', 'pos-en.sft.safetensors'];
    const { stdout, code } = await run('diff', ...files);
    expect(code).toBe(0);
    for (const words of [
      'only in A',
      'only in B',
      'in both, equal sign',
      'in both, opposite sign',
      'x chance',
    ])
      expect(stdout).toContain(words);
    const diff = json(await run('diff', ...files, '--json')) as {
      all: Record<string, number>;
      cells: unknown[];
    };
    const { onlyA, onlyB, both, entriesA, entriesB, timesChance } = diff.all;
    expect([onlyA + both, onlyB + both]).toEqual([entriesA, entriesB]);
    // Two invented masks know nothing of each other.
    expect(Math.abs(timesChance - 1)).toBeLessThan(0.1);
    expect(diff.cells.length).toBeGreaterThan(10);
    const pairs = json(await run('interference', ...files, files[0], '--json')) as {
      pairs: { a: string; b: string; all: Record<string, number> }[];
    };
    expect(pairs.pairs.map(({ a, b }) => [a, b])).toEqual([files, [files[0], files[0]], files.toReversed()]);
    expect(pairs.pairs[1].all).toMatchObject({ onlyA: 0, signAgreement: 1, energyA: 1 });
    const table = await run('interference', ...files, '--modules');
    expect(table.stdout).toMatch(/A +B +both +by chance[^]*mt and pos-en\nlayer +module/);
    // Repeated runs of one recipe have files of one name.
    for (const name of ['run-1', 'run-2']) {
      mkdirSync(join(folder, name), { recursive: true });
      copyFileSync(join(folder, files[0]), join(folder, name, 'pos.sft.safetensors'));
    }
    const alike = ['run-1', 'run-2'].map((name) => `${name}/pos.sft.safetensors`);
    const told = await run('interference', ...alike);
    expect(told.stdout).toMatch(/run-1\/pos +run-2\/pos/);
  });

  it('refuse one SFT alone, one of another base, and one that cannot be read', async () => {
    const one = await run('interference', 'mt.sft.safetensors');
    expect([one.code, one.stderr]).toEqual([1, expect.stringContaining('nothing to compare it with')]);
    const other = ['diff', 'mt.sft.safetensors', 'other.sft.safetensors'];
    expect(json(await run(...other, '--json'))).toMatchObject({ error: { code: 'sft-other-base' } });
    const forced = await run(...other, '--force');
    expect([forced.code, forced.stderr]).toEqual([0, expect.stringContaining('warning:')]);
    writeFileSync(join(folder, 'broken.sft.safetensors'), 'nothing of the sort');
    const broken = await run('diff', 'mt.sft.safetensors', 'broken.sft.safetensors', '--json');
    expect([broken.code, json(broken)]).toMatchObject([1, { error: { code: 'safetensors-broken' } }]);
  });
});

describe("a window's session", () => {
  let session: Session;
  const query = { search: '', order: 'l2', from: 0, count: 50 } as const;
  beforeAll(async () => {
    await writeSft(file(), evenSft(1), {});
    session = newSession(resolve(import.meta.dirname, '../../dist'), () => undefined);
  });
  afterAll(() => session.dispose());

  it('looks into 14 million entries in less than 300 MB', async () => {
    const { listing, words } = await session.ask('inspectSft', { file: file() });
    expect(listing.entries).toBeGreaterThan(14e6);
    expect(words?.rows).toBe(119_547);
    const rows = await session.ask('inspectRows', { file: file(), base: null, query });
    expect([rows?.moved, rows?.lines.length]).toEqual([119_547, 50]);
    const values = await session.ask('inspectValues', { file: file() });
    expect(values.count).toBe(listing.entries);
    const place = { row: '3', column: 'up' } as const;
    const [part] = await session.ask('inspectModule', { file: file(), base: null, place });
    expect(part.total).toBe(768 * 3072);
    await session.ask('inspectPart', { file: file(), base: null, place, part: part.id, query });
    const { pairs } = await session.ask('diffSfts', { files: [file(), file()], force: false });
    expect(pairs[0].table.all.both).toBe(listing.entries);
    const { peak } = await session.ask('hello').then(() => memoryOfSession());
    if (peak !== undefined) expect(peak).toBeLessThan(300e6);
  });

  it('gives up what nobody waits for, and answers what is asked next', async () => {
    const end = new AbortController();
    const asked = session.ask('inspectValues', { file: file() }, end.signal);
    end.abort(new Error('closed'));
    await expect(asked).rejects.toThrow('closed');
    await expect(session.ask('inspectValues', { file: file() }, end.signal)).rejects.toThrow('closed');
    expect((await session.ask('inspectSft', { file: file() })).listing.name).toBe('large');
  });

  const rows = async (of: string) => session.ask('inspectRows', { file: of, base: null, query });

  it('tells what a file that changes holds now, or what is wrong with it', async () => {
    const changing = await made.write('changing', { seed: 1 });
    const before = await rows(changing);
    await made.write('changing', { seed: 9 });
    const after = await rows(changing);
    expect(after?.lines).not.toEqual(before?.lines);
    expect(after).toEqual(await rows(await made.write('same', { seed: 9 })));
    truncateSync(changing, 5000);
    await expect(rows(changing)).rejects.toMatchObject({ code: 'safetensors-broken' });
    await made.write('changing', { seed: 1 });
    expect(await rows(changing)).toEqual(before);
  });

  it('answers or says what is wrong where a file is cut off while it is read, and goes on', async () => {
    const cut = join(folder, 'cut.sft.safetensors');
    copyFileSync(file(), cut);
    const asked = session.ask('inspectValues', { file: cut }).then(
      ({ count }) => count,
      (error: unknown) => (error instanceof SftProblem ? error.code : error),
    );
    truncateSync(cut, 50_000_000);
    const whole = (await session.ask('inspectSft', { file: file() })).listing.entries;
    // Whatever was read first: the whole file, or a part of it.
    expect([whole, 'safetensors-broken']).toContain(await asked);
    await expect(session.ask('inspectValues', { file: cut })).rejects.toMatchObject({
      code: 'safetensors-broken',
    });
  });

  it('finds bases, lineage and problems', async () => {
    const [mt, task] = ['mt', 'pos-en'].map((name) => join(folder, `${name}.sft.safetensors`));
    const base = await session.ask('inspectBase', { file: task, folders: [made.base], chosen: null });
    expect(base).toMatchObject({ folder: made.base, how: 'fingerprint', heads: 4 });
    const rows = await session.ask('inspectRows', {
      file: task,
      base: made.base,
      query: { ...query, search: 'BA' },
    });
    expect(rows?.lines.map(({ token }) => token).toSorted()).toEqual(['##ba', 'ba']);
    const lineage = await session.ask('inspectLineage', { file: mt, sfts: [task], recipes: [] });
    expect(lineage).toEqual({ parts: [], rule: 'sum', pruned: null, dependents: [] });
    await expect(session.ask('inspectSft', { file: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 'file-missing',
    });
  });
});

/** Largest resident memory of the session that this process started; only Linux tells it of others. */
function memoryOfSession(): { readonly peak: number | undefined } {
  if (process.platform !== 'linux') return { peak: undefined };
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const peaks = children.flatMap((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return command.includes('session.js') ? [1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])] : [];
  });
  return { peak: Math.max(...peaks) };
}
