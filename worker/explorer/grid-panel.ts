import type { Grid, GridSummary } from '../../schemas/grid.ts';
import { find, html } from './dom.ts';
import { drawGrid } from './grid-figure.ts';
import { type Frontier, GRIDS, type Nearest } from './grids.ts';
import { curvesOver } from './measured.ts';
import { mount, restsAt } from './panel.ts';
import { shown } from './plot.ts';
import { addressOf, depthQuery, isPlain, type Query, variancesOf } from './question.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

type Rows = readonly Readonly<Record<string, number | null>>[];

/** A grid and what is laid over it; what could not be had is empty, and said. */
type Data = {
  readonly grid: Grid;
  readonly curves: Rows;
  readonly frontier: Frontier;
  readonly nearest: Nearest;
  readonly lacking: readonly string[];
};

/** What grids are filtered by. */
const FILTERS = ['data', 'activation', 'technique'] as const;

/**
 * A measured grid, the nearest to the network of the page unless another is picked, with the predicted curves, the measured frontier, and the
 * network and its depth in it.
 *
 * @param store the state of the page
 */
export function gridPanel(store: Store): void {
  const section = find('#measured');
  const figure = find('.figure', section);
  const select = find<HTMLSelectElement>('[data-grid]', section);
  const [note, readout] = [find('.note', section), find('.readout', section)];
  const filters = FILTERS.map((name) => find<HTMLSelectElement>(`[data-filter=${name}]`, section));
  let grids: readonly GridSummary[] | undefined;
  let nearest: Nearest = null;
  const filtered = () =>
    (grids ?? []).filter((grid) =>
      FILTERS.every((name, i) => !filters[i]?.value || grid[name] === filters[i]?.value),
    );
  /** What differs between a grid and the network: the fewer the nearer. */
  const differences = ({ activation, technique, data, settings }: GridSummary, state: State) =>
    4 * Number(activation !== state.activation) +
    2 * Number(technique !== state.technique) +
    Number(data !== state.data) +
    Number(settings?.optimiser !== state.optimiser);
  const fill = (state: State) => {
    const list = filtered().toSorted((a, b) => differences(a, state) - differences(b, state));
    const known = state.grid === '' || list.some(({ id }) => id === state.grid);
    select.replaceChildren(
      html('option', { value: '' }, nearest ? 'the nearest to my network' : 'the most alike'),
      ...(known ? [] : [html('option', { value: state.grid }, state.grid)]),
      ...list.map(({ id, title }) => html('option', { value: id }, title)),
    );
    select.value = state.grid;
  };
  const chosen = (state: State) =>
    state.grid ||
    nearest?.id ||
    filtered().toSorted((a, b) => differences(a, state) - differences(b, state))[0]?.id ||
    '';
  select.addEventListener('change', () => store.set({ grid: select.value }));
  for (const filter of filters) filter.addEventListener('change', () => fill(store.get()));
  const read = (event: Event) => {
    readout.textContent = (event.target as Element).querySelector?.('title')?.textContent ?? '';
  };
  figure.addEventListener('pointermove', read);
  figure.addEventListener('click', read);

  const query = (state: State): Query => {
    const id = chosen(state);
    return { path: id ? `grids/${id}` : 'grids', parameters: {} };
  };
  mount<Data>(store, {
    id: 'measured',
    query,
    key: (state) => (isPlain(state) ? addressOf(depthQuery(state)) : ''),
    load: async (state, signal) => {
      if (grids && !(await restsAt(store, state))) return undefined;
      if (!grids) {
        grids = await GRIDS.list(signal);
        FILTERS.forEach((name, i) => {
          const values = [...new Set(grids?.map((grid) => grid[name]))].sort();
          filters[i]?.replaceChildren(
            html('option', { value: '' }, 'all'),
            ...values.map((value) => html('option', { value }, value)),
          );
        });
      }
      const lacking: string[] = [];
      const attempt = async <T>(what: string, load: () => Promise<T>): Promise<T | undefined> => {
        try {
          return await load();
        } catch (error) {
          if (signal.aborted) throw error;
          lacking.push(`${what} could not be had: ${(error as Error).message}`);
          return undefined;
        }
      };
      nearest = isPlain(state)
        ? ((await attempt('The nearest measurement', () => GRIDS.nearest(state, signal))) ?? null)
        : null;
      fill(state);
      const id = chosen(state);
      if (!id) throw new Error('No grid has been published here yet.');
      const grid = await GRIDS.grid(id, signal);
      const frontier = grid.meta.plan.axes.depth
        ? ((await attempt('The measured frontier', () => GRIDS.frontier(id, signal))) ?? [])
        : [];
      const curves = curvesOver(grid);
      return { grid, curves, frontier, nearest, lacking };
    },
    draw: ({ grid, curves, frontier, lacking, ...data }, state) => {
      drawGrid(figure, { grid, curves, frontier, mine: mineIn(grid, state) });
      const { data: set, network, training, evaluation, seeds } = grid.meta.plan;
      const isNearest = data.nearest?.id === grid.id;
      note.textContent = [
        isNearest ? nearestWords(data.nearest) : 'Not the nearest to my network.',
        `${set.name}, ${network.activation}, ${network.width ? `width ${network.width}` : 'several widths'}, ${training.steps} steps of ${training.optimiser}, ${seeds.length} seeds. Colour: training accuracy in %, noise off; trained is ${shown(100 * (evaluation.accuracy_threshold ?? 0.5))} %.`,
        ...lacking,
      ].join(' ');
    },
  });
}

function nearestWords(nearest: Nearest): string {
  if (!nearest) return '';
  const { distance, depth } = nearest;
  const how =
    distance === null
      ? ''
      : distance < 0.05
        ? 'They are all but the same as my network. '
        : `Their distance to my network is ${shown(distance)} (below 0.3 is near). `;
  return `The nearest networks that were trained. ${how}${depth === null ? '' : `They train down to ${Math.floor(depth)} layers.`}`;
}

/** Where the network of the page lies in a grid: at its value along the axis to the right, and at its depth. */
function mineIn({ meta }: Grid, state: State): { x: number | undefined; depth: number | undefined } {
  if (!isPlain(state)) return { x: undefined, depth: undefined };
  const { axes } = meta.plan;
  const x = axes.sigma_w2
    ? variancesOf(state).sigma_w2
    : axes.keep
      ? 1 - Number(state.drop)
      : axes.width
        ? Number(state.width)
        : undefined;
  return { x, depth: axes.depth ? Number(state.depth) : undefined };
}
