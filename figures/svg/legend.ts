import { colourOf } from '../palette.ts';
import type { Scale } from '../scale.ts';
import { scaleTicks } from './axes.ts';
import { type Box, shorten, text, textWidth, WIDTH } from './figure.ts';
import { element, type Xml } from './xml.ts';

/** What a mark of a figure means. */
export type Key = {
  readonly label: string;
  /** the mark, drawn around (0, 0), {@link SAMPLE} wide */
  readonly sample: Xml;
};

/** The width of the sample of a mark in a legend. */
export const SAMPLE = 38;

const ROW = 20;
const MARGIN = 24;
const STOPS = 17;

/**
 * The legend under a plot: in as many columns as the longest label leaves room for.
 *
 * @param keys in order
 * @param top where it begins
 * @returns the markup and how high it is
 */
export function legend(keys: readonly Key[], top: number): { xml: Xml; height: number } {
  const labels = keys.map(({ label }) => shorten(label, 85));
  const longest = Math.max(...labels.map(textWidth), 0) + SAMPLE + 28;
  const columns = Math.max(1, Math.floor((WIDTH - 2 * MARGIN) / longest));
  const width = (WIDTH - 2 * MARGIN) / columns;
  const entries = keys.map(({ sample }, i) => {
    const x = MARGIN + (i % columns) * width;
    const y = top + ROW * (Math.floor(i / columns) + 0.5);
    return element(
      'g',
      {},
      element('g', { transform: `translate(${Math.round(x + SAMPLE / 2)} ${y})` }, sample),
      text(labels[i] as string, { x: x + SAMPLE + 8, y: y + 4.5 }),
    );
  });
  return {
    xml: element('g', { class: 'legend' }, ...entries),
    height: Math.ceil(keys.length / columns) * ROW,
  };
}

/**
 * A bar with the colours of a scale, ticks on its right.
 *
 * @param scale of the colours
 * @param label what they mean, with the unit
 * @param bar where
 */
export function colourBar(scale: Scale, label: string, bar: Box): Xml {
  const stops = Array.from({ length: STOPS + 1 }, (_, i) =>
    element('stop', { offset: `${Math.round((i / STOPS) * 1000) / 10}%`, 'stop-color': colourOf(i / STOPS) }),
  );
  const right = bar.x + bar.width;
  const marks = scaleTicks(scale).flatMap((tick) => {
    const y = bar.y + (1 - tick.at) * bar.height;
    return [
      element('line', { x1: right, x2: right + 4, y1: y, y2: y, stroke: 'currentColor' }),
      text(tick.label, { x: right + 8, y: y + 4.5 }),
    ];
  });
  return element(
    'g',
    { class: 'colours' },
    element('linearGradient', { id: 'colours', x1: 0, x2: 0, y1: 1, y2: 0 }, ...stops),
    element('rect', { ...bar, fill: 'url(#colours)' }),
    ...marks,
    text(shorten(label, 40), { x: WIDTH - 14, y: bar.y - 10, 'text-anchor': 'end' }),
  );
}
