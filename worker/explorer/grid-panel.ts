import type { Grid, GridSummary } from '../../schemas/grid.ts';
import { ask } from './api.ts';
import { find, html } from './dom.ts';
import { drawGrid, type Frontier } from './grid-figure.ts';
import { curvesQuery } from './measured.ts';
import { mount } from './panel.ts';
import { shown } from './plot.ts';
import { addressOf } from './queries.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

type Rows = readonly Readonly<Record<string, number | null>>[];

/** A grid and what is laid over it; what could not be had is empty, and said. */
type Data = {
  readonly grid: Grid;
  readonly curves: Rows;
  readonly frontier: Frontier;
  readonly lacking: readonly string[];
};

/**
 * A measured grid, with the predicted curves and the measured frontier over it.
 *
 * @param store the state of the page
 */
export function gridPanel(store: Store): void {
  const figure = find('#measured .figure');
  const select = find<HTMLSelectElement>('#measured select');
  const note = find('#measured .note');
  let grids: readonly GridSummary[] | undefined;
  // Where none is named, the whole plane with the most networks: its picture says the most.
  const size = ({ cells, searched }: GridSummary) => (searched ? 0 : cells);
  const largest = () => grids?.reduce((most, one) => (size(one) > size(most) ? one : most)).id;
  const chosen = ({ grid }: State) => grid || (grids?.length ? (largest() as string) : '');
  select.addEventListener('change', () => store.set({ grid: select.value }));

  mount<Data>(store, {
    id: 'measured',
    source: (state) => {
      const id = chosen(state);
      return id
        ? { json: `/v1/grids/${id}`, csv: `/v1/grids/${id}.csv` }
        : { json: '/v1/grids', csv: '/v1/grids.csv' };
    },
    load: async (state, signal) => {
      if (!grids) {
        grids = ((await (await ask('/v1/grids', signal)).json()) as { rows: GridSummary[] }).rows;
        const known = grids.some(({ id }) => id === state.grid) || !state.grid;
        const others = known ? [] : [html('option', { value: state.grid }, state.grid)];
        select.replaceChildren(
          ...others,
          ...grids.map(({ id, title }) => html('option', { value: id }, title)),
        );
      }
      const id = chosen(state);
      if (!id) throw new Error('No grid has been published here yet.');
      select.value = id;
      const grid = (await (await ask(`/v1/grids/${id}`, signal)).json()) as Grid;
      const lacking: string[] = [];
      const rows = async <T>(address: string, what: string): Promise<T | readonly never[]> => {
        try {
          return ((await (await ask(address, signal)).json()) as { rows: T }).rows;
        } catch (error) {
          if (signal.aborted) throw error;
          lacking.push(`${what} could not be had: ${(error as Error).message}`);
          return [];
        }
      };
      const parameters = curvesQuery(grid, 61);
      const [curves, frontier] = await Promise.all([
        parameters ? rows<Rows>(addressOf({ path: 'depth-scales', parameters }), 'The predicted curves') : [],
        grid.meta.plan.axes.depth ? rows<Frontier>(`/v1/grids/${id}/frontier`, 'The measured frontier') : [],
      ]);
      return { grid, curves, frontier, lacking };
    },
    draw: ({ grid, curves, frontier, lacking }, state) => {
      select.value = chosen(state);
      drawGrid(figure, { grid, curves, frontier });
      const { data, network, training, evaluation, seeds } = grid.meta.plan;
      note.textContent = [
        `${data.name}, ${network.activation}, ${network.width ? `width ${network.width}` : 'several widths'}, ${training.steps} steps of ${training.optimiser}, ${seeds.length} seeds. Colour: training accuracy in %, noise off; trained is ${shown(100 * (evaluation.accuracy_threshold ?? 0.5))} %.`,
        ...lacking,
      ].join(' ');
    },
  });
}
