import { describe, expect, it } from 'vitest';
import { placeOf } from '../core/density.ts';
import type { Parameter } from '../core/parameters.ts';
import { compiledEngine } from '../engine/compiled/compiledEngine.ts';
import type { Engine, Executable } from '../engine/engine.ts';
import { gradientOf, INVERSE_SCALE } from '../engine/program.ts';
import { buildModel } from '../model/buildModel.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import type { RunEvent, StepEvent } from '../protocol/events.ts';
import { randomWeights, smallConfig } from '../../test/support/smallEncoder.ts';
import { graphModel, packingOptions } from './graphModel.ts';
import type { TrainingJob } from './job.ts';
import { assignRoles } from './roles.ts';
import { TrainingStopped } from './phase.ts';
import { memoryBestStore, type TrainingState } from './state.ts';
import { train, type TrainingResult } from './train.ts';

const config = smallConfig(32);

const sentences = Array.from({ length: 12 }, (_, e) => ({
  ids: Int32Array.from({ length: 5 + ((e * 7) % 11) }, (_, i) => 3 + ((e * 5 + i * i) % 40)),
  labels: Int32Array.from({ length: 5 + ((e * 7) % 11) }, (_, i) => (i % 3 === 0 ? -100 : (e + i) % 5)),
}));

function parameters(): Map<string, Parameter> {
  const base = randomWeights(config);
  return buildModel(base, { config, head: tokenClassification, labels: 5, seed: 1 });
}

interface Variant {
  readonly engine?: Engine;
  readonly threads?: number;
  readonly k?: number;
  readonly iterations?: number;
  readonly budget?: TrainingJob['select']['budget'];
  readonly microTokens?: number;
  readonly full?: Partial<TrainingJob['full']>;
  readonly live?: TrainingJob['live'];
  readonly everySteps?: number;
  /** Stopped when this is told, and resumed from what was saved then. */
  readonly stopAt?: RunEvent['type'] | ((event: RunEvent) => boolean);
  readonly batches?: TrainingJob['batches'];
  readonly validation?: TrainingJob['validation'];
  readonly precision?: TrainingJob['precision'];
  /** So many runs of the full phase's program in one. */
  readonly strides?: number;
  readonly weightDecay?: number;
}

async function run(variant: Variant = {}) {
  const originals = parameters();
  const before = new Map([...originals].map(([name, { values }]) => [name, values.slice()]));
  const { engine = compiledEngine({ threads: 1 }), threads = 1, k = 800, iterations = 1 } = variant;
  const job: TrainingJob = {
    name: 'tiny',
    method: 'ltsft',
    model: graphModel(originals, config, tokenClassification),
    originals,
    roles: assignRoles(originals.keys(), config, ['layerNorm'], 'ltsft'),
    select: {
      k,
      density: 0,
      by: 'lottery',
      iterations,
      ...(variant.budget === undefined ? {} : { budget: variant.budget }),
    },
    full: { steps: 4, l1: 0.1, ...variant.full },
    ...(variant.live === undefined ? {} : { live: variant.live }),
    ...(variant.validation === undefined ? {} : { validation: variant.validation }),
    ...(variant.precision === undefined ? {} : { precision: variant.precision }),
    ...(variant.strides === undefined ? {} : { strides: variant.strides }),
    sparse: { steps: 6, l1: 0.1 },
    optimizer: {
      learningRate: 5e-3,
      warmupSteps: 0,
      weightDecay: variant.weightDecay ?? 0,
      maxGradNorm: 1,
    },
    l1OnSparseOnly: false,
    dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
    packing: packingOptions(config, tokenClassification),
    seed: 4,
    engine,
    threads,
    parallelFrom: 0,
    microTokens: variant.microTokens ?? 4096,
    batches: variant.batches ?? ((_, step) => [sentences.filter((__, i) => (i + step) % 3 !== 0)]),
    statistics: { everySteps: variant.everySteps ?? 4 },
    best: memoryBestStore(),
  };
  const steps: StepEvent[] = [];
  const others: RunEvent[] = [];
  const told = (event: RunEvent): void => {
    if (event.type === 'step') steps.push(event);
    else others.push(event);
  };
  const { stopAt } = variant;
  if (stopAt === undefined) return { steps, others, result: await finished(job, told), before };
  const stop = new AbortController();
  const saved: TrainingState[] = [];
  const checkpoint = {
    due: () => false,
    save: async (state: TrainingState) => void saved.push(structuredClone(state)),
  };
  const stopped = finished({ ...job, checkpoint, signal: stop.signal }, (event) => {
    told(event);
    if (typeof stopAt === 'function' ? stopAt(event) : event.type === stopAt) stop.abort();
  });
  await expect(stopped).rejects.toThrow(TrainingStopped);
  const resumed = { ...job, originals: parameters(), resume: saved[0] };
  return { steps, others, result: await finished(resumed, told), before };
}

