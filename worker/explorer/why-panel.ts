import { blockRow, followNetwork, scalesRow } from './answer.ts';
import type { Rows } from './api.ts';
import { drawChart, lineOf } from './chart.ts';
import { find, html } from './dom.ts';
import { mount } from './panel.ts';
import {
  blocksQuery,
  blockTrajectoryQuery,
  isPlain,
  scalesQuery,
  trajectoryQuery,
  variancesOf,
} from './question.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';
import { scalesWords, TERMS, type Term, valueWords } from './words.ts';

type Row = Readonly<Record<string, unknown>>;

/** What is shown of a plain stack, and of a network of blocks: a term, and the column that holds it. */
const PLAIN = ['sigma_w2', 'sigma_b2', 'q_star', 'c_star', 'chi_1', 'xi_1', 'xi_2'] as const;
const BLOCKS = ['margin', 'c_star', 'block_xi_2', 'kappa', 'gradient_ratio'] as const;

/**
 * The numbers that the theory derives from the network of the page, each with what it means.
 *
 * @param store the state of the page
 */
export function whyPanel(store: Store): void {
  const figure = find('#why .figure');
  mount<Row>(store, {
    id: 'why',
    query: (state) => (isPlain(state) ? scalesQuery(state) : blocksQuery(state)),
    load: (state) => {
      if (isPlain(state)) return { ...scalesRow(state), ...variancesOf(state) };
      const { xi_2, ...row } = blockRow(state);
      return { ...row, block_xi_2: xi_2 };
    },
    draw: (row, state) => {
      const names = isPlain(state)
        ? PLAIN
        : BLOCKS.filter((name) => typeof row[name] === 'number' || name === 'margin');
      figure.replaceChildren(
        html('dl', {}, ...names.map((name) => entry(name, TERMS[name], row))),
        html('p', { class: 'note' }, isPlain(state) ? scalesWords(row) : String(row.reason ?? '')),
      );
    },
  });
}

/** A term with its value; what it means shows on hover, focus and tap. */
function entry(name: string, { symbol, name: words, unit, meaning }: Term, row: Row): HTMLElement {
  const tip = html('span', { role: 'tooltip', id: `tip-${name}` }, meaning);
  return html(
    'div',
    { class: 'term', tabindex: 0, 'aria-describedby': `tip-${name}` },
    html('dt', {}, html('b', {}, symbol), ` ${words}`),
    html('dd', {}, valueWords(row[name], unit, row.reason === 'unbounded')),
    tip,
  );
}

/**
 * The network of the page layer by layer, or block by block.
 *
 * @param store the state of the page
 */
export function layersPanel(store: Store): void {
  const charts = [0, 1, 2].map((i) => find(`#layers [data-chart="${i}"]`));
  const title = find('#layers-title');
  mount<{ readonly rows: Rows; readonly plain: boolean }>(store, {
    id: 'layers',
    query: (state: State) => (isPlain(state) ? trajectoryQuery(state) : blockTrajectoryQuery(state)),
    load: (state) => ({ rows: followNetwork(state) as Rows, plain: isPlain(state) }),
    draw: ({ rows, plain }) => {
      title.textContent = plain ? 'Layer by layer' : 'Block by block';
      const shown = plain ? layerCharts(rows) : blockCharts(rows);
      charts.forEach((host, i) => {
        const chart = shown[i];
        host.hidden = chart === undefined;
        if (chart) drawChart(host, { x: plain ? 'layer' : 'block', height: 210, ...chart });
        else host.replaceChildren();
      });
    },
  });
}

type Chart = Omit<Parameters<typeof drawChart>[1], 'x' | 'height'>;

function layerCharts(rows: Rows): Chart[] {
  const values = rows.flatMap((row) => (typeof row.q === 'number' ? [row.q] : []));
  const wide = Math.max(...values) > 50 * Math.min(...values);
  return [
    {
      ...{ y: 'q', kind: wide ? 'log' : 'linear' },
      lines: [lineOf(rows, 'layer', 'q', 'variance q of the pre-activations')],
    },
    {
      ...{ y: 'c', kind: 'linear', colour: 1 },
      lines: [lineOf(rows, 'layer', 'c', 'correlation c of two inputs that start at .5')],
      range: [Math.min(0, ...rows.map((row) => row.c ?? 0)), 1],
    },
    {
      ...{ y: 'gradient', kind: 'log', colour: 2 },
      lines: [lineOf(rows, 'layer', 'gradient_1', 'squared gradient, last layer = 1')],
    },
  ];
}

/** A margin is a difference of two numbers up to 1: what is left of it below this is rounding. */
const ROUNDING = 1e-14;

function blockCharts(rows: Rows): Chart[] {
  const known = rows.map((row) => ({
    ...row,
    margin: (row.margin ?? 0) < ROUNDING ? null : (row.margin as number),
  }));
  return [
    {
      ...{ y: 'margin', kind: 'log' },
      lines: [lineOf(known, 'block_number', 'margin', 'margin, c_masks − c_inputs')],
    },
    {
      ...{ y: 'c', kind: 'linear', colour: 1 },
      lines: [
        lineOf(rows, 'block_number', 'c_masks', 'c_masks: one input, two masks'),
        lineOf(rows, 'block_number', 'c_inputs', 'c_inputs: two inputs'),
      ],
      range: [Math.min(0, ...rows.map((row) => row.c_inputs ?? 0)), 1],
    },
  ];
}
