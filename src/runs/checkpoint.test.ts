import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mutations } from '../../test/support/mutate.ts';
import { UserError } from '../core/errors/userError.ts';
import type { EntryState } from '../training/optimizer.ts';
import type { TrainingState } from '../training/state.ts';
import { fileBestStore } from './bestStore.ts';
import { type CheckpointExtra, hasCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { removeCheckpoint } from './checkpointFolder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sft-checkpoint-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const extra: CheckpointExtra = {
  recipeHash: 'abc',
  engine: { name: 'compiled', version: '1.0', threads: '2' },
  eventsLength: 1234,
  seconds: 5.5,
  best: null,
  examples: 960,
  stream: { examples: 1000, phase: 1, index: 48, pass: 0, line: 7, skip: 3 },
};

function bestAt(step: number): TrainingState['best'] {
  return { value: step / 100, step };
}

function group(name: string, ...numbers: number[]): EntryState {
  const make = (factor: number): Float32Array => Float32Array.from(numbers, (n) => n * factor);
  return { name, values: make(1), first: make(0.1), second: make(0.01) };
}

function stateAt(step: number): TrainingState {
  return {
    position: { iteration: 1, phase: 'full', step },
    mask: new Map(),
    start: [],
    groups: [group('a.weight', step, -step, 0)],
    best: null,
  };
}

function words(array: Float32Array): number[] {
  return [...new Uint32Array(array.slice().buffer)];
}

/** Everything of a state, floats as bits, so that -0 and the kinds of NaN count. */
function bits(state: TrainingState): unknown {
  return {
    ...state,
    mask: [...state.mask].map(([name, indices]) => [name, [...indices]]),
    start: state.start.map((one) => ({
      ...one,
      ...(one.indices === undefined ? {} : { indices: [...one.indices] }),
      values: words(one.values),
    })),
    groups: state.groups.map((one) => ({
      ...one,
      values: words(one.values),
      first: words(one.first),
      second: words(one.second),
    })),
  };
}

/** Any 32 bits as a float: -0, denormal and all. */
function floats(length: number): fc.Arbitrary<Float32Array> {
  return fc
    .uint32Array({ minLength: length, maxLength: length })
    .map(({ buffer }) => new Float32Array(buffer));
}

const names = fc.uniqueArray(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a.values', 'values', '', '__proto__', '7', '.', 'x.rows.first', 'line\nfeed'),
  ),
  { maxLength: 5 },
);
const indices = fc
  .uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 9 })
  .map((all) => Uint32Array.from(all).sort());