async function finished(job: TrainingJob, tell: (event: RunEvent) => void): Promise<TrainingResult> {
  const running = train(job);
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
    tell(next.value);
  }
}

function bytes({ sft }: TrainingResult): Buffer {
  const parts = [...sft.diffs].flatMap(([name, { indices, values }]) => [
    Buffer.from(name),
    Buffer.from(indices.slice().buffer),
    Buffer.from(values.slice().buffer),
  ]);
  return Buffer.concat([
    ...parts,
    ...[...sft.abs.values()].map(({ values }) => Buffer.from(values.slice().buffer)),
  ]);
}

function norms(steps: readonly StepEvent[]): number[] {
  return steps.map(({ gradientNorm }) => gradientNorm);
}

/** The engine as one that cannot give layers' inputs, so that whole gradients are computed. */
function withoutProbes(engine: Engine): Engine {
  return { ...engine, probes: false };
}

describe('the sparse phase', () => {
  it('computes the masked entries of a gradient as the whole product has them', async () => {
    const engine = compiledEngine({ threads: 1 });
    const [sampled, whole] = [await run({ engine }), await run({ engine: withoutProbes(engine) })];
    sampled.steps.forEach((step, i) => {
      expect(step.loss).toBeCloseTo(whole.steps[i].loss, 4);
      expect(step.gradientNorm / whole.steps[i].gradientNorm).toBeCloseTo(1, 3);
    });
    // Rounded otherwise: the two ways were really two.
    expect(norms(sampled.steps)).not.toEqual(norms(whole.steps));
    for (const [name, { indices, values }] of sampled.result.sft.diffs) {
      const other = whole.result.sft.diffs.get(name)!;
      expect(indices).toEqual(other.indices);
      values.forEach((value, i) => expect(Math.abs(value - other.values[i]), name).toBeLessThan(2e-3));
    }
  });

  it('sums them over micro-batches', async () => {
    const [one, cut] = [await run(), await run({ microTokens: 24 })];
    one.steps.forEach((step, i) => {
      expect(cut.steps[i].loss).toBeCloseTo(step.loss, 4);
      expect(cut.steps[i].gradientNorm / step.gradientNorm).toBeCloseTo(1, 3);
    });
  });

  it.each([4096, 24])(
    'is the same where weights stay on the device (%i pieces a run)',
    async (microTokens) => {
      const engine = compiledEngine({ threads: 1 });
      const device = compiledEngine({ threads: 1, resident: true });
      const whole = await run({ engine: withoutProbes(engine), iterations: 2, microTokens });
      const resident = await run({ engine: device, iterations: 2, microTokens });
      // The same products, of which entries are taken elsewhere.
      expect(resident.steps.map(({ loss }) => loss)).toEqual(whole.steps.map(({ loss }) => loss));
      expect(bytes(resident.result).equals(bytes(whole.result))).toBe(true);
    },
  );

  it('changes the mask alone, over several iterations, although p and p0 are one array', async () => {
    const { result, before } = await run({ k: 900, iterations: 3 });
    let entries = 0;
    for (const [name, { values }] of result.weights.arrays) {
      if (result.weights.roles.get(name) !== 'maskable') continue;
      const p0 = before.get(name)!;
      const { indices = [], values: differences = [] } = result.sft.diffs.get(name) ?? {};
      const expected = p0.slice();
      Array.from(indices).forEach((flat, i) => (expected[flat] += differences[i]));
      entries += indices.length;
      values.forEach((value, i) => expect(Math.abs(value - expected[i]), name).toBeLessThan(1e-7));
    }
    expect(entries).toBeGreaterThan(100);
  });
});

const device = () => compiledEngine({ threads: 1, strides: true });

/** The runs of an engine's programs that take one step, and those that take several. */
function counted(engine: Engine) {
  const runs = { single: 0, stride: 0 };
  const counting = (executable: Executable, kind: 'single' | 'stride'): Executable => ({
    ...executable,
    async run(...given) {
      runs[kind]++;
      await executable.run(...given);
    },
  });
  const own: Engine = {
    ...engine,
    compile: async (spec) => counting(await engine.compile(spec), 'single'),
    async compileStride(spec, plan) {
      const executable = await engine.compileStride?.(spec, plan);
      return executable === undefined ? undefined : counting(executable, 'stride');
    },
  };
  return { own, runs };
}

