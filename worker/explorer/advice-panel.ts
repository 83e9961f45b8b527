import { ask } from './api.ts';
import { find, html } from './dom.ts';
import { copy, mount } from './panel.ts';
import { shown } from './plot.ts';
import { addressesOf, addressOf, adviceQuery } from './queries.ts';
import type { Store } from './store.ts';

/** The row of `GET /v1/advice`; what it has more is not shown. */
type Advice = Readonly<Record<string, unknown>>;

/**
 * What the API advises for the network of the page.
 *
 * @param store the state of the page
 */
export function advicePanel(store: Store): void {
  const figure = find('#advice .figure');
  mount<Advice>(store, {
    id: 'advice',
    source: (state) => addressesOf(adviceQuery(state)),
    load: async (state, signal) => {
      const response = await ask(addressOf(adviceQuery(state)), signal);
      return ((await response.json()) as { rows: [Advice] }).rows[0];
    },
    draw: (advice, { depth }) => {
      const snippet = String(advice.snippet ?? '');
      const button = html('button', { type: 'button' }, 'Copy');
      button.addEventListener('click', () => copy(snippet, 'your code'));
      figure.replaceChildren(
        html('p', { class: 'headline' }, html('b', {}, verdict(advice.trainable)), limit(advice, depth)),
        ...(advice.reason ? [html('p', {}, String(advice.reason))] : []),
        html(
          'dl',
          {},
          ...['sigma_w2', 'sigma_b2', 'std'].map((name) =>
            html('div', {}, html('dt', {}, name), html('dd', {}, shown(advice[name]))),
          ),
        ),
        ...changes(advice.changes),
        ...(snippet
          ? [
              html(
                'div',
                { class: 'snippet' },
                html('pre', { tabindex: 0 }, html('code', {}, snippet)),
                button,
              ),
            ]
          : []),
      );
    },
  });
}

/** The answer is a truth value, or a word where it is in doubt. */
function verdict(trainable: unknown): string {
  if (trainable === true) return 'Trainable';
  if (trainable === false) return 'Not trainable';
  const words = String(trainable ?? 'unknown').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function limit(advice: Advice, depth: number): string {
  return typeof advice.limit === 'number'
    ? `The limit is ${shown(advice.limit)} layers; you want ${depth}.`
    : `You want ${depth} layers.`;
}

/** A list of what would help: sentences, or objects that name a change, its parameters, and whether it is enough. */
function changes(list: unknown): HTMLElement[] {
  if (!Array.isArray(list) || list.length === 0) return [];
  return [
    html('h3', {}, 'What would help'),
    html('ul', {}, ...list.map((change) => html('li', {}, ...words(change)))),
  ];
}

function words(change: unknown): (HTMLElement | string)[] {
  if (typeof change !== 'object' || change === null) return [String(change)];
  const { change: name, enough, contrast: _, ...parameters } = change as Record<string, unknown>;
  const shownParameters = Object.entries(parameters).map(
    ([parameter, value]) => `${parameter} ${typeof value === 'number' ? shown(value) : String(value)}`,
  );
  return [
    ...(name === undefined ? [] : [html('b', {}, String(name).replaceAll('_', ' ')), ': ']),
    shownParameters.join(', '),
    ...(enough === undefined ? [] : [enough ? ' (enough)' : ' (not enough alone)']),
  ];
}
