import { formatNumber, type Scale, scaleBetween, ticks } from '../../figures/scale.ts';
import { contours } from '../../figures/svg/contours.ts';
import { encodeHeatMap } from '../../figures/svg/heat-map.ts';
import { crosshair } from './crosshair.ts';
import { find, html, svg, widthOf } from './dom.ts';
import { computeField, MEASURES, planeAxes, planeKey } from './field.ts';
import { colourBar, colourScale, type Field, paint } from './heat-map.ts';
import { type Download, mount, nextFrame } from './panel.ts';
import { type Box, frame, scaleAxis, shown } from './plot.ts';
import { isPlain, planeQuery, planeRanges, variancesOf } from './question.ts';
import { isOwn, type State } from './state.ts';
import type { Store } from './store.ts';

/** Values along each axis: first a few, then more; and as the API is asked for them. */
const COUNTS = [12, 24, 40] as const;
const ASKED = 12;

/** The part of a frame that is spent on computing, in milliseconds: the rest is for drawing at 60 frames a second. */
const SLICE = 9;

/** What is drawn: a measure, and where gradients keep their size and variances do not settle. */
type Plane = {
  readonly state: State;
  readonly field: Field;
  readonly chi: Field;
  readonly q: Field;
};

/** What runs upwards, in words. */
const UPWARDS = { sigma_b2: 'bias variance, σb²', drop: 'dropout p' } as const;

/**
 * The plane of networks about that of the page, which can be moved through it.
 *
 * @param store the state of the page
 */
export function planePanel(store: Store): void {
  const figure = find('#plane .figure');
  const canvas = html('canvas', { 'aria-hidden': 'true' });
  const axes = svg('svg', { role: 'img' });
  const surface = find('#crosshair');
  const readout = find('#plane .readout');
  const where = find('#where');
  const parts = { figure, canvas, axes, surface };
  figure.append(canvas, axes, surface);
  crosshair(
    surface,
    () => placeOf(store.get()),
    (to) => store.set(stateAt(to, store.get())),
  );
  let plane: Plane | undefined;
  surface.addEventListener('pointermove', (event) => {
    const box = surface.getBoundingClientRect();
    const to = { x: (event.clientX - box.left) / box.width, y: (box.bottom - event.clientY) / box.height };
    readout.textContent = plane ? describePlace(plane, to) : '';
  });
  surface.addEventListener('pointerleave', () => {
    readout.textContent = '';
  });
  let pause = 0;
  store.subscribe((state) => {
    if (!isPlain(state)) return;
    const { x, y } = placeOf(state);
    surface.style.setProperty('--x', `${x * 100}%`);
    surface.style.setProperty('--y', `${(1 - y) * 100}%`);
    clearTimeout(pause);
    pause = setTimeout(() => {
      where.textContent = plane ? describePlace(plane, { x, y }) : '';
    }, 700);
  });
  const isCurrent = (state: State) => planeKey(state) === planeKey(store.get());
  mount<Plane>(store, {
    id: 'plane',
    applies: isPlain,
    query: (state) => planeQuery(state, ASKED),
    key: planeKey,
    load: async (state) => {
      const run = async (measure: State['measure'], count: number) => {
        const steps = computeField(state, measure, count);
        let until = performance.now() + SLICE;
        for (let step = steps.next(); ; step = steps.next()) {
          if (step.done) return step.value;
          if (performance.now() < until) continue;
          await nextFrame();
          if (!isCurrent(state)) return undefined;
          until = performance.now() + SLICE;
        }
      };
      const [chi, q] = [await run('chi_1', COUNTS[1]), await run('q_star', COUNTS[1])];
      if (!chi || !q) return undefined;
      for (const count of COUNTS) {
        const field = await run(state.measure, count);
        if (!field) return undefined;
        plane = { state, field, chi, q };
        draw(plane, store.get(), parts);
        await nextFrame();
        if (!isCurrent(state)) return undefined;
      }
      return plane;
    },
    // (the crosshair moves by itself)
    marked: ({ depth }) => depth,
    draw: (drawn, state) => draw(drawn, state, parts),
    downloads: (drawn) => filesOf(drawn),
  });
}

/** Where a state's network lies in the plane, 0 to 1; its edges stand for what lies beyond. */
function placeOf(state: State): { x: number; y: number } {
  const ranges = planeRanges(state);
  const { sigma_w2, sigma_b2 } = variancesOf(state);
  const part = (value: number, [low, high]: readonly [number, number]) =>
    Math.min(Math.max((value - low) / (high - low), 0), 1);
  return {
    x: part(sigma_w2, ranges.x),
    y: part(state.y === 'drop' ? Number(state.drop) : sigma_b2, ranges.y),
  };
}

/** The network at a place of the plane: it has variances of its own. */
function stateAt(place: { x: number; y: number }, state: State): Partial<State> {
  const ranges = planeRanges(state);
  const value = (part: number, [low, high]: readonly [number, number], digits: number) =>
    Number((low + part * (high - low)).toFixed(digits));
  const { sigma_b2 } = variancesOf(state);
  return {
    init: isOwn(state.init) ? state.init : 'gaussian',
    sigma_w2: Math.max(value(place.x, ranges.x, 3), 0.001),
    ...(state.y === 'drop'
      ? { drop: value(place.y, ranges.y, 3), sigma_b2 }
      : { sigma_b2: value(place.y, ranges.y, 4) }),
  };
}

