import { glyphOf } from './glyphs.ts';
import { paintCells, type Rgb, rampOf, writePng } from './png.ts';
import { scaleOf } from './scale.ts';
import { scaleTicks } from './svg/axes.ts';
import { cellAxis } from './svg/cell-axis.ts';
import { withUnit, wrapWords } from './svg/figure.ts';
import type { Plane } from './table.ts';

/** The plot has at least so many pixels, but for planes of thousands of cells in a row. */
const PLOT = { width: 400, height: 300 } as const;

/** Long rows of cells are not stretched to more pixels than these. */
const MOST_PIXELS = 600_000;

const MARGIN = { left: 110, right: 150, bottom: 70 } as const;
const BAR = { gap: 16, width: 18 } as const;
const LINE = 20;

/** Each dot of a character is a square of so many pixels. */
const DOT = 2;
const CHARACTER = { width: 6 * DOT, height: 8 * DOT } as const;

/** The colours of the map; what has no value comes before them, ink and paper after. */
const COLOURS = 253;
const [NOTHING, INK, PAPER] = [0, COLOURS + 1, COLOURS + 2];
const GREY: Rgb = [190, 190, 190];

/**
 * A plane as a PNG with all that a reader needs: title, axes with their units, and the bar of its colours.
 *
 * @param plane what to show; a log scale falls back to linear where a value is not positive
 * @returns the file; a cell is a rectangle of whole pixels
 * @see W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"
 * @example (await encodePngFigure(plane)).slice(1, 4)
 */
export async function encodePngFigure(plane: Plane): Promise<Uint8Array<ArrayBuffer>> {
  const { x, y, measure, unit, title = measure } = plane;
  const [columns, rows] = [x.values.length, y.values.length];
  const most = MOST_PIXELS / (columns * rows);
  const sizeOf = (least: number, count: number) =>
    Math.max(1, Math.floor(Math.min(Math.ceil(least / Math.max(count, 1)), most)));
  const cell = [sizeOf(PLOT.width, columns), sizeOf(PLOT.height, rows)] as const;
  const [wide, high] = [columns * cell[0], rows * cell[1]];
  const width = MARGIN.left + wide + MARGIN.right;
  const lines = wrapWords(title, Math.floor(width / CHARACTER.width) - 2, 3);
  const [left, top] = [MARGIN.left, (lines.length + 2) * LINE];
  const bottom = top + high;
  const height = bottom + MARGIN.bottom;
  const data = new Uint8Array(width * height).fill(PAPER);
  const fill = (colour: number, at: number, from: number, across: number, down: number) => {
    for (let row = from; row < from + down; row++)
      data.fill(colour, row * width + at, row * width + at + across);
  };
  /** Text in its ink, from its middle, its left or its right end; upwards where it is that of the axis on the left. */
  const write = (
    text: string,
    at: number,
    from: number,
    anchor: 'middle' | 'start' | 'end',
    upwards = false,
  ) => {
    const length = text.length * CHARACTER.width;
    const back = anchor === 'start' ? 0 : anchor === 'end' ? length : length / 2;
    [...text].forEach((character, i) => {
      const along = Math.round(i * CHARACTER.width - back);
      for (const [column, row] of glyphOf(character))
        if (upwards) fill(INK, at + row * DOT, from - along - column * DOT, DOT, DOT);
        else fill(INK, at + along + column * DOT, from + row * DOT, DOT, DOT);
    });
  };
  const cells = paintCells(plane, cell, COLOURS);
  for (let row = 0; row < high; row++)
    data.set(cells.subarray(row * wide, (row + 1) * wide), (top + row) * width + left);
  for (const at of [left - 1, left + wide]) fill(INK, at, top - 1, 1, high + 2);
  for (const from of [top - 1, bottom]) fill(INK, left - 1, from, wide + 2, 1);
  lines.forEach((line, i) => void write(line, width / 2, LINE * (i + 0.5), 'middle'));
  let free = 0;
  for (const { label, at } of cellAxis(x.values).ticks) {
    const middle = Math.round(left + at * wide);
    fill(INK, middle, bottom, 1, 6);
    const half = (label.length * CHARACTER.width) / 2;
    if (middle - half < free) continue;
    write(label, middle, bottom + 9, 'middle');
    free = middle + half + CHARACTER.width;
  }
  for (const { label, at } of cellAxis(y.values).ticks) {
    const middle = Math.round(bottom - at * high);
    fill(INK, left - 6, middle, 5, 1);
    write(label, left - 9, middle - CHARACTER.height / 2, 'end');
  }
  write(withUnit(x.name, x.unit), left + wide / 2, bottom + 34, 'middle');
  write(withUnit(y.name, y.unit), 8, top + high / 2, 'middle', true);
  const scale = scaleOf(plane.values, plane.scale ?? 'linear');
  const known = plane.values.some(Number.isFinite);
  const bar = left + wide + BAR.gap;
  if (known) {
    write(withUnit(measure, unit), width - 8, top - LINE - DOT * 3, 'end');
    for (let row = 0; row < high; row++)
      fill(1 + Math.round((1 - row / (high - 1)) * (COLOURS - 1)), bar, top + row, BAR.width, 1);
    for (const { label, at } of scaleTicks(scale)) {
      const middle = Math.round(bottom - at * (high - 1)) - 1;
      fill(INK, bar + BAR.width, middle, 5, 1);
      write(label, bar + BAR.width + 8, middle - CHARACTER.height / 2, 'start');
    }
  }
  if (!plane.values.every(Number.isFinite)) {
    fill(NOTHING, bar, bottom + 34, BAR.width, CHARACTER.height);
    write('no value', bar + BAR.width + 8, bottom + 34, 'start');
  }
  const about = {
    Title: title,
    Description: `${withUnit(measure, unit)} over ${withUnit(x.name, x.unit)} and ${withUnit(y.name, y.unit)}`,
  };
  return writePng({ width, height, data }, [GREY, ...rampOf(COLOURS), [0, 0, 0], [255, 255, 255]], 0, about);
}
