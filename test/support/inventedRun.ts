import type {
  ChangeHistogram,
  DoneEvent,
  MaskEvent,
  MovementEvent,
  PhaseKind,
  RunEvent,
  SelectEvent,
  StartEvent,
  StepEvent,
  ValidationEvent,
} from '../../src/protocol/events.ts';

export interface InventedRun {
  readonly name?: string;
  /** Steps of each phase. */
  readonly full: number;
  readonly sparse: number;
  readonly layers?: number;
  /** Another seed is another run. */
  readonly seed?: number;
}

/** For tests: pieces of a run's record, made up but of the right shape, the same for the same seed. */
export function eventsOf({ name = 'pos-en', full, sparse, layers = 2, seed = 1 }: InventedRun) {
  const maskableByParameter = parametersOf(layers);
  const maskable = Object.values(maskableByParameter).reduce((sum, size) => sum + size, 0);
  const k = Math.round(0.08 * maskable);
  const start: StartEvent = {
    type: 'start',
    version: 1,
    time: '2026-11-25T12:00:00.000Z',
    name,
    engine: 'cpu',
    threads: 2,
    seed,
    k,
    maskable,
    parameters: maskable + 1000,
    maskableByParameter,
    by: 'lottery',
    phases: [
      { iteration: 1, phase: 'full', steps: full },
      { iteration: 1, phase: 'sparse', steps: sparse },
    ],
  };
  const total = (phase: PhaseKind) => (phase === 'full' ? full : sparse);

  const step = (phase: PhaseKind, n: number): StepEvent => ({
    type: 'step',
    iteration: 1,
    phase,
    step: n,
    loss:
      (phase === 'full' ? 0.15 : 0.2) +
      2.2 * Math.exp((-5 * n) / total(phase)) +
      0.12 * noise(seed, phase, n),
    l1: 0.002 * (1 - Math.exp((-3 * n) / total(phase))),
    gradientNorm: 1.2 + 3 * Math.exp((-8 * n) / total(phase)) + 0.3 * noise(seed + 7, phase, n),
    learningRate: 5e-5 * (1 - (n - 1) / total(phase)),
    tokens: 1180 + Math.round(40 * noise(seed + 3, phase, n)),
    seconds: 0.95 + 0.05 * noise(seed + 5, phase, n),
  });
  const validation = (phase: PhaseKind, n: number, best = true): ValidationEvent => {
    const share = n / total(phase);
    return {
      type: 'validation',
      iteration: 1,
      phase,
      step: n,
      metric: 'accuracy',
      metrics: {
        accuracy: 0.95 - 0.4 * Math.exp(-5 * share) - 0.01 * share * share,
        loss: 0.25 + 1.9 * Math.exp(-4 * share),
      },
      best,
      seconds: 3,
    };
  };
  const byParameter = (n: number) => {
    const tilt = 0.5 + 0.5 * Math.exp((-2 * n) / full);
    const weights = Object.entries(maskableByParameter).map(
      ([name, size], i) =>
        [name, size * (0.3 + ((i * 7) % 10) * 0.14 * tilt + (name.includes('word_emb') ? 0 : 0.5))] as const,
    );
    const sum = weights.reduce((all, [, weight]) => all + weight, 0);
    return Object.fromEntries(
      weights.map(([name, weight]) => [
        name,
        Math.min(maskableByParameter[name] ?? 0, Math.round((k * weight) / sum)),
      ]),
    );
  };
  const threshold = (n: number) => 2e-5 + 6e-5 * Math.sqrt(n / full);
  const mask = (n: number, asked = k): MaskEvent => ({
    type: 'mask',
    iteration: 1,
    phase: 'full',
    step: n,
    k: asked,
    threshold: threshold(n),
    overlap: n <= 1 ? null : 1 - 0.6 * Math.exp((-3 * n) / full),
    byParameter: byParameter(n),
    histogram: histogram(Math.log2(threshold(n)) - 2, maskable),
    seconds: 0.1,
  });
  const movement = (n: number): MovementEvent => ({
    type: 'movement',
    iteration: 1,
    phase: 'sparse',
    step: n,
    histogram: histogram(Math.log2(1e-5 + 2e-4 * Math.sqrt(n / sparse)), k),
    seconds: 0.1,
  });
  const select: SelectEvent = {
    type: 'select',
    iteration: 1,
    by: 'magnitude',
    k,
    chosen: k,
    threshold: threshold(full),
    byParameter: byParameter(full),
    seconds: 0.4,
  };
  const done: DoneEvent = {
    type: 'done',
    time: '2026-11-25T13:10:00.000Z',
    seconds: 4200,
    file: `${name}.sft.safetensors`,
    entries: k,
    metrics: { accuracy: 0.9445, macroF1: 0.91, loss: 0.21 },
    interval: { metric: 'accuracy', low: 0.9391, high: 0.9502 },
  };
  const steps = (phase: PhaseKind, to: number, from = 1) =>
    Array.from({ length: to - from + 1 }, (_, i) => step(phase, from + i));

  /** Steps with everything that comes between them, up to one of them. */
  const phase = (
    kind: PhaseKind,
    to: number,
    every = Math.max(1, Math.round(total(kind) / 20)),
  ): RunEvent[] => {
    const best = bestStep(total(kind), every);
    return [
      { type: 'phase', iteration: 1, phase: kind, steps: total(kind) },
      ...steps(kind, to).flatMap((one) =>
        one.step % every === 0
          ? [
              one,
              kind === 'full' ? mask(one.step) : movement(one.step),
              validation(kind, one.step, one.step <= best),
            ]
          : [one],
      ),
    ];
  };
  const rewind: RunEvent = { type: 'rewind', iteration: 1 };
  /** The record of the whole run. */
  const whole = (): RunEvent[] => [
    start,
    ...phase('full', full),
    select,
    rewind,
    ...phase('sparse', sparse),
    done,
  ];
  return { start, step, steps, phase, mask, movement, validation, select, rewind, done, whole };
}