function named<T>(make: (name: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return names.chain((all) => fc.tuple<T[]>(...all.map(make)));
}

const groups = named((name): fc.Arbitrary<EntryState> =>
  fc.oneof(
    fc.nat({ max: 6 }).chain((n) =>
      fc.record({
        name: fc.constant(name),
        values: floats(n),
        first: floats(n),
        second: floats(n),
      }),
    ),
    fc.array(fc.nat({ max: 2 ** 20 }), { maxLength: 4 }).chain((rows) =>
      fc.record({
        name: fc.constant(name),
        rows: fc.constant(rows),
        values: floats(rows.length * 3),
        first: floats(rows.length * 3),
        second: floats(rows.length * 3),
      }),
    ),
  ),
);
const lossScales = fc.record({ scale: fc.nat({ max: 24 }).map((power) => 2 ** power), finite: fc.nat() });
const states: fc.Arbitrary<TrainingState> = fc.record({
  position: fc.record({
    iteration: fc.integer({ min: 1, max: 9 }),
    phase: fc.constantFrom('full', 'sparse'),
    step: fc.nat(),
  }),
  mask: named((name) => fc.tuple(fc.constant(name), indices)).map((entries) => new Map(entries)),
  start: named((name) =>
    fc.oneof(
      indices.chain((some) =>
        fc.record({ name: fc.constant(name), indices: fc.constant(some), values: floats(some.length) }),
      ),
      floats(3).map((values) => ({ name, values })),
    ),
  ),
  groups,
  best: fc.option(
    fc.record({ value: fc.double().map((value) => (value === 0 ? 0 : value)), step: fc.nat() }),
  ),
  lossScale: fc.option(lossScales, { nil: undefined }),
});

describe('a checkpoint', () => {
  it('gives back every state, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        await saveCheckpoint(folder, state, extra);
        const loaded = await loadCheckpoint(folder, 'abc');
        expect(bits(loaded.state)).toEqual(bits(state));
        expect(loaded.state.lossScale).toEqual(state.lossScale);
        expect([...loaded.state.mask.keys()]).toEqual([...state.mask.keys()]);
        expect(loaded.extra).toEqual(extra);
      }),
      { numRuns: 60 },
    );
  });

  it('writes parts of longer arrays as the parts that they are', async () => {
    const long = Float32Array.from({ length: 10 }, (_, i) => i);
    const part = long.subarray(2, 5);
    const state = {
      ...stateAt(1),
      groups: [{ name: 'a', rows: [7, 3, 5], values: part, first: part, second: part }],
    };
    await saveCheckpoint(folder, state, extra);
    expect(bits((await loadCheckpoint(folder, 'abc')).state)).toEqual(bits(state));
  });

  it('takes the place of the one before, and clears what a killed process left', async () => {
    await saveCheckpoint(join(folder, 'new'), stateAt(1), extra);
    folder = join(folder, 'new');
    await writeFile(join(folder, '.sft-123-0a1b2c3d.tmp'), 'half');
    await writeFile(join(folder, 'state-1-full-9-00000000.safetensors'), 'never named');
    await writeFile(join(folder, 'notes.txt'), 'of the user');
    await saveCheckpoint(folder, stateAt(2), extra);
    expect((await loadCheckpoint(folder, 'abc')).state.position.step).toBe(2);
    expect(await readdir(folder)).toEqual([
      'notes.txt',
      expect.stringMatching(/^state-1-full-2-/),
      'state.json',
    ]);
  });

  it('is refused with another recipe, by name', async () => {
    await saveCheckpoint(folder, stateAt(1), extra);
    await expect(loadCheckpoint(folder, 'xyz')).rejects.toMatchObject({
      code: 'checkpoint-other-recipe',
      message: expect.stringMatching(/state\.json: .*another recipe.*--resume/),
    });
  });

  it('says when there is none', async () => {
    expect(await hasCheckpoint(folder)).toBe(false);
    await expect(loadCheckpoint(join(folder, 'none'), 'abc')).rejects.toMatchObject({
      code: 'checkpoint-missing',
    });
    await saveCheckpoint(folder, stateAt(1), extra);
    expect(await hasCheckpoint(folder)).toBe(true);
  });

  it.each([
    ['cut off', async (file: string) => truncate(file, 150)],
    ['empty', async (file: string) => truncate(file, 0)],
    ['missing', async (file: string) => rm(file)],
    ['some other safetensors file', async (file: string) => writeFile(file, tinySafetensors('w'))],
    ['without a part', async (file: string) => writeFile(file, tinySafetensors('groups.a.values'))],
  ])('says that its arrays are %s', async (_, damage) => {
    await saveCheckpoint(folder, stateAt(1), extra);
    const arrays = join(
      folder,
      (await readdir(folder)).find((name) => name.startsWith('state-'))!,
    );
    await damage(arrays);
    const error = await loadCheckpoint(folder, 'abc').catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'checkpoint-broken', place: { file: arrays } });
  });

  it.each([
    ['not JSON', '{"version": 1', 'checkpoint-broken'],
    ['not a record', '[]', 'checkpoint-broken'],
    ['of a later version', '{"version": 2}', 'checkpoint-newer'],
    ['naming a file elsewhere', '../../x', 'checkpoint-broken'],
  ])('says that its record is %s', async (_, text, code) => {
    await saveCheckpoint(folder, stateAt(1), extra);
    const file = join(folder, 'state.json');
    const good = await readFile(file, 'utf8');
    const bad = text.startsWith('..') ? good.replace(/"arrays": "[^"]*"/, `"arrays": "${text}"`) : text;
    await writeFile(file, bad);
    await expect(loadCheckpoint(folder, 'abc')).rejects.toMatchObject({ code, place: { file } });
    // What it may have named is left alone, until there is a new one.
    await saveCheckpoint(folder, stateAt(2), extra);
    expect((await loadCheckpoint(folder, 'abc')).state.position.step).toBe(2);
  });

  it('is read or refused, however it is damaged', async () => {
    const state = { ...stateAt(1), mask: new Map([['a.weight', Uint32Array.of(1, 5)]]) };
    await saveCheckpoint(folder, { ...state, groups: [{ ...state.groups[0], rows: [1] }] }, extra);
    for (const name of await readdir(folder)) {
      const good = await readFile(join(folder, name));
      await fc.assert(
        fc.asyncProperty(mutations(good), async (bytes) => {
          await writeFile(join(folder, name), bytes);
          await loadCheckpoint(folder, 'abc').catch((error: unknown) =>
            expect(error).toBeInstanceOf(UserError),
          );
        }),
        { numRuns: 300 },
      );
      await writeFile(join(folder, name), good);
    }
  });

  it('cannot be saved where a file is in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(saveCheckpoint(join(folder, 'file'), stateAt(1), extra)).rejects.toBeInstanceOf(UserError);
  });

  it('is removed when the run is done, with nothing of the user', async () => {
    await removeCheckpoint(join(folder, 'none'));
    await saveCheckpoint(folder, stateAt(1), extra);
    await mkdir(join(folder, 'mine'));
    await removeCheckpoint(folder);
    expect(await readdir(folder)).toEqual(['mine']);
    await rm(join(folder, 'mine'), { recursive: true });
    await removeCheckpoint(folder);
    await expect(readdir(folder)).rejects.toThrow();
  });
});

