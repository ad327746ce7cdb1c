import { BETA1, BETA2, EPSILON } from '../../core/adamw.ts';
import type { GraphWriter } from './graphWriter.ts';

/** Entries that an optimiser step moves together: names of their values and moments. */
export interface StrideState {
  readonly p: string;
  readonly first: string;
  readonly second: string;
}

/** What an optimiser step is given. */
export interface StrideSchedule {
  /** Learning rate / correction of the first moment; 1 / root of that of the second. */
  readonly rate: string;
  readonly root: string;
  /** 1 - learning rate * weight decay; undefined where nothing decays. */
  readonly keep: string | undefined;
  /** Factor by which gradients are clipped; undefined for none. */
  readonly clip: string | undefined;
  /** Whether anything still moves; undefined where everything does. */
  readonly alive: string | undefined;
}

/** The gradient with the L1 term, and the distances |p - p0|. */
export function withL1(
  gradient: string,
  p: string,
  origin: string,
  l1: number,
  writer: GraphWriter,
): { readonly gradient: string; readonly distances: string } {
  const moved = writer.emit('Sub', [p, origin]);
  const pull = writer.emit('Mul', [writer.emit('Sign', [moved]), writer.float(l1)]);
  return { gradient: writer.emit('Add', [gradient, pull]), distances: writer.emit('Abs', [moved]) };
}

/** `clipFactor` of `core/adamw.ts`. */
export function clipping(norm: string, limit: number, writer: GraphWriter): string | undefined {
  if (limit <= 0) return undefined;
  const ratio = writer.emit('Div', [writer.float(limit), writer.emit('Add', [norm, writer.float(1e-6)])]);
  return writer.emit('Min', [ratio, writer.float(1)]);
}

/** `updateRange` of `core/adamw.ts`, in single precision throughout. */
export function adamw(
  { p, first, second }: StrideState,
  gradient: string,
  { rate, root, keep, clip, alive }: StrideSchedule,
  writer: GraphWriter,
): StrideState {
  const g = clip === undefined ? gradient : writer.emit('Mul', [gradient, clip]);
  const step = writer.emit('Mul', [writer.emit('Sub', [g, first]), writer.float(1 - BETA1)]);
  const m = writer.emit('Add', [first, step]);
  const squared = writer.emit('Mul', [writer.emit('Mul', [g, g]), writer.float(1 - BETA2)]);
  const v = writer.emit('Add', [writer.emit('Mul', [second, writer.float(BETA2)]), squared]);
  const spread = writer.emit('Mul', [writer.emit('Sqrt', [v]), root]);
  const move = writer.emit('Div', [
    writer.emit('Mul', [m, rate]),
    writer.emit('Add', [spread, writer.float(EPSILON)]),
  ]);
  const kept = keep === undefined ? p : writer.emit('Mul', [p, keep]);
  const moved = writer.emit('Sub', [kept, move]);
  if (alive === undefined) return { p: moved, first: m, second: v };
  const unless = (after: string, before: string) => writer.emit('Where', [alive, after, before]);
  return { p: unless(moved, p), first: unless(m, first), second: unless(v, second) };
}
