import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { EngineName } from '../../core/engineNames.ts';
import { userError } from '../../core/errors/userError.ts';
import type { Engine } from '../../engine/engine.ts';
import type { HomePaths } from '../../home/home.ts';
import type {
  BenchData,
  BenchDifference,
  BenchFigure,
  BenchProgress,
  BenchRequests,
  BenchSweep,
} from '../../protocol/bench.ts';
import { compareSystems } from '../evaluator/comparison.ts';
import type { Evaluated, Evaluator, Setting } from '../evaluator/evaluator.ts';
import { predictionCache } from '../evaluator/predictionCache.ts';
import { sftHash } from '../../library/sftHash.ts';
import { sharedNotes } from '../evaluator/sharedNotes.ts';
import { recordResult } from '../evaluator/recordResult.ts';
import { wasTunedOn } from '../evaluator/tunedOn.ts';
import { sweepCoefficients } from '../sweep/coefficientSweep.ts';
import { differenceOf, figureOf, pointOf, requestOf, settingOf, sweepFigure } from './benchFigures.ts';
import { newWarmBase } from '../evaluator/warmBase.ts';

type Params<M extends keyof BenchRequests> = BenchRequests[M]['params'];
type Result<M extends keyof BenchRequests> = BenchRequests[M]['result'];

/** The compose benches of a window. */
export interface Benches {
  open(params: Params<'openBench'>): Promise<Result<'openBench'>>;
  set(params: Params<'setCoefficients'>): Promise<Result<'setCoefficients'>>;
  evaluate(
    params: Params<'evaluateBench'>,
    signal: AbortSignal,
    tell: (progress: BenchProgress) => void,
  ): Promise<BenchFigure>;
  compare(params: Params<'compareBench'>, signal: AbortSignal): Promise<BenchDifference>;
  sweep(
    params: Params<'sweepBench'>,
    signal: AbortSignal,
    tell: (progress: BenchProgress) => void,
  ): Promise<BenchSweep>;
  close(bench: number): void;
  /** Folder of the base that is in memory. */
  warm(): string | undefined;
  dispose(): Promise<void>;
}

export interface BenchesOptions {
  readonly home: Pick<HomePaths, 'predictions' | 'results' | 'sharedTexts'>;
  /** Called when an engine is first wanted. */
  readonly newEngine: (name: EngineName | undefined) => Engine | Promise<Engine>;
}

const IDLE_MINUTES = 10;
/** Milliseconds without a question after which the next move is prepared. */
const QUIET = 200;

interface Bench {
  readonly base: string;
  readonly engine: EngineName | undefined;
  readonly setting: Setting;
}

