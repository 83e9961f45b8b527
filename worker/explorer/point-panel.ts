import { ask } from './api.ts';
import { find, html } from './dom.ts';
import { mount } from './panel.ts';
import { shown } from './plot.ts';
import { addressesOf, addressOf, fittedQuery, pointQuery, type Query } from './queries.ts';
import { publishedRules } from './rules.ts';
import type { Store } from './store.ts';

/** A row of `GET /v1/depth-scales`, with what the fitted rule says. */
type Row = Readonly<Record<string, unknown>>;

/** What is shown of a row, with its unit. */
const SHOWN: readonly [column: string, label: string, unit: string][] = [
  ['q_star', 'q*', ''],
  ['c_star', 'c*', ''],
  ['chi_1', 'χ₁', ''],
  ['chi_c', 'χ₂', ''],
  ['xi_1', 'ξ₁', 'layers'],
  ['xi_2', 'ξ₂', 'layers'],
];

/** A change is read out when nothing has changed for so long, in milliseconds. */
const PAUSE = 700;

/**
 * The numbers of the network at the pointer.
 *
 * @param store the state of the page
 */
export function pointPanel(store: Store): void {
  const figure = find('#point .figure');
  const where = find('#where');
  let pause = 0;
  mount<Row>(store, {
    id: 'point',
    source: (state) => addressesOf(pointQuery(state)),
    load: async (state, signal) => {
      const rowOf = async (query: Query) =>
        ((await (await ask(addressOf(query), signal)).json()) as { rows: [Row] }).rows[0];
      const [scales, fitted] = await Promise.all([rowOf(pointQuery(state)), rowOf(fittedQuery(state))]);
      return { ...scales, ...fitted, reason: scales.reason, why: fitted.reason };
    },
    draw: (row) => {
      figure.replaceChildren(
        ...headline(row),
        html(
          'dl',
          {},
          ...SHOWN.map(([column, label, unit]) =>
            html('div', {}, html('dt', {}, label), html('dd', {}, number(row, column, unit))),
          ),
        ),
        html('p', { class: 'note' }, story(row)),
      );
      clearTimeout(pause);
      pause = setTimeout(() => {
        const [x, y] = [row.sigma_w2, row[store.get().y]];
        where.textContent = `sigma_w2 ${shown(x)}, ${store.get().y} ${shown(y)}: ξ₂ ${number(row, 'xi_2', 'layers')}, ξ₁ ${number(row, 'xi_1', 'layers')}.`;
      }, PAUSE);
    },
  });
}

/** How many layers can be trained: by the fitted rule where it has an answer, and by the published ones. */
function headline(row: Row): HTMLElement[] {
  const layers = (column: string) =>
    typeof row[column] === 'number' ? String(Math.floor(row[column] as number)) : '∞';
  const published = publishedRules(row);
  const line = (depth: string, words: string) =>
    html('p', { class: 'headline' }, html('b', {}, depth), html('span', {}, words));
  if (typeof row.fitted_depth !== 'number')
    return [
      line(published.depth, `layers ${published.by}`),
      html(
        'p',
        { class: 'note' },
        `No depth by the rule fitted to measured networks. ${row.why ?? ''}`.trim(),
      ),
    ];
  const beyond = String(row.fitted_extrapolates ?? '').replace('network', 'the network');
  const guess = beyond ? ` (a guess: ${beyond} beyond what was measured)` : '';
  return [
    line(
      `${layers('fitted_low')} – ${layers('fitted_high')}`,
      `layers of width 100 can be trained with 500 steps of sgd at the best of the usual learning rates, by the rule fitted to measured networks${guess}`,
    ),
    html('p', { class: 'note' }, published.sentence),
  ];
}

function number(row: Row, column: string, unit: string): string {
  const value = row[column];
  if (value === null) return row.reason === 'unbounded' ? '∞' : '–';
  return `${shown(value)}${unit && ` ${unit}`}`;
}

/** What the variance does where it does not settle at one place from everywhere. */
const STATUSES: Record<string, string> = {
  neutral: 'Every variance is kept.',
  bistable: 'From another q0 the variance settles elsewhere.',
  collapses: 'The variance falls to 0: the numbers are limits.',
  diverges: 'The variance grows without bound: the numbers are limits.',
  no_fixed_point: 'The variance neither settles nor grows.',
};

/** The phase and what gradients do, in a sentence. */
function story({ phase, gradient, status }: Row): string {
  const phases: Record<string, string> = {
    noisy: 'Each input has noise of its own: there is no sharp transition, and every ξ₂ is finite.',
    ordered: 'Ordered phase: two inputs become alike.',
    chaotic: 'Chaotic phase: two inputs become different.',
    critical: 'On the critical line: neither correlation nor gradient limits the depth.',
  };
  const parts = [
    phases[String(phase)] ?? '',
    gradient ? `One input’s gradient is ${gradient}.` : '',
    STATUSES[String(status)] ?? '',
  ];
  return parts.filter(Boolean).join(' ');
}