/** The accuracy above falls a little at the end, so that the best is not the last. */
function bestStep(total: number, every: number): number {
  return Math.floor((0.78 * total) / every) * every;
}

function parametersOf(layers: number): Record<string, number> {
  const sizes: Record<string, number> = {
    'embeddings.word_embeddings.weight': 40_000,
    'embeddings.position_embeddings.weight': 2_000,
    'embeddings.LayerNorm.weight': 64,
  };
  for (let layer = 0; layer < layers; layer++) {
    const at = `encoder.layer.${layer}.`;
    for (const part of ['query', 'key', 'value']) sizes[`${at}attention.self.${part}.weight`] = 4096;
    sizes[`${at}attention.output.dense.weight`] = 4096;
    sizes[`${at}attention.output.LayerNorm.weight`] = 64;
    sizes[`${at}intermediate.dense.weight`] = 16_384;
    sizes[`${at}output.dense.weight`] = 16_384;
    sizes[`${at}output.LayerNorm.weight`] = 64;
  }
  return { ...sizes, 'pooler.dense.weight': 4096 };
}

/** A bell around an exponent. */
function histogram(centre: number, entries: number): ChangeHistogram {
  const first = -40;
  const weights = Array.from({ length: 48 }, (_, i) => Math.exp(-(((first + i + 0.5 - centre) / 2.6) ** 2)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return { first, counts: weights.map((weight) => Math.round((entries * weight) / sum)), unmoved: 120 };
}

/** Between -1 and 1, the same for the same place. */
function noise(seed: number, phase: PhaseKind, n: number): number {
  const mixed = Math.sin(n * 12.9898 + seed * 78.233 + (phase === 'full' ? 0 : 37.719)) * 43758.5453;
  return 2 * (mixed - Math.floor(mixed)) - 1;
}