/** No base is loaded before a bench is opened; one base is in memory at a time. */
export function newBenches({ home, newEngine }: BenchesOptions): Benches {
  const benches = new Map<number, Bench>();
  const warm = newWarmBase({ newEngine, cache: predictionCache(home.predictions) });
  let made = 0;
  /** References whose figures are in the record already. */
  const recorded = new Set<string>();
  let idleMinutes = IDLE_MINUTES;
  let busy = 0;
  let idle: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;

  /** Works with the bench's base, which is dropped when nobody has asked for long. */
  async function use<T>({ base, engine }: Bench, work: (evaluator: Evaluator) => Promise<T>): Promise<T> {
    rest();
    busy++;
    let evaluator: Evaluator | undefined;
    try {
      evaluator = await warm.evaluatorOf(base, engine);
      return await work(evaluator);
    } finally {
      busy--;
      if (busy === 0) {
        quiet = setTimeout(() => void evaluator?.prepare(), QUIET).unref();
        idle = setTimeout(() => void warm.drop(), idleMinutes * 60_000).unref();
      }
    }
  }

  function rest(): void {
    clearTimeout(idle);
    clearTimeout(quiet);
  }

  function benchOf(number: number): Bench {
    const bench = benches.get(number);
    if (bench === undefined) throw userError('bench-unknown', undefined);
    return bench;
  }

  async function move(bench: Bench): Promise<{ warnings: readonly string[]; milliseconds: number }> {
    return use(bench, async (evaluator) => {
      const began = performance.now();
      const warnings = await evaluator.set(bench.setting);
      return { warnings: warnings.map(({ message }) => message), milliseconds: performance.now() - began };
    });
  }

  async function record(
    evaluator: Evaluator,
    setting: Setting,
    { data, role }: BenchData,
    found: Evaluated,
    tuned: boolean | undefined,
  ): Promise<boolean> {
    return recordResult(home.results, evaluator, setting, data, { found, role, tuned });
  }

  return {
    async open({ base, engine, idleMinutes: minutes = IDLE_MINUTES, ...setting }) {
      idleMinutes = minutes;
      const bench = { base, engine, setting: settingOf(setting) };
      const { warnings } = await move(bench);
      benches.set(++made, bench);
      return { bench: made, warnings };
    },
    async set({ bench: number, setting }) {
      const bench = { ...benchOf(number), setting: settingOf(setting) };
      const moved = await move(bench);
      benches.set(number, bench);
      return moved;
    },
    async evaluate(params, signal, tell) {
      const { bench: number, sample, sampleOnly = false } = params;
      // The window knows of moves that are not in the record, and the record of those before them.
      const tuned = params.tuned === true ? true : undefined;
      const bench = benchOf(number);
      const request = requestOf(params);
      return use(bench, async (evaluator) => {
        const quick =
          sample === undefined || sampleOnly !== false
            ? undefined
            : { sample, tell: (found: Evaluated) => tell({ quick: figureOf(found, tuned === true) }) };
        const found = await evaluator.evaluate(bench.setting, request, {
          sample: sampleOnly === false ? undefined : sample,
          quick,
          signal,
          progress: tell,
          large: { reading: (share) => tell({ reading: share }) },
        });
        const isTuned =
          sampleOnly === true
            ? (tuned ?? (await wasTunedOn(home.results, params.data, found.terms)))
            : await record(evaluator, bench.setting, params, found, tuned);
        const figure = figureOf(found, isTuned);
        if (sampleOnly) return figure;
        const looked = [{ test: basename(params.data), role: params.role, found }];
        const shared = await sharedNotes(looked, { memory: home.sharedTexts, signal });
        return { ...figure, notes: [...shared, ...figure.notes] };
      });
    },
    async compare({ bench: number, reference, ...data }, signal) {
      const bench = benchOf(number);
      return use(bench, async (evaluator) => {
        const request = requestOf(data);
        const other = await evaluator.evaluate(settingOf(reference), request, { signal });
        // A slider that rests again and again compares with the same one.
        const key = JSON.stringify([reference, data, other.terms.map(({ sft }) => sftHash(sft))]);
        if (!recorded.has(key)) await record(evaluator, settingOf(reference), data, other, undefined);
        recorded.add(key);
        const own = await evaluator.evaluate(bench.setting, request, { signal });
        return differenceOf(own.metric, compareSystems([[other], [own]], own.metric)[1]);
      });
    },
    async sweep({ bench: number, axes, sample, ...data }, signal, tell) {
      const bench = benchOf(number);
      const { sfts } = bench.setting;
      for (const { target } of axes) if (!(target in sfts)) throw new RangeError(`no SFT ${target}`);
      return use(bench, async (evaluator) => {
        const found = await sweepCoefficients(evaluator, bench.setting, axes, requestOf(data), {
          sample,
          signal,
          tell: (point, metric, done, of) => tell({ point: pointOf(point), metric, done, of }),
          async record(setting, one) {
            await record(evaluator, setting, data, one, true);
          },
        });
        return sweepFigure(found);
      });
    },
    close: (number) => void benches.delete(number),
    warm: () => warm.folder(),
    async dispose() {
      rest();
      benches.clear();
      await warm.drop();
    },
  };
}
