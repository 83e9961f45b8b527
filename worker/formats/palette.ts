/** The colour map viridis at 0, 1/51, …, 1: six hexadecimal digits a colour. */
const ANCHORS =
  '44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d33638d31688e' +
  '2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc74' +
  '46c06f50c46a5ac86465cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725';

const SEGMENTS = ANCHORS.length / 6 - 1;

/** One channel (0 red, 1 green, 2 blue) of an anchor. */
const channel = (anchor: number, which: number) =>
  Number.parseInt(ANCHORS.slice(anchor * 6 + which * 2, anchor * 6 + which * 2 + 2), 16);

/**
 * The colour map viridis: perceptually uniform, its lightness rises all the way (so it survives greyscale and colour
 * blindness), and visible on white and on black. Linear between 52 anchors, which is within 1/255 of the published 256
 * colours in every channel.
 *
 * @param t 0 (dark violet) to 1 (yellow); what lies outside takes the nearest end
 * @returns red, green, blue, each a whole number from 0 to 255
 * @see Smith & van der Walt, "A better default colormap for Matplotlib", SciPy 2015; the colours are CC0
 * @example rgbOf(0.5) // [33, 144, 141]
 */
export function rgbOf(t: number): [red: number, green: number, blue: number] {
  const place = Math.min(Math.max(t, 0), 1) * SEGMENTS;
  const anchor = Math.min(Math.floor(place), SEGMENTS - 1);
  const mix = (which: number) => {
    const start = channel(anchor, which);
    return Math.round(start + (place - anchor) * (channel(anchor + 1, which) - start));
  };
  return [mix(0), mix(1), mix(2)];
}

/**
 * The same as CSS writes it.
 *
 * @param t 0 to 1, see {@link rgbOf}
 * @example colourOf(0) // '#440154'
 */
export function colourOf(t: number): string {
  return `#${rgbOf(t)
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

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