/** The value of a field next to a place, 0 to 1. */
function valueAt({ columns, rows, values }: Field, { x, y }: { x: number; y: number }): number {
  const [column, row] = [Math.round(x * (columns - 1)), Math.round(y * (rows - 1))];
  return values[row * columns + column] ?? Number.NaN;
}

/** What the plane shows at a place, in words. */
function describePlace({ state, field, q }: Plane, place: { x: number; y: number }): string {
  const { x, y } = planeRanges(state);
  const at = (part: number, [low, high]: readonly [number, number]) =>
    formatNumber(low + Math.min(Math.max(part, 0), 1) * (high - low), 3);
  const { label, unit } = MEASURES[state.measure];
  const value = valueAt(field, place);
  const known = Number.isFinite(value)
    ? `${formatNumber(value, 3)}${unit && ` ${unit}`}`
    : whyMissing(state, valueAt(q, place));
  return `σw² ${at(place.x, x)}, ${state.y === 'drop' ? 'dropout' : 'σb²'} ${at(place.y, y)}: ${label} ${known}`;
}

const whyMissing = ({ measure }: State, q: number): string =>
  Number.isFinite(q)
    ? measure.startsWith('fitted')
      ? 'not known: nothing limits it, or nothing like this was measured'
      : 'infinite, or not known'
    : 'not known: the variance does not settle';

type Parts = {
  readonly figure: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly axes: SVGSVGElement;
  readonly surface: HTMLElement;
};

/** A place of a field in the picture. */
type ToPixels = (column: number, row: number) => readonly [x: number, y: number];

function draw(plane: Plane, now: State, { figure, canvas, axes, surface }: Parts): void {
  const { state, field, chi } = plane;
  const { label, unit, scale: kind } = MEASURES[state.measure];
  const width = widthOf(figure);
  const box: Box = {
    x: 56,
    y: 22,
    width: Math.max(width - 56 - 78, 80),
    height: Math.min(Math.max(width * 0.78, 240), 560),
  };
  const colours = colourScale(field, kind);
  const { scale, capped } = colours;
  const ranges = planeRanges(state);
  for (const element of [canvas, surface])
    for (const [name, value] of Object.entries({
      left: box.x,
      top: box.y,
      width: box.width,
      height: box.height,
    }))
      element.style.setProperty(name, `${value}px`);
  paint(canvas, field, colours);
  const pixels =
    ({ columns, rows }: Field): ToPixels =>
    (column, row) => [
      box.x + (column / (columns - 1)) * box.width,
      box.y + (1 - row / (rows - 1)) * box.height,
    ];
  const isDepth = state.measure.startsWith('fitted');
  axes.replaceChildren(
    ...labelledContours(field, scale, pixels(field)),
    ...(isDepth && now.depth !== '' ? wantedDepth(field, Number(now.depth), pixels(field)) : []),
    ...criticalLine(chi, pixels(chi)),
    ...phaseNames(plane, pixels(chi)),
    ...(isDepth ? deepest(field, pixels(field)) : []),
    frame(
      box,
      scaleAxis('weight variance, σw²', scaleBetween(...ranges.x, 'linear'), box.width),
      scaleAxis(UPWARDS[state.y], scaleBetween(...ranges.y, 'linear'), box.height),
      false,
    ),
    colourBar({ x: box.x + box.width + 14, y: box.y, width: 14, height: box.height }, colours, unit),
  );
  axes.setAttribute('width', String(width));
  axes.setAttribute('height', String(box.height + 66));
  const title = `${label}${unit && ` (${unit})`}`;
  axes.setAttribute(
    'aria-label',
    `Plane of ${state.activation}: ${title} over the weight variance and ${UPWARDS[state.y]}, from ${shown(scale.min)} to ${capped ? 'more than ' : ''}${shown(scale.max)}.`,
  );
  find('#plane .note').textContent = [
    `${title}.`,
    ...(capped ? [`Values above ${shown(scale.max)} have the last colour.`] : []),
    ...(field.values.some(Number.isNaN) ? ['Hatched: infinite, or not known.'] : []),
  ].join(' ');
}

/** Text that shows on every colour. */
const onColour = (x: number, y: number, text: string, attributes: Readonly<Record<string, string>> = {}) =>
  svg('text', { x, y, class: 'on-colour', 'text-anchor': 'middle', ...attributes }, text);

/** Where a label of a line goes: at the middle of its longest piece; nowhere where that is short. */
function middleOf(path: string): readonly [number, number] | undefined {
  const pieces = path
    .split('M')
    .filter(Boolean)
    .map((piece) => piece.split('L').map((point) => point.split(' ').map(Number) as [number, number]));
  const longest = pieces.reduce<[number, number][]>(
    (most, piece) => (piece.length > most.length ? piece : most),
    [],
  );
  return longest.length > 5 ? longest[Math.floor(longest.length / 2)] : undefined;
}

