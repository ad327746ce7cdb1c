import type { Sft } from '../../core/sft.ts';
import { sftHash } from '../../library/sftHash.ts';
import { compareSystems, type ComparedSystem } from '../evaluator/comparison.ts';
import type { Evaluated, EvaluateOptions, Evaluator, Setting, SettingSft } from '../evaluator/evaluator.ts';
import type { DataRequest } from '../evaluator/headTask.ts';

/** One SFT of a composition in another form. */
export interface Variant {
  readonly name: string;
  readonly sft: Sft;
  readonly entries: number;
}

/** A variant's figure, as soon as it is known. */
export interface VariantFigure {
  readonly name: string;
  readonly entries: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface VariantsOptions {
  readonly sample?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after each variant, how many of how many that were. */
  readonly tell?: ((figure: VariantFigure, done: number, of: number) => void) | undefined;
  readonly progress?: EvaluateOptions['progress'];
  /**
   * Adds an evaluation to the record of results, and gives whether it is marked as tuned on its file; `tuned` is what it gave for the
   * whole SFT.
   */
  readonly record?:
    | ((setting: Setting, found: Evaluated, tuned: boolean | undefined) => Promise<boolean>)
    | undefined;
}

/** What became of each variant, with its difference to the first one. */
export interface VariantsResult {
  readonly metric: string;
  readonly examples: number;
  readonly variants: readonly (ComparedSystem & { readonly name: string; readonly entries: number })[];
  /** The SFT as it is. */
  readonly whole: Evaluated;
  /** Whether the SFTs were chosen by figures on this file, before these. */
  readonly tuned: boolean;
  readonly warnings: Evaluated['warnings'];
  readonly notes: readonly string[];
}

/** What attributions say of their file: each is a look at it, which the record of results keeps. */
export const formsNote =
  'Whoever prunes by these figures has tuned on this file: evaluations of the pruned SFT on it are marked as such.';

/**
 * Evaluates a composition with each variant in place of its SFT number `target`, one after the other, and compares them with
 * the first, which is the SFT as it is: on the same examples, with Holm over all of them.
 * @throws UserError as `Evaluator.evaluate`; the signal's reason
 */
export async function evaluateVariants(
  evaluator: Evaluator,
  { setting, target }: { readonly setting: Setting; readonly target: number },
  variants: readonly Variant[],
  request: DataRequest,
  { sample, signal, tell, progress, record }: VariantsOptions,
): Promise<VariantsResult> {
  const found: Evaluated[] = [];
  let tuned: boolean | undefined;
  for (const [i, variant] of variants.entries()) {
    const { name, entries } = variant;
    const sfts = setting.sfts.map((one, at) =>
      at === target ? { ...one, ...inForm(variant, variants[0]) } : one,
    );
    const formed = { ...setting, sfts };
    const evaluated = await evaluator.evaluate(formed, request, { sample, signal, progress });
    found.push(evaluated);
    const marked = await record?.(formed, evaluated, tuned);
    tuned ??= marked;
    const { low, high } = evaluated.interval();
    tell?.({ name, entries, value: evaluated.metrics[evaluated.metric], low, high }, i + 1, variants.length);
  }
  const [{ metric, examples, warnings, notes }] = found;
  const compared = compareSystems(found.map((one) => [one]));
  return {
    metric,
    examples,
    variants: compared.map((one, i) => ({ ...one, name: variants[i].name, entries: variants[i].entries })),
    whole: found[0],
    tuned: tuned ?? false,
    warnings,
    notes,
  };
}

/** A form in place of the whole SFT. What leaves every entry, or none, is no form: it is the SFT, or times 0. */
function inForm({ name, sft, entries }: Variant, whole: Variant): Partial<SettingSft> {
  if (entries === whole.entries) return { instead: sft };
  if (entries === 0) return { instead: sft, coefficient: 0 };
  return { instead: sft, form: { name, of: sftHash(whole.sft) } };
}
