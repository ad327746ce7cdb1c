import { afterFinite, afterOverflow, type LossScale } from '../core/lossScale.ts';

/** A step's loss, and the norm of its gradients. */
interface Computed {
  readonly loss: number;
  readonly gradientNorm: number;
}

/**
 * Computes a step, in mixed precision with a scaled loss: there, one whose gradients are too large for half precision is computed again
 * with half the scale, as often as that can help; `onHalved` is told the new one. A loss that is no number is left as it is: its scale
 * is not to blame. `first`: undefined in single precision.
 */
export async function computeScaled<T extends Computed>(
  first: LossScale | undefined,
  attempt: (scale: number) => Promise<T>,
  onHalved: (scale: number) => void,
): Promise<T & { readonly lossScale: LossScale | undefined }> {
  if (first === undefined) return { ...(await attempt(1)), lossScale: first };
  let lossScale = first;
  for (;;) {
    const computed = await attempt(lossScale.scale);
    if (Number.isFinite(computed.gradientNorm)) return { ...computed, lossScale: afterFinite(lossScale) };
    const halved = Number.isFinite(computed.loss) ? afterOverflow(lossScale) : undefined;
    if (halved === undefined) return { ...computed, lossScale };
    lossScale = halved;
    onHalved(halved.scale);
  }
}
