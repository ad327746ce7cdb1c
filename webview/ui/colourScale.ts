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
  return mixed(stops, dark ? bounded : 1 - bounded);
}

/** From dark orange over grey to dark blue, seen by colour-blind eyes; the ends are the strongest on either ground. */
const diverging = {
  light: [
    [127, 59, 8],
    [224, 130, 20],
    [235, 235, 235],
    [67, 147, 195],
    [5, 48, 97],
  ],
  dark: [
    [253, 184, 99],
    [179, 88, 6],
    [58, 58, 58],
    [33, 102, 172],
    [146, 197, 222],
  ],
} as const;

/** The colour of a value from -1 to 1 on a scale with a middle. */
export function divergingColour(value: number, dark: boolean): string {
  const bounded = Math.min(1, Math.max(-1, Number.isNaN(value) ? 0 : value));
  return mixed(dark ? diverging.dark : diverging.light, (bounded + 1) / 2);
}

/** Which scale a map has, and what its colours are: of a share of its largest value. */
export const colourScales = { sequential: scaleColour, diverging: divergingColour } as const;
export type ColourScale = keyof typeof colourScales;

/** A scale as a CSS gradient from left to right. */
export function scaleGradient(dark: boolean, scale: ColourScale = 'sequential'): string {
  const least = scale === 'diverging' ? -1 : 0;
  const colours = [0, 0.2, 0.4, 0.6, 0.8, 1].map((at) => colourScales[scale](least + at * (1 - least), dark));
  return `linear-gradient(to right, ${colours.join(', ')})`;
}

type Stops = readonly (readonly [number, number, number])[];

/** The colour at a place from 0 to 1 between equally spaced stops. */
function mixed(all: Stops, place: number): string {
  const at = place * (all.length - 1);
  const low = Math.min(all.length - 2, Math.floor(at));
  const channels = all[low].map((from, i) => Math.round(from + (at - low) * (all[low + 1][i] - from)));
  return `rgb(${channels.join(', ')})`;
}