function labelledContours({ values, columns }: Field, scale: Scale, place: ToPixels): SVGElement[] {
  const levels = ticks(scale, 6);
  const lines = contours(values.map(scale.at), columns, levels.map(scale.at), place);
  return lines.flatMap((d, i) => {
    const at = middleOf(d);
    return [
      svg('path', { class: 'contour', d }),
      ...(at
        ? [onColour(at[0], at[1] + 4, formatNumber(levels[i] as number, 3), { class: 'on-colour level' })]
        : []),
    ];
  });
}

/** The line along which networks just train as deep as is wanted. */
function wantedDepth({ values, columns }: Field, depth: number, place: ToPixels): SVGElement[] {
  const [d = ''] = contours(values, columns, [depth], place);
  const at = middleOf(d);
  return [
    svg('path', { class: 'wanted', d }),
    ...(at ? [onColour(at[0], at[1] - 6, `${depth} layers, as you want`)] : []),
  ];
}

/** The line along which gradients keep their size. */
function criticalLine({ values, columns }: Field, place: ToPixels): SVGElement[] {
  const [d = ''] = contours(values, columns, [1], place);
  return [svg('path', { class: 'critical', d }, svg('title', {}, 'χ₁ = 1: gradients keep their size'))];
}

/** A part of the plane that is smaller than this has no name. */
const NAMED = 0.06;

/** What happens on both sides of the critical line, and where variances do not settle. */
function phaseNames({ state, chi, q }: Plane, place: ToPixels): SVGElement[] {
  const isNoisy = state.technique !== 'none' && (state.y === 'drop' || Number(state.drop) > 0);
  const names = isNoisy
    ? ['gradients vanish', 'gradients explode']
    : ['ordered: inputs become alike', 'chaotic: inputs become different'];
  const regions: readonly [string, (i: number) => boolean][] = [
    [names[0] as string, (i) => (chi.values[i] as number) < 0.98],
    [names[1] as string, (i) => (chi.values[i] as number) > 1.02 && Number.isFinite(q.values[i])],
    ['the variance does not settle', (i) => Number.isNaN(q.values[i])],
    ['the variance falls to 0', (i) => q.values[i] === 0 && (chi.values[i] as number) >= 0.98],
  ];
  const { columns } = chi;
  return regions.flatMap(([name, belongs]) => {
    const inside = [...chi.values.keys()].filter(belongs);
    if (inside.length < NAMED * chi.values.length) return [];
    const mean = (of: (i: number) => number) => inside.reduce((sum, i) => sum + of(i), 0) / inside.length;
    const [column, row] = [mean((i) => i % columns), mean((i) => Math.floor(i / columns))];
    // (the upper part of a region, where there are fewer lines)
    const [x, y] = place(column, Math.min(row * 1.55, columns - 2));
    return [onColour(x, y, name, { class: 'on-colour phase' })];
  });
}

/** The deepest place of the plane. */
function deepest({ values, columns }: Field, place: ToPixels): SVGElement[] {
  let best = -1;
  values.forEach((value, i) => {
    if (Number.isFinite(value) && (best < 0 || value > (values[best] as number))) best = i;
  });
  if (best < 0) return [];
  const [x, y] = place(best % columns, Math.floor(best / columns));
  const depth = formatNumber(values[best] as number, 3);
  return [
    svg(
      'path',
      { class: 'star', d: `M${x - 5} ${y}H${x + 5}M${x} ${y - 5}V${y + 5}` },
      svg('title', {}, `deepest here: ${depth} layers`),
    ),
  ];
}

/** The plane as files. */
function filesOf({ state, field }: Plane): Download[] {
  const { x, y } = planeAxes(state, field.columns);
  const { label, unit, scale } = MEASURES[state.measure];
  const name = `dropline-${state.measure}`;
  const picture = () =>
    encodeHeatMap(
      {
        x: { name: 'sigma_w2', values: [...x] },
        y: { name: state.y, values: [...y] },
        measure: state.measure,
        values: field.values,
        title: `${label}: ${state.activation}, ${state.technique}, width ${state.width}`,
        scale: scale === 'log' ? 'log' : 'linear',
        ...(unit && { unit }),
        meta: {},
      },
      { contours: true },
    );
  const rows = [...field.values].map((value, i) =>
    [x[i % field.columns], y[Math.floor(i / field.columns)], Number.isFinite(value) ? value : ''].join(','),
  );
  return [
    { name: `${name}.svg`, make: async () => new Blob([await picture()], { type: 'image/svg+xml' }) },
    { name: `${name}.png`, make: async () => rasterise(await picture()) },
    {
      name: `${name}.csv`,
      make: () =>
        new Blob([`${['sigma_w2,', state.y, ',', state.measure].join('')}\n${rows.join('\n')}\n`], {
          type: 'text/csv',
        }),
    },
  ];
}

/** A picture of lines as one of pixels, at twice its size. */
async function rasterise(source: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = html('canvas', { width: 2 * image.naturalWidth, height: 2 * image.naturalHeight });
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The browser made no PNG.'))),
      'image/png',
    ),
  );
}
