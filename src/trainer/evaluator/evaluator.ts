import { arch } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkedHead, pickHead } from '../../core/composition.ts';
import type { CompositionRule } from '../../core/compositionRules.ts';
import type { UserError } from '../../core/errors/userError.ts';
import type { Parameter } from '../../core/parameters.ts';
import { shuffled } from '../../core/random.ts';
import type { Sft } from '../../core/sft.ts';
import type { Engine } from '../../engine/engine.ts';
import { fingerprint as fingerprintOf } from '../../library/fingerprint.ts';
import { checkBase, emptyTerms, type LoadedTerm, loadTerms } from '../../library/terms.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import { type Evaluation, fewUnitsNote } from '../../training/evaluation.ts';
import type { Prediction } from '../../training/predictions.ts';
import type { Base } from '../base.ts';
import type { EvaluationData, LabelOf, Outcome, TestTexts } from './evaluationData.ts';
import { dataForHead, type DataRequest } from './headTask.ts';
import type { PredictionCache } from './predictionCache.ts';
import type { LargeTextOptions } from './largeText.ts';
import { predictionKey } from './predictionKey.ts';
import { rememberFiles } from './rememberedFiles.ts';
import { newWarmModel } from './warmModel.ts';

/** An SFT of a setting. */
export interface SettingSft extends SftReference {
  /** Is added in place of what the file holds, whose metadata stays: a part of it, say. */
  readonly instead?: Sft | undefined;
  /** What that is, for the record of results; `of` is the hash of what the file holds. */
  readonly form?: { readonly name: string; readonly of: string } | undefined;
}

/** What is added to the base. */
export interface Setting {
  readonly sfts: readonly SettingSft[];
  readonly rule?: CompositionRule | undefined;
  /** Number of the SFT whose head is used, or 'none'; needed only if several have one. */
  readonly headFrom?: number | 'none' | undefined;
  /** Add SFTs of another base all the same. */
  readonly force?: boolean | undefined;
}

export interface EvaluationProgress {
  /** Examples that are predicted, of how many. */
  readonly done: number;
  readonly of: number;
}

export interface EvaluateOptions {
  /** So many examples, drawn with a fixed seed, instead of all. */
  readonly sample?: number | undefined;
  /** Tells a figure on so many examples first; those are not predicted again. */
  readonly quick?: { readonly sample: number; readonly tell: (evaluation: Evaluated) => void } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((progress: EvaluationProgress) => void) | undefined;
  /** Of a large text, which is gone through before anything is predicted. */
  readonly large?: Pick<LargeTextOptions, 'before' | 'reading'> | undefined;
}

/** What an evaluation found, with all that is needed to score it again or to look at single examples. */
export interface Evaluated extends Evaluation {
  readonly notes: readonly string[];
  readonly warnings: readonly UserError[];
  /** The SFTs as they were read. */
  readonly terms: readonly LoadedTerm[];
  /** The examples that were evaluated, ascending. */
  readonly chosen: readonly number[];
  /** Examples of the file, evaluated or not. */
  readonly all: number;
  /** How many of them had been predicted before. */
  readonly remembered: number;
  /** Gold and predicted of each, or of the first ones (`EvaluationData.mostOutcomes`); none of texts that are read as they are needed. */
  outcomes(): Outcome[];
  /** The label in what an outcome shows; undefined where that holds none. */
  readonly labelOf?: LabelOf | undefined;
  /** As `EvaluationData` has it. */
  readonly column?: EvaluationData['column'] | undefined;
  /** The texts of the examples; none of a text that is read as it is needed. @throws UserError of reading */
  texts(): Promise<readonly TestTexts[]>;
}

/**
 * Evaluates compositions of one base, which stays in memory. SFTs and data files are read again only when they have changed,
 * and moving a coefficient computes that SFT's entries alone. Works are done one after the other.
 */
export interface Evaluator {
  readonly base: Base;
  readonly engine: Engine;
  readonly fingerprint: string;
  /** Makes the weights those of a setting, ahead of `evaluate`, which does it too; gives warnings. @throws UserError as `evaluate` */
  set(setting: Setting): Promise<readonly UserError[]>;
  /** Makes the next move of a coefficient as fast as those after it: for whoever has time. */
  prepare(): Promise<void>;
  /**
   * Evaluates a composition on a file. What was predicted before, by this process or another one, is not predicted again.
   * @throws UserError of reading and composition, of an SFT of another base, of a head that cannot be evaluated; the
   *   signal's reason, between two runs of the engine
   */
  evaluate(setting: Setting, request: DataRequest, options?: EvaluateOptions): Promise<Evaluated>;
  /** Frees the engine and puts the base back as it was. */
  release(): Promise<void>;
}

export interface EvaluatorOptions {
  readonly engine: Engine;
  /** Where predictions are kept; nowhere unless given. */
  readonly cache?: PredictionCache | undefined;
  /** Bytes of the largest text that is read whole; a larger one is read as it is needed. */
  readonly readWhole?: number | undefined;
}

const SAMPLE_SEED = 1;
/** How often what was predicted of a large text is kept, in milliseconds: a process may be killed. */
const KEEP_EVERY = 60_000;
const KEPT_SFTS = 8;
const KEPT_DATA = 24;

