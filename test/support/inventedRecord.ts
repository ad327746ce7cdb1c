import { uniform } from '../../src/core/random.ts';
import type { ChangeHistogram, PhasePlan, RunEvent } from '../../src/protocol/events.ts';

/** Some parameters of a small encoder, each with so many maskable entries. */
const maskableByParameter = Object.fromEntries([
  ['bert.embeddings.word_embeddings.weight', 5000],
  ...[0, 1, 2].flatMap((layer) =>
    ['attention.self.query', 'attention.output.dense', 'intermediate.dense', 'output.dense'].flatMap(
      (module) => [
        [`bert.encoder.layer.${layer}.${module}.weight`, 900],
        [`bert.encoder.layer.${layer}.${module}.bias`, 30],
      ],
    ),
  ),
]) as Readonly<Record<string, number>>;

export interface InventedRecord {
  /** Steps of each phase, full and sparse in turn. */
  readonly steps: readonly number[];
  readonly seed: number;
  /** Steps between validations, statistics of the mask, checkpoints. */
  readonly every: number;
}

/** The events of a run that was never made, in the order in which a run tells them. */
export function* inventedRecord({ steps, seed, every }: InventedRecord): Generator<RunEvent> {
  const phases = steps.map((count, i): PhasePlan => ({
    iteration: 1 + Math.floor(i / 2),
    phase: i % 2 === 0 ? 'full' : 'sparse',
    steps: count,
  }));
  const time = '2030-01-02T03:04:05.000Z';
  const maskable = Object.values(maskableByParameter).reduce((sum, count) => sum + count, 0);
  yield { type: 'note', text: 'invented' };
  yield {
    type: 'start',
    version: 1,
    time,
    name: 'invented',
    engine: 'none',
    threads: 2,
    seed,
    k: 600,
    maskable,
    parameters: maskable + 100,
    maskableByParameter,
    phases,
  };
  for (const [p, { iteration, phase, steps: count }] of phases.entries()) {
    const random = (...at: number[]) => uniform(seed, p, ...at);
    yield { type: 'phase', iteration, phase, steps: count };
    for (let step = 1; step <= count; step++) {
      const place = { iteration, phase, step };
      yield {
        type: 'step',
        ...place,
        loss: 3 * random(step),
        l1: random(step, 1),
        gradientNorm: random(step, 2),
        learningRate: 1e-4 * random(step, 3),
        tokens: Math.floor(1000 * random(step, 4)),
        seconds: random(step, 5),
      };
      if (step % every !== 0) continue;
      const histogram = inventedHistogram(seed, p, step);
      const seconds = random(step, 6);
      if (phase === 'full') {
        const byParameter = inventedMask(seed, p, step);
        const overlap = step === every ? null : random(step, 7);
        yield {
          type: 'mask',
          ...place,
          phase,
          threshold: random(step, 8),
          overlap,
          byParameter,
          histogram,
          seconds,
        };
      } else yield { type: 'movement', ...place, phase, histogram, seconds };
      const metrics = { loss: random(step, 9), accuracy: random(step, 10) };
      yield { type: 'validation', ...place, metric: 'loss', metrics, best: random(step, 11) < 0.3, seconds };
      yield { type: 'checkpoint', ...place };
    }
    if (phase === 'sparse') continue;
    const byParameter = inventedMask(seed, p);
    yield {
      type: 'select',
      iteration,
      by: 'magnitude',
      k: 600,
      chosen: 600,
      threshold: 1e-3,
      byParameter,
      seconds: 1,
    };
    yield { type: 'rewind', iteration };
  }
  yield {
    type: 'done',
    time,
    seconds: 100,
    file: 'invented.sft.safetensors',
    entries: 600,
    metrics: { loss: 1 },
  };
}

function inventedMask(seed: number, ...at: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(maskableByParameter).map(([name, count], i) => [
      name,
      Math.floor(count * uniform(seed, i, ...at)),
    ]),
  );
}

function inventedHistogram(seed: number, ...at: readonly number[]): ChangeHistogram {
  const counts = Array.from({ length: 48 }, (_, i) => Math.floor(1000 * uniform(seed, i, ...at)));
  return { first: -40, counts, unmoved: 17 };
}