async function expectTheSame(variant: Variant) {
  const { own, runs } = counted(device());
  const alone = await run(variant);
  const together = await run({ ...variant, engine: own, strides: 4 });
  expect(together.steps.map(({ step }) => step)).toEqual(alone.steps.map(({ step }) => step));
  together.steps.forEach((step, i) => {
    const other = alone.steps[i];
    expect(Math.abs(step.loss / other.loss - 1), `loss ${i}`).toBeLessThan(2e-4);
    expect(Math.abs(step.gradientNorm / other.gradientNorm - 1), `norm ${i}`).toBeLessThan(2e-3);
    expect(Math.abs(step.l1 - other.l1)).toBeLessThan(1e-6);
    expect(step.learningRate).toBe(other.learningRate);
  });
  return { alone, together, runs };
}

// Each iteration reads other words first, so that its mask has rows of the embeddings that come before those of the last.
const shiftingBatches: TrainingJob['batches'] = (phase, step) => [
  sentences
    .filter((_, i) => (i + step) % 3 !== 0)
    .map(({ ids, labels }) => ({
      labels,
      ids: ids.map((id) => (phase < 2 ? 30 + (id % 14) : phase < 4 ? 3 + (id % 14) : id)),
    })),
];

describe('a run that is stopped', () => {
  const variant = { k: 180, iterations: 3, budget: { emb: '90%' }, batches: shiftingBatches };

  it.each([1, 2, 3].flatMap((iteration) => (['full', 'sparse'] as const).map((phase) => [iteration, phase])))(
    'in iteration %i, %s phase, goes on as if it had not been',
    async (iteration, phase) => {
      const whole = await run(variant);
      const stopAt = (event: RunEvent) =>
        event.type === 'step' && event.iteration === iteration && event.phase === phase && event.step === 2;
      const stopped = await run({ ...variant, stopAt });
      expect(bytes(stopped.result).equals(bytes(whole.result))).toBe(true);
    },
  );
});

describe('several steps in one run, as on a device', () => {
  const full = { steps: 11, l1: 0.1 };

  it('are the same steps, with what is told of them', async () => {
    const { alone, together, runs } = await expectTheSame({ full, everySteps: 8 });
    // 8 steps until the mask is told of are two strides, the other 3 go one by one, and so does the sparse phase.
    expect(runs).toEqual({ stride: 2, single: 3 + 6 });
    // That the graph takes long to load is said, once and before it is.
    const types = together.others.map(({ type }) => type);
    const at = types.indexOf('note');
    expect(types.slice(0, at)).toEqual(['start', 'phase']);
    expect(together.others[at]).toMatchObject({ text: expect.stringContaining('several steps in one run') });
    expect(types.toSpliced(at, 1)).toEqual(alone.others.map(({ type }) => type));
    expect(together.result.entries).toBe(alone.result.entries);
  });

  it('with weight decay, and without L1', async () => {
    await expectTheSame({ full, everySteps: 16, weightDecay: 0.1 });
    await expectTheSame({ full: { ...full, l1: 0 }, everySteps: 16 });
  });

  it('with several runs in a step', async () => {
    const { runs } = await expectTheSame({ full, everySteps: 16, microTokens: 100 });
    expect(runs.stride).toBeGreaterThan(1);
  });

  it('go one by one where a step takes so many runs that a stride would be one step', async () => {
    const { runs, together } = await expectTheSame({ full, microTokens: 24 });
    expect(runs.stride).toBe(0);
    expect(together.others.some(({ type }) => type === 'note')).toBe(false);
  });

  it('in mixed precision', async () => {
    const { own, runs } = counted(device());
    const together = await run({ precision: 'mixed', full, everySteps: 8, engine: own, strides: 4 });
    expect(runs.stride).toBe(2);
    const alone = await run({ precision: 'mixed', full, everySteps: 8 });
    together.steps.forEach((step, i) => expect(step.loss / alone.steps[i].loss).toBeCloseTo(1, 2));
  });

  it('end in the same SFT where a run is stopped and goes on', async () => {
    const variant = { full, everySteps: 4, strides: 4 } as const;
    const undisturbed = await run({ ...variant, engine: device() });
    const resumed = await run({ ...variant, engine: device(), stopAt: 'mask' });
    expect(bytes(resumed.result).equals(bytes(undisturbed.result))).toBe(true);
  });
});

