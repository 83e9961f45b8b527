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
        html(
          'p',
          { class: 'headline' },
          html('b', {}, headline(advice.verdict)),
          `You want ${depth} layers.`,
        ),
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

/** `not_trainable` as a headline. */
function headline(verdict: unknown): string {
  const words = String(verdict ?? 'unknown').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A list of what would help: what to change in a sentence, and whether it is enough. */
function changes(list: unknown): HTMLElement[] {
  if (!Array.isArray(list) || list.length === 0) return [];
  const items = list.map(({ what, enough }: { what: string; enough: boolean }) =>
    html(
      'li',
      { class: enough ? 'enough' : 'helps' },
      `${what} `,
      html('i', {}, enough ? 'Enough.' : 'Not enough alone.'),
    ),
  );
  return [html('h3', {}, 'What would help'), html('ul', {}, ...items)];
}
