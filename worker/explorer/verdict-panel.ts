import { OutOfWork, ParameterError } from '../../theory/index.ts';
import { type Answer, answer } from './answer.ts';
import { find, html } from './dom.ts';
import { findHelps, type Helps } from './help.ts';
import { mount, restsAt } from './panel.ts';
import { adviceQuery, blocksQuery, depthQuery, isPlain, numberOf } from './question.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';
import { verdictWords } from './words.ts';

const isNoisy = (state: State) => state.technique !== 'none' && (numberOf(state, 'drop') ?? 0) > 0;

/** How deep the network of a state can be, as the API is asked for it. */
const verdictQuery = (state: State) => (isPlain(state) ? depthQuery(state) : blocksQuery(state));

/**
 * The answer: whether the network of the page can be trained, how deep such networks train, what ends that, and what would help most.
 *
 * @param store the state of the page
 */
export function verdictPanel(store: Store): void {
  const section = find('#verdict');
  const [title, figure] = [find('h2', section), find('.figure', section)];
  const best = html('p', { class: 'best' });
  mount<Answer>(store, {
    id: 'verdict',
    query: verdictQuery,
    load: (state) => answer(state),
    draw: (found, state) => {
      const { headline, number, of, limit, other, caveat } = verdictWords(found, isNoisy(state));
      section.dataset.verdict = found.verdict.verdict;
      title.textContent = headline;
      figure.replaceChildren(
        html('p', { class: 'headline' }, html('b', {}, number), html('span', {}, of)),
        ...(limit ? [html('p', {}, limit)] : []),
        best,
        ...(other || caveat ? [html('p', { class: 'note' }, `${other} ${caveat}`.trim())] : []),
      );
    },
  });
  store.subscribe(async (state) => {
    best.classList.add('old');
    if (!(await restsAt(store, state))) return;
    best.classList.remove('old');
    best.replaceChildren(...bestHelp(store, state));
  });
}

/** The one change that helps most, with a button that makes it. */
function bestHelp(store: Store, state: State): (Node | string)[] {
  const helps = helpsFor(state);
  if (!helps) return [];
  const [first] = helps.list;
  if (helps.isTrainable) return ['Nothing needs to change.'];
  if (!first) return helps.complete ? ['No change was found that would be enough.'] : [];
  return [
    html('strong', {}, first.enough ? 'What would be enough: ' : 'What would help, and not be enough: '),
    first.what,
    ...(first.change ? [' ', applyButton(store, first.change)] : []),
  ];
}

/** A button that makes a change to the network of the page. */
export function applyButton(store: Store, change: Partial<State>): HTMLButtonElement {
  const button = html('button', { type: 'button' }, 'Try it');
  button.addEventListener('click', () => store.set(change));
  return button;
}

let known: { readonly asked: string; readonly helps: Helps | undefined } | undefined;

/**
 * What would help the network of a state; found once for all panels that show it.
 *
 * @param state of the page
 * @returns undefined where the theory does not cover it
 */
export function helpsFor(state: State): Helps | undefined {
  const asked = JSON.stringify([adviceQuery(state), verdictQuery(state)]);
  if (known?.asked !== asked) known = { asked, helps: attempt(state) };
  return known.helps;
}

function attempt(state: State): Helps | undefined {
  try {
    return findHelps(state, answer(state).verdict.verdict);
  } catch (error) {
    // (the verdict's panel says what is wrong)
    if (error instanceof ParameterError || error instanceof OutOfWork) return undefined;
    throw error;
  }
}