/** The engine with results that are changed after each run of a program. */
function tamperedWith(engine: Engine, tamper: (...given: Parameters<Executable['run']>) => void): Engine {
  return {
    ...engine,
    async compile(spec) {
      const executable = await engine.compile(spec);
      return {
        ...executable,
        async run(...given) {
          await executable.run(...given);
          tamper(...given);
        },
      };
    },
  };
}

/** The engine as one whose gradients are too large for half precision where the loss is multiplied by more than 2^14. */
function overflowing(engine: Engine): Engine {
  return tamperedWith(engine, (feeds, results) => {
    const inverse = feeds[INVERSE_SCALE];
    if (inverse instanceof Float32Array && inverse[0] < 2 ** -14)
      results[gradientOf('classifier.bias')][0] = Infinity;
  });
}

const notes = (others: readonly RunEvent[]) =>
  others.flatMap((event) => (event.type === 'note' ? [event.text] : []));

describe('mixed precision', () => {
  it('learns what single precision does, but for roundings', async () => {
    const [single, mixed] = [await run(), await run({ precision: 'mixed' })];
    mixed.steps.forEach((step, i) => {
      expect(Math.abs(step.loss / single.steps[i].loss - 1)).toBeLessThan(0.01);
      expect(Math.abs(step.gradientNorm / single.steps[i].gradientNorm - 1)).toBeLessThan(0.02);
    });
    expect(mixed.steps.map(({ loss }) => loss)).not.toEqual(single.steps.map(({ loss }) => loss));
    expect(mixed.result.entries).toBe(single.result.entries);
  });

  it('is the same where weights stay on the device, and however a batch is cut', async () => {
    const whole = await run({ precision: 'mixed' });
    const device = compiledEngine({ threads: 1, resident: true });
    const resident = await run({ precision: 'mixed', engine: device });
    expect(bytes(resident.result).equals(bytes(whole.result))).toBe(true);
    const cut = await run({ precision: 'mixed', microTokens: 24 });
    cut.steps.forEach((step, i) => expect(step.loss / whole.steps[i].loss).toBeCloseTo(1, 2));
  });

  it('computes a step again whose gradients are too large, and goes on with that scale when resumed', async () => {
    const engine = overflowing(compiledEngine({ threads: 1 }));
    const undisturbed = await run({ precision: 'mixed', engine });
    // Twice at the first step of each phase: 65,536 becomes 16,384.
    expect(notes(undisturbed.others)).toEqual([
      expect.stringMatching(/^Step 1 was computed again.* 32768 /),
      expect.stringMatching(/^Step 1 was computed again.* 16384 /),
      expect.stringMatching(/32768/),
      expect.stringMatching(/16384/),
    ]);
    expect(undisturbed.steps).toHaveLength(10);
    const resumed = await run({ precision: 'mixed', engine, stopAt: 'step' });
    expect(notes(resumed.others)).toHaveLength(4);
    expect(bytes(resumed.result).equals(bytes(undisturbed.result))).toBe(true);
  });

  it('stops where no scale helps', async () => {
    const engine = compiledEngine({ threads: 1 });
    const broken = tamperedWith(engine, (_, results) => {
      results[gradientOf('classifier.bias')][0] = NaN;
    });
    await expect(run({ precision: 'mixed', engine: broken })).rejects.toMatchObject({
      code: 'training-diverged',
    });
  });
});

it('ends in the same bits with the optimiser on one thread and on three', async () => {
  const engine = compiledEngine({ threads: 1 });
  const [alone, together] = [await run({ engine, threads: 1 }), await run({ engine, threads: 3 })];
  expect(bytes(together.result).equals(bytes(alone.result))).toBe(true);
  expect(together.steps.map(({ loss }) => loss)).toEqual(alone.steps.map(({ loss }) => loss));
});

