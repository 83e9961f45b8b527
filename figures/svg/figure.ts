import { element, type Xml } from './xml.ts';

/** A rectangle in the units of the picture; y downwards. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** The width of every figure. A viewer scales it to the room there is. */
export const WIDTH = 720;

/** What a character of text takes on average, in parts of the font size: text cannot be measured here. */
const CHARACTER = 0.56;

/** Of the usual text. */
const FONT_SIZE = 13;

const TITLE = { size: 16, top: 28, line: 20, lines: 2 } as const;

/** Ink is the text's colour; where the reader's system is dark, the figure is. */
const STYLE = `
.figure{color:#1f2328;font:${FONT_SIZE}px system-ui,sans-serif}
.paper{fill:#fff}
@media (prefers-color-scheme:dark){.figure{color:#e6edf3}.paper{fill:#0d1117}}
`;

/**
 * A whole SVG document: title, paper, style, and what a screen reader says of it.
 *
 * @param about the title (any text) and a description in words
 * @param height of the whole, in units of which the width has {@link WIDTH}
 * @param children what is drawn, see {@link headHeight} for where it may begin
 * @example figure({ title: 'xi_2', description: 'A line.' }, 400, line)
 */
export function figure(
  { title, description }: { title: string; description: string },
  height: number,
  ...children: readonly Xml[]
): string {
  const document = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${Math.ceil(height)}`,
      class: 'figure',
      role: 'img',
      'aria-labelledby': 'title description',
    },
    element('title', { id: 'title' }, title),
    element('desc', { id: 'description' }, description),
    element('style', {}, STYLE),
    element('rect', { class: 'paper', width: '100%', height: '100%' }),
    ...titleLines(title).map((line, i) =>
      text(line, {
        x: WIDTH / 2,
        y: TITLE.top + i * TITLE.line,
        'text-anchor': 'middle',
        'font-size': TITLE.size,
        'font-weight': '600',
      }),
    ),
    ...children,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document.xml}\n`;
}

/**
 * How high the title is: where the rest of a figure begins.
 *
 * @param title any text
 * @example headHeight('short') // 44
 */
export function headHeight(title: string): number {
  return TITLE.top + 16 + (titleLines(title).length - 1) * TITLE.line;
}

const titleLines = (title: string): string[] =>
  wrapWords(title, Math.floor((WIDTH - 40) / (TITLE.size * CHARACTER)), TITLE.lines);

/**
 * Text by words into lines; the last one ends in … where there is no room for the whole.
 *
 * @param content any text
 * @param room characters of a line
 * @param most lines
 * @example wrapWords('one two three', 7, 2) // ['one two', 'three']
 */
export function wrapWords(content: string, room: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(/\s+/)) {
    const joined = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && joined.length <= room) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  const kept = lines.slice(0, most);
  if (lines.length > kept.length) kept[kept.length - 1] += ' …';
  return kept.map((line) => shorten(line, room));
}

/**
 * A name with its unit.
 *
 * @param name of a column or an axis
 * @param unit none of a plain number
 * @example withUnit('xi_2', 'layers') // 'xi_2 (layers)'
 */
export const withUnit = (name: string, unit: string | undefined): string =>
  unit ? `${name} (${unit})` : name;

/**
 * Text in the figure's ink.
 *
 * @param content any text
 * @param attributes of the element
 */
export function text(content: string, attributes: Readonly<Record<string, string | number>>): Xml {
  return element('text', { fill: 'currentColor', ...attributes }, content);
}

/**
 * How wide text is, roughly, in the units of the picture.
 *
 * @param content any text, in the usual size
 */
export function textWidth(content: string): number {
  return content.length * FONT_SIZE * CHARACTER;
}

/**
 * Text of at most so many characters, … at its end where it was longer.
 *
 * @param content any text
 * @param length in characters
 * @example shorten('abcdef', 4) // 'abc…'
 */
export function shorten(content: string, length: number): string {
  const characters = [...content];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : content;
}

/**
 * Straight lines through points as the path of an SVG, with a gap where a coordinate is not finite.
 *
 * @param points in the units of the picture
 * @example polyline([{ x: 0, y: 1 }, { x: 2, y: 3 }]) // 'M0 1L2 3'
 */
export function polyline(points: readonly { readonly x: number; readonly y: number }[]): string {
  let path = '';
  let command = 'M';
  for (const { x, y } of points) {
    const seen = Number.isFinite(x) && Number.isFinite(y);
    if (seen) path += `${command}${x} ${y}`;
    command = seen ? 'L' : 'M';
  }
  return path;
}
