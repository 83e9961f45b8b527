import { scaleBetween, ticks } from '../../figures/scale.ts';
import { contours } from '../../figures/svg/contours.ts';
import { ask, withinLimit } from './api.ts';
import { crosshair } from './crosshair.ts';
import { find, html, svg } from './dom.ts';
import { colourBar, colourScale, type Field, paint } from './heat-map.ts';
import { readNpy } from './npy.ts';
import { mount } from './panel.ts';
import { type Box, frame, scaleAxis, shown } from './plot.ts';
import { addressesOf, addressOf, COUNTS, planeQuery, planeRanges } from './queries.ts';
import { MEASURES, parseValue, type State } from './state.ts';
import type { Store } from './store.ts';

/** A field that was asked for in a state. */
type Plane = Field & { readonly asked: State };

/** What runs upwards, in words. */
const UPWARDS = { sigma_b2: 'bias variance, sigma_b2', keep: 'keep probability, keep' } as const;

/**
 * The phase diagram, with a crosshair that says of which network the rest of the page speaks.
 *
 * @param store the state of the page
 */
export function planePanel(store: Store): void {
  const figure = find('#plane .figure');
  const canvas = html('canvas', { 'aria-hidden': 'true' });
  const axes = svg('svg', { role: 'img' });
  const surface = find('#crosshair');
  figure.append(canvas, axes, surface);
  crosshair(
    surface,
    () => placeOf(store.get()),
    (to) => store.set(stateAt(to, store.get())),
  );
  store.subscribe((state) => {
    const { x, y } = placeOf(state);
    surface.style.setProperty('--x', `${x * 100}%`);
    surface.style.setProperty('--y', `${(1 - y) * 100}%`);
  });
  mount<Plane>(store, {
    id: 'plane',
    source: (state) => addressesOf(planeQuery(state, COUNTS.plane)),
    answered: ({ asked, columns }) => addressesOf(planeQuery(asked, columns)),
    load: (state, signal) =>
      withinLimit(
        async (count) => {
          const response = await ask(addressOf(planeQuery(state, count), '.npy'), signal);
          return { ...readNpy(await response.arrayBuffer()), asked: state };
        },
        COUNTS.plane,
        2,
      ),
    draw: (plane) => draw(plane, { figure, canvas, axes, surface }),
  });
}

/** Where a state's network lies in the plane, 0 to 1. */
function placeOf(state: State): { x: number; y: number } {
  const ranges = planeRanges(state);
  const part = (value: number, [low, high]: readonly [number, number]) =>
    Math.min(Math.max((value - low) / (high - low), 0), 1);
  return { x: part(state.sigma_w2, ranges.x), y: part(state[state.y], ranges.y) };
}

/** The network at a place of the plane. */
function stateAt(place: { x: number; y: number }, state: State): Partial<State> {
  const ranges = planeRanges(state);
  const value = (name: string, part: number, [low, high]: readonly [number, number]) =>
    parseValue(name, String(low + part * (high - low)));
  return {
    sigma_w2: value('sigma_w2', place.x, ranges.x),
    [state.y]: value(state.y, place.y, ranges.y),
  } as Partial<State>;
}

type Parts = {
  readonly figure: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly axes: SVGSVGElement;
  readonly surface: HTMLElement;
};

function draw(plane: Plane, { figure, canvas, axes, surface }: Parts): void {
  const { asked } = plane;
  const { label, unit, scale: kind } = MEASURES[asked.measure];
  const width = figure.clientWidth;
  const box: Box = {
    x: 56,
    y: 22,
    width: Math.max(width - 56 - 78, 80),
    height: Math.min(Math.max(width * 0.62, 240), 480),
  };
  const { scale, capped } = colourScale(plane, kind);
  const ranges = planeRanges(asked);
  const missing = plane.values.some(Number.isNaN);
  for (const element of [canvas, surface])
    for (const [name, value] of Object.entries({
      left: box.x,
      top: box.y,
      width: box.width,
      height: box.height,
    }))
      element.style.setProperty(name, `${value}px`);
  paint(canvas, plane, scale);
  // the first and last values lie on the edges of the plot
  const place = (column: number, row: number) =>
    [
      box.x + (column / (plane.columns - 1)) * box.width,
      box.y + (1 - row / (plane.rows - 1)) * box.height,
    ] as const;
  const heights = plane.values.map(scale.at);
  const lines = contours(heights, plane.columns, ticks(scale, 6).map(scale.at), place);
  const bar = { x: box.x + box.width + 14, y: box.y, width: 14, height: box.height };
  const title = `${label}${unit && ` (${unit})`}`;
  axes.replaceChildren(
    svg('path', { class: 'contour', d: lines.join('') }),
    frame(
      box,
      scaleAxis('weight variance, sigma_w2', scaleBetween(...ranges.x, 'linear'), box.width),
      scaleAxis(UPWARDS[asked.y], scaleBetween(...ranges.y, 'linear'), box.height),
      false,
    ),
    colourBar(bar, scale, `${capped ? '▲ ' : ''}${unit}`),
  );
  axes.setAttribute('width', String(width));
  axes.setAttribute('height', String(box.height + 66));
  axes.setAttribute(
    'aria-label',
    `Phase diagram of ${asked.activation}: ${title} over sigma_w2 and ${asked.y}, from ${shown(scale.min)} to ${capped ? 'more than ' : ''}${shown(scale.max)}.`,
  );
  find('#plane .note').textContent = [
    `${title}.`,
    ...(capped ? [`▲ values above ${shown(scale.max)} have the last colour.`] : []),
    ...(missing ? ['Hatched: infinite, or not known.'] : []),
  ].join(' ');
}
