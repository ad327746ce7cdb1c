/**
 * A sequential scale from dark blue to yellow: lightness rises evenly, so that it can be told apart without colour,
 * and blue against yellow is seen by colour-blind eyes.
 */
const stops = [
  [12, 35, 80],
  [51, 68, 108],
  [97, 100, 113],
  [142, 136, 115],
  [196, 178, 92],
  [253, 231, 76],
] as const;

/** The colour of a share from 0 to 1. On light ground much is dark, on dark ground much is light. */
export function scaleColour(share: number, dark: boolean): string {
  const bounded = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  const at = (dark ? bounded : 1 - bounded) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const channels = stops[low].map((from, i) => Math.round(from + (at - low) * (stops[low + 1][i] - from)));
  return `rgb(${channels.join(', ')})`;
}

/** The scale as a CSS gradient from left to right. */
export function scaleGradient(dark: boolean): string {
  const colours = stops.map((_, i) => scaleColour(i / (stops.length - 1), dark));
  return `linear-gradient(to right, ${colours.join(', ')})`;
}