/** `base` belongs to the evaluator until it is released. */
export function newEvaluator(base: Base, { engine, cache, readWhole }: EvaluatorOptions): Evaluator {
  const fingerprint = fingerprintOf(base.parameters);
  const model = newWarmModel(base, engine);
  const sftFiles = rememberFiles<LoadedTerm>(KEPT_SFTS);
  const dataFiles = rememberFiles<EvaluationData>(KEPT_DATA);
  let last: Promise<unknown> = Promise.resolve();

  /** One work after the other: there is one set of weights. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = last;
    const mine = (async () => {
      await before;
      return work();
    })();
    last = mine.catch(() => undefined); // told to whoever asked
    return mine;
  }

  async function read(setting: Setting) {
    const terms: LoadedTerm[] = [];
    const files: LoadedTerm[] = [];
    // A move must not read files again; what it is compared with has others.
    sftFiles.keepAtLeast(setting.sfts.length + KEPT_SFTS / 2);
    for (const reference of setting.sfts) {
      const term = await sftFiles.get(reference.sft, '', async () => (await loadTerms([reference]))[0]);
      files.push(term);
      terms.push({ ...term, sft: reference.instead ?? term.sft, coefficient: reference.coefficient });
    }
    const identity = { name: base.name, fingerprint };
    const warnings = [...checkBase(terms, identity, setting.force), ...emptyTerms(files)];
    const options = { rule: setting.rule ?? ('sum' as const), headFrom: setting.headFrom };
    const head = checkedHead(base.parameters, terms, options);
    return { terms, warnings, options, head, source: pickHead(terms, options) };
  }

  async function evaluate(
    setting: Setting,
    request: DataRequest,
    { sample, quick, signal, progress, large }: EvaluateOptions,
  ): Promise<Evaluated> {
    signal?.throwIfAborted();
    const { terms, warnings, options, head, source } = await read(setting);
    const settings = JSON.stringify([request, source?.file, source?.metadata]);
    const data = await dataFiles.get(request.data, settings, () =>
      dataForHead(base, source, request, { ...large, signal, readWhole }),
    );
    const all = data.examples;
    const key = predictionKey({
      fingerprint,
      config: base.config,
      engine: `${engine.name} ${engine.version} ${arch()}`,
      terms,
      rule: options.rule,
      head: headParameters(base, head, data),
      data,
    });
    const known = usable(await cache?.read(key), data);
    const remembered = known.size;

    const figure = (chosen: readonly number[]): Evaluated => {
      const predictions = chosen.map((e) => known.get(e) ?? new Float64Array());
      const scored = data.score(chosen, predictions);
      return {
        ...scored,
        notes: [...data.notes, ...fewUnitsNote(scored)],
        warnings,
        terms,
        chosen,
        all,
        remembered,
        labelOf: data.labelOf,
        column: data.column,
        texts: async () => (await data.texts?.(chosen)) ?? [],
        outcomes: () => {
          const { outcome, mostOutcomes } = data;
          if (outcome === undefined) return [];
          return chosen.slice(0, mostOutcomes).map((e, i) => outcome(e, predictions[i]));
        },
      };
    };
    const predict = async (chosen: readonly number[]): Promise<void> => {
      const missing = chosen.filter((e) => !known.has(e));
      if (missing.length === 0) return;
      model.set(terms, options);
      const { predictor, weights } = await model.ready(data);
      const atATime = data.streamed?.atATime ?? missing.length;
      let kept = performance.now();
      try {
        for (let at = 0; at < missing.length; at += atATime) {
          const some = missing.slice(at, at + atATime);
          const before = known.size;
          const found = await data.predict(predictor, weights, some, async (done) => {
            progress?.({ done: before + done, of: sample ?? all });
            // A request to stop is heard only when the thread is free for a moment.
            await nextTurn();
            signal?.throwIfAborted();
          });
          some.forEach((e, i) => known.set(e, found[i]));
          if (performance.now() - kept < KEEP_EVERY) continue;
          await cache?.write(key, known);
          kept = performance.now();
        }
      } finally {
        // What is predicted is kept where somebody stops, too.
        if (known.size > remembered) await cache?.write(key, known);
      }
    };

    if (quick !== undefined && quick.sample < all) {
      const chosen = sampleOf(all, quick.sample);
      await predict(chosen);
      quick.tell(figure(chosen));
    }
    const chosen = sampleOf(all, sample ?? all);
    await predict(chosen);
    return figure(chosen);
  }

  return {
    base,
    engine,
    fingerprint,
    set: (setting) =>
      inTurn(async () => {
        const { terms, options, warnings } = await read(setting);
        model.set(terms, options);
        return warnings;
      }),
    prepare: () => inTurn(async () => model.prepare()),
    evaluate: (setting, request, options = {}) => inTurn(() => evaluate(setting, request, options)),
    release: () =>
      inTurn(async () => {
        sftFiles.clear();
        dataFiles.clear();
        await model.release();
      }),
  };
}

/** So many of the examples, ascending: a smaller sample is part of a larger one. */
function sampleOf(all: number, size: number): number[] {
  const order =
    size < all
      ? shuffled(all, SAMPLE_SEED, 0).subarray(0, size)
      : Int32Array.from({ length: all }, (_, i) => i);
  return [...order].sort((a, b) => a - b);
}

/** The parameters that the head reads besides the encoder's: the SFT's, or the base's own. */
function headParameters(
  base: Base,
  head: ReadonlyMap<string, Parameter>,
  data: EvaluationData,
): ReadonlyMap<string, Parameter> {
  const names = data.head.parameters(base.config, data.outputs).map(({ name }) => name);
  const found = new Map<string, Parameter>(head);
  for (const name of names) {
    const own = base.parameters.get(name);
    if (!found.has(name) && own !== undefined) found.set(name, own);
  }
  return found;
}

/** Kept predictions as far as they are of examples that there are. */
function usable(
  kept: ReadonlyMap<number, Prediction> | undefined,
  { examples }: EvaluationData,
): Map<number, Prediction> {
  return new Map([...(kept ?? [])].filter(([example]) => example >= 0 && example < examples));
}