describe('the best values of a phase', () => {
  it('are given back as they were saved', async () => {
    const store = fileBestStore(folder);
    expect(store.file()).toBeNull();
    await store.save([group('a', 1, 2), { ...group('b', 3, 4), rows: [9, 7] }]);
    await store.save([group('a', 5, 6), { ...group('b', -0, 8), rows: [9, 7] }]);
    const loaded = { ...stateAt(0), groups: await store.load() };
    expect(bits(loaded)).toEqual(
      bits({ ...stateAt(0), groups: [group('a', 5, 6), { ...group('b', -0, 8), rows: [9, 7] }] }),
    );
    expect(await readdir(folder)).toEqual([store.file()]);
  });

  it('are those of the checkpoint after a crash, even if a later phase has saved its own since', async () => {
    const before = fileBestStore(folder);
    await before.save([group('a', 1)]);
    const named = { ...extra, best: before.file() };
    await saveCheckpoint(folder, { ...stateAt(10), best: bestAt(10) }, named);
    await before.save([group('a', 2)]);
    await before.save([group('b', 3, 4)]);

    const { state, extra: found } = await loadCheckpoint(folder, 'abc');
    expect(state.best).toEqual(bestAt(10));
    const resumed = fileBestStore(folder, found.best);
    expect(await resumed.load()).toEqual([group('a', 1)]);
    await saveCheckpoint(folder, { ...stateAt(20), best: bestAt(10) }, { ...extra, best: resumed.file() });
    expect(await readdir(folder)).toHaveLength(3);
    expect(await resumed.load()).toEqual([group('a', 1)]);
  });

  it('go with the first checkpoint of a phase that has none yet', async () => {
    const store = fileBestStore(folder);
    await store.save([group('a', 1)]);
    await saveCheckpoint(folder, { ...stateAt(10), best: bestAt(10) }, { ...extra, best: store.file() });
    await saveCheckpoint(folder, stateAt(20), { ...extra, best: store.file() });
    expect((await loadCheckpoint(folder, 'abc')).extra.best).toBeNull();
    expect(await readdir(folder)).toHaveLength(2);
  });
});

/** One F32 tensor with one value. */
function tinySafetensors(name: string): Buffer {
  const header = JSON.stringify({ [name]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(4)]);
}
