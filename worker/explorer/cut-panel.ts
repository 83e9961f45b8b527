import { ask, type Rows, rowsOf, withinLimit } from './api.ts';
import { drawChart, lineOf } from './chart.ts';
import { find } from './dom.ts';
import { mount } from './panel.ts';
import { addressesOf, addressOf, COUNTS, cutQuery, trajectoryQuery } from './queries.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/**
 * The depth scales along sigma_w2, through the pointer.
 *
 * @param store the state of the page
 */
export function cutPanel(store: Store): void {
  const figure = find('#cut .figure');
  mount<{ readonly rows: Rows; readonly asked: State }>(store, {
    id: 'cut',
    source: (state) => addressesOf(cutQuery(state, COUNTS.cut)),
    answered: ({ asked, rows }) => addressesOf(cutQuery(asked, rows.length)),
    load: (state, signal) =>
      withinLimit(
        async (count) => ({
          rows: await rowsOf(await ask(addressOf(cutQuery(state, count)), signal)),
          asked: state,
        }),
        COUNTS.cut,
        1,
      ),
    marked: ({ sigma_w2 }) => sigma_w2,
    draw: ({ rows }, { sigma_w2 }) =>
      drawChart(figure, {
        x: 'weight variance, sigma_w2',
        y: 'layers',
        kind: 'log',
        lines: [lineOf(rows, 'sigma_w2', 'xi_1', 'ξ₁'), lineOf(rows, 'sigma_w2', 'xi_2', 'ξ₂')],
        marker: sigma_w2,
        height: 250,
      }),
  });
}

/**
 * Variance, correlation and gradient of the network at the pointer, layer by layer.
 *
 * @param store the state of the page
 */
export function trajectoryPanel(store: Store): void {
  const [q, c, gradient] = ['q', 'c', 'gradient'].map((name) => find(`#trajectory [data-chart=${name}]`)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  mount<Rows>(store, {
    id: 'trajectory',
    source: (state) => addressesOf(trajectoryQuery(state)),
    load: async (state, signal) => rowsOf(await ask(addressOf(trajectoryQuery(state)), signal)),
    draw: (rows) => {
      const shared = { x: 'layer', height: 210 };
      const values = rows.flatMap((row) => (typeof row.q === 'number' ? [row.q] : []));
      const wide = Math.max(...values) > 50 * Math.min(...values);
      drawChart(q, {
        ...shared,
        y: 'q',
        kind: wide ? 'log' : 'linear',
        lines: [lineOf(rows, 'layer', 'q', 'variance q')],
      });
      const low = Math.min(0, ...rows.map((row) => row.c ?? 0));
      drawChart(c, {
        ...shared,
        y: 'c',
        kind: 'linear',
        lines: [lineOf(rows, 'layer', 'c', 'correlation c of two inputs')],
        colour: 1,
        range: [low, 1],
      });
      drawChart(gradient, {
        ...shared,
        y: 'gradient_1',
        kind: 'log',
        lines: [lineOf(rows, 'layer', 'gradient_1', 'squared gradient, last layer = 1')],
        colour: 2,
      });
    },
  });
}
