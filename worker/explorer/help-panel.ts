import { copy } from './clipboard.ts';
import { find, html } from './dom.ts';
import type { Helps } from './help.ts';
import { mount, restsAt } from './panel.ts';
import { adviceQuery } from './question.ts';
import type { Store } from './store.ts';
import { applyButton, helpsFor } from './verdict-panel.ts';

/**
 * All changes that would help, and code for the recommended network.
 *
 * @param store the state of the page
 */
export function helpPanel(store: Store): void {
  const figure = find('#help .figure');
  mount<Helps>(store, {
    id: 'help',
    query: adviceQuery,
    // (what helps depends on the weights that the network has, too)
    key: ({ init, sigma_w2, sigma_b2 }) => JSON.stringify([init, sigma_w2, sigma_b2]),
    load: async (state) => ((await restsAt(store, state)) ? helpsFor(state) : undefined),
    draw: ({ list, snippet, complete, isTrainable }) => {
      const code = snippet ?? '';
      const button = html('button', { type: 'button' }, 'Copy');
      button.addEventListener('click', () => copy(code, 'your code'));
      figure.replaceChildren(
        ...(isTrainable
          ? [
              html(
                'p',
                {},
                `The depth can be trained as it is.${list.length > 0 ? ' These would leave more room:' : ''}`,
              ),
            ]
          : []),
        html(
          'ul',
          { class: 'helps' },
          ...list.map(({ what, enough, change }) =>
            html(
              'li',
              enough ? { class: 'enough' } : {},
              what,
              ' ',
              ...(isTrainable ? [] : [html('i', {}, enough ? 'Enough.' : 'Not enough alone.')]),
              ...(change ? [' ', applyButton(store, change)] : []),
            ),
          ),
        ),
        ...(complete ? [] : [html('p', { class: 'note' }, 'There was no time to look at all changes.')]),
        ...(code
          ? [
              html(
                'details',
                { class: 'snippet' },
                html('summary', {}, 'Code: the network with the recommended weights'),
                html('pre', { tabindex: 0 }, html('code', {}, code)),
                button,
              ),
            ]
          : []),
      );
    },
  });
}
