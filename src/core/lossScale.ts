/**
 * With what a loss is multiplied in mixed precision, so that small gradients do not vanish in half precision (Micikevicius et al.,
 * 2018, section 3.2); gradients are divided by it again. Powers of two, so that neither rounds.
 */
export interface LossScale {
  readonly scale: number;
  /** Steps in a row whose gradients were finite. */
  readonly finite: number;
}

/** torch.amp.GradScaler's constants. */
const FIRST = 2 ** 16;
const PATIENCE = 2000;
const MOST = 2 ** 24;

export const firstLossScale: LossScale = { scale: FIRST, finite: 0 };

/** After a step with finite gradients: after many in a row, the scale is doubled. */
export function afterFinite({ scale, finite }: LossScale): LossScale {
  if (finite + 1 < PATIENCE) return { scale, finite: finite + 1 };
  return { scale: Math.min(MOST, 2 * scale), finite: 0 };
}

/** After gradients that were too large; undefined where the scale is not to blame. */
export function afterOverflow({ scale }: LossScale): LossScale | undefined {
  return scale > 1 ? { scale: scale / 2, finite: 0 } : undefined;
}
