import { interpolateViridis } from 'd3-scale-chromatic';

/**
 * The colour map viridis: perceptually uniform, its lightness rises all the way (so it survives greyscale and colour
 * blindness), and visible on white and on black.
 *
 * @param t 0 (dark violet) to 1 (yellow); what lies outside takes the nearest end
 * @returns red, green, blue, each a whole number from 0 to 255
 * @see Smith & van der Walt, "A better default colormap for Matplotlib", SciPy 2015; the colours are CC0
 * @example rgbOf(0.5) // [33, 145, 140]
 */
export function rgbOf(t: number): [red: number, green: number, blue: number] {
  const colour = Number.parseInt(colourOf(t).slice(1), 16);
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}

/**
 * The same as CSS writes it.
 *
 * @param t 0 to 1, see {@link rgbOf}
 * @example colourOf(0) // '#440154'
 */
export const colourOf: (t: number) => string = interpolateViridis;

/**
 * Colours that lines of a chart are told apart by, also by the colour-blind, on white and on dark grey: those of Okabe and
 * Ito, less their black and yellow, which vanish on one of the two.
 *
 * @see Okabe & Ito 2008, "Color universal design", https://jfly.uni-koeln.de/color/
 */
export const LINE_COLOURS: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#e69f00',
];

/** Blue over light grey to red: the ends and quarters of ColorBrewer's RdBu. */
const DIVERGING = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [178, 24, 43],
] as const;

/**
 * A colour map for values on two sides of a middle: blue below it, red above, light between.
 *
 * @param t 0 (blue) to 1 (red); what lies outside takes the nearest end
 * @returns red, green, blue, each a whole number from 0 to 255
 * @see Brewer, "ColorBrewer", https://colorbrewer2.org (RdBu)
 * @example divergingRgb(0.5) // [247, 247, 247]
 */
export function divergingRgb(t: number): [red: number, green: number, blue: number] {
  const place = Math.min(Math.max(t, 0), 1) * (DIVERGING.length - 1);
  const left = Math.min(Math.floor(place), DIVERGING.length - 2);
  const part = place - left;
  const [from, to] = [DIVERGING[left] ?? DIVERGING[0], DIVERGING[left + 1] ?? DIVERGING[0]];
  return from.map((one, i) => Math.round(one + part * ((to[i] ?? 0) - one))) as [number, number, number];
}
