import { DroplineError } from '../../client/request.ts';
import { latest } from './api.ts';
import { COPIES, copyText } from './copy-as.ts';
import { find, html } from './dom.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** A part of the page that shows one answer of the API. */
export type Panel<Data> = {
  /** of its section in the page */
  readonly id: string;
  /** the addresses of what it shows; it asks again when that of the JSON changes */
  readonly source: (state: State) => { readonly json: string; readonly csv: string };
  /** the addresses of the very answer that it shows, where it may have had to ask for another than the source */
  readonly answered?: (data: Data) => { readonly json: string; readonly csv: string };
  /** what the picture shows of the state besides the answer: it is drawn again when this changes */
  readonly marked?: (state: State) => unknown;
  /** asks the API */
  readonly load: (state: State, signal: AbortSignal) => Promise<Data>;
  /** shows an answer; again where the room for it changes */
  readonly draw: (data: Data, state: State) => void;
};

/**
 * Brings a panel to life: it follows the state, says what went wrong and keeps the last picture meanwhile, and its data can
 * be taken along.
 *
 * @param store the state of the page
 * @param panel what to show
 */
export function mount<Data>(store: Store, { id, source, answered, load, draw, marked }: Panel<Data>): void {
  const section = find(`#${id}`);
  const figure = find('.figure', section);
  const { links, follow } = takeAlong();
  section.append(links);
  let shown: { readonly data: Data; readonly address: string } | undefined;
  let failed: string | undefined;
  let mark: unknown;

  const point = (state: State) => {
    const asked = source(state);
    const same = shown?.address === asked.json ? shown : undefined;
    follow((same && answered?.(same.data)) ?? asked);
  };
  const redraw = () => {
    mark = marked?.(store.get());
    if (shown) draw(shown.data, store.get());
  };
  const refresh = latest(async (state: State, signal) => {
    const address = source(state).json;
    if (address === shown?.address) return settle(undefined);
    if (address === failed) return;
    section.setAttribute('aria-busy', 'true');
    try {
      const data = await load(state, signal);
      // only now it may be known which grid is the first
      shown = { data, address: source(state).json };
      point(store.get());
      settle(undefined);
      redraw();
    } catch (error) {
      if (!signal.aborted) settle(error as Error, address);
    } finally {
      section.removeAttribute('aria-busy');
    }
  });
  const settle = (error: Error | undefined, address?: string) => {
    failed = address;
    message(section, error, again);
  };
  const again = () => {
    failed = undefined;
    refresh(store.get());
  };

  store.subscribe((state) => {
    point(state);
    if (marked && mark !== marked(state)) redraw();
    refresh(state);
  });
  new ResizeObserver(redraw).observe(figure);
  window.addEventListener('online', () => failed !== undefined && again());
}

/** Shows an error with a way to try again, or takes it away. */
function message(section: HTMLElement, error: Error | undefined, again: () => void): void {
  const box = find('.message', section);
  box.hidden = !error;
  section.classList.toggle('stale', error !== undefined);
  if (!error) {
    box.replaceChildren();
    return;
  }
  const known = error instanceof DroplineError;
  if (!known) console.error(error);
  const retry = html('button', { type: 'button' }, 'Try again');
  retry.addEventListener('click', again);
  box.replaceChildren(
    html('span', {}, known ? error.message : `This could not be shown: ${error.message}`),
    retry,
  );
}

/** Links to the data, and buttons that copy the query for elsewhere. */
function takeAlong(): { links: HTMLElement; follow: (to: { json: string; csv: string }) => void } {
  const json = html('a', {}, '.json');
  const csv = html('a', {}, '.csv');
  const buttons = COPIES.map((where) => {
    const button = html('button', { type: 'button' }, where);
    button.addEventListener('click', () => copy(copyText(where, json.href, csv.href), where));
    return button;
  });
  const links = html(
    'footer',
    { class: 'take' },
    'Data: ',
    json,
    csv,
    html('span', {}, 'Copy as: '),
    ...buttons,
  );
  return {
    links,
    follow: (to) => {
      json.href = to.json;
      csv.href = to.csv;
    },
  };
}

/**
 * Copies text, and says so.
 *
 * @param text to copy
 * @param what it is called where that is said
 */
export async function copy(text: string, what: string): Promise<void> {
  const said = find('#said');
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = `Copied for ${what}.`;
  } catch {
    // without HTTPS, or where the reader forbids it
    said.replaceChildren('Copying is not possible here. This is the text: ', html('code', {}, text));
  }
  said.classList.add('seen');
  setTimeout(() => said.classList.remove('seen'), 4000);
}