it('tells of the mask while it forms, and how far its entries move', async () => {
  const { others, result } = await run({ k: 900 });
  const mask = others.find((event) => event.type === 'mask')!;
  const select = others.find((event) => event.type === 'select')!;
  const movement = others.find((event) => event.type === 'movement')!;
  // The full phase has four steps, so that its statistics are of the mask that is chosen right after them.
  expect([mask.step, mask.overlap]).toEqual([4, null]);
  expect(mask.threshold).toBe(select.threshold);
  const chosen = Object.fromEntries(Object.entries(mask.byParameter).filter(([, count]) => count > 0));
  expect(chosen).toEqual(
    Object.fromEntries(Object.entries(select.byParameter).filter(([, count]) => count > 0)),
  );
  const entries = [...result.sft.diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  const counted = movement.histogram.counts.reduce((sum, count) => sum + count, movement.histogram.unmoved);
  expect([movement.step, counted]).toEqual([4, entries]);
});

function byRow(counts: Readonly<Record<string, number>>) {
  const all = { emb: 0, 0: 0, 1: 0 };
  for (const [name, count] of Object.entries(counts)) all[placeOf(name).row as keyof typeof all] += count;
  return all;
}

it('tells of the mask that a budget of layers chooses, with the K that the run has by then', async () => {
  const live = { k: () => 700, selectsNow: () => false };
  const { others } = await run({ k: 900, budget: { emb: '20%', 1: 50 }, live });
  const mask = others.find((event) => event.type === 'mask')!;
  const select = others.find((event) => event.type === 'select')!;
  expect(byRow(select.byParameter)).toEqual({ emb: 140, 0: 510, 1: 50 });
  expect(byRow(mask.byParameter)).toEqual({ emb: 140, 0: 510, 1: 50 });
  expect([mask.k, mask.threshold]).toEqual([700, select.threshold]);
});

it('says of which layers fewer have moved than their budget asks for', async () => {
  const { others } = await run({ k: 20_000, budget: { emb: '100%' } });
  const notes = others.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  expect(notes).toEqual([
    expect.stringMatching(/^Only \d+ of the 20000 entries of emb asked for have moved\.$/),
  ]);
});

it('never calls a metric the best that is no number', async () => {
  const values = [Number.NaN, 0.5, 0.4];
  const evaluate = async () => ({ accuracy: values.shift() ?? Number.NaN });
  const validation = { everySteps: 1, metric: 'accuracy', keepBest: true, evaluate };
  const { others } = await run({ full: { steps: 4 }, validation });
  const best = others.flatMap((event) => (event.type === 'validation' ? [event.best] : []));
  expect(best).toEqual([false, true, ...Array.from({ length: 8 }, () => false)]);
});

describe('a full phase that ends before its schedule does', () => {
  const full = { steps: 12 };

  it('after the step that it is told, with the learning rates of the whole', async () => {
    const [whole, short] = [await run({ full }), await run({ full: { ...full, stopAfter: 5 } })];
    expect(short.steps.slice(0, 5)).toMatchObject(
      whole.steps.slice(0, 5).map(({ loss, learningRate }) => ({ loss, learningRate })),
    );
    expect(short.steps[5].phase).toBe('sparse');
  });

  it('when it is asked to choose, with another K, as if it had been told so', async () => {
    let asked = 0;
    const live = { k: () => 300, selectsNow: () => ++asked === 5 };
    const found = await run({ full, live });
    expect(found.others.filter(({ type }) => type === 'shortened')).toEqual([
      { type: 'shortened', iteration: 1, phase: 'full', step: 5, steps: 12, reason: 'asked' },
    ]);
    const told = await run({ full: { ...full, stopAfter: 5 }, k: 300 });
    expect(bytes(found.result)).toEqual(bytes(told.result));
  });

  it('when its mask has settled', async () => {
    const settle = { overlap: 0.5, over: 2 };
    const { others, steps } = await run({ full: { ...full, settle }, everySteps: 2 });
    const overlaps = others.flatMap((event) => (event.type === 'mask' ? [event.overlap ?? 0] : []));
    const end = overlaps.findIndex((overlap, i) => overlap >= 0.5 && (overlaps[i - 1] ?? 0) >= 0.5);
    expect(end).toBeGreaterThan(0);
    expect(others.find(({ type }) => type === 'shortened')).toMatchObject({
      step: 2 * (end + 1),
      reason: 'settled',
    });
    expect(steps.filter(({ phase }) => phase === 'full')).toHaveLength(2 * (end + 1));
  });

  it.each(['mask', 'shortened'] as const)(
    'goes on with the next one when it was stopped at its last step, when %s was told',
    async (stopAt) => {
      const settle = { overlap: 0, over: 2 };
      const variant = { full: { ...full, settle }, everySteps: 1, iterations: 2 };
      const [whole, stopped] = [await run(variant), await run({ ...variant, stopAt })];
      expect(stopped.steps.map(({ phase, step }) => `${phase} ${step}`)).toEqual(
        whole.steps.map(({ phase, step }) => `${phase} ${step}`),
      );
      expect(bytes(stopped.result)).toEqual(bytes(whole.result));
    },
  );
});
