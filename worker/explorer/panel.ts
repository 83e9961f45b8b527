import { DroplineError } from '../../client/request.ts';
import { OutOfWork, ParameterError } from '../../theory/index.ts';
import { latest } from './api.ts';
import { copy } from './clipboard.ts';
import { COPIES, copyText } from './copy-as.ts';
import { find, html } from './dom.ts';
import { HAS_API } from './grids.ts';
import { addressOf, type Query } from './question.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** What is offered to take along: a name of the file, and what makes it. */
export type Download = { readonly name: string; readonly make: () => Promise<Blob> | Blob };

/** A part of the page that shows one answer. */
export type Panel<Data> = {
  /** of its section in the page */
  readonly id: string;
  /** whether it has anything to say of the network; it is hidden where not */
  readonly applies?: (state: State) => boolean;
  /** what the API calls the same: for "copy as", and it computes again when this changes */
  readonly query: (state: State) => Query;
  /** what else it depends on */
  readonly key?: (state: State) => string;
  /** computes the answer, or asks the API for it; undefined where it was not worth it, because the state has changed again */
  readonly load: (state: State, signal: AbortSignal) => Promise<Data | undefined> | Data;
  /** shows an answer; again where the room for it changes */
  readonly draw: (data: Data, state: State) => void;
  /** what the picture shows of the state besides the answer: it is drawn again when this changes */
  readonly marked?: (state: State) => unknown;
  /** waits between two answers, so that a drag does not flood whoever computes them */
  readonly pace?: () => Promise<void>;
  readonly downloads?: (data: Data, state: State) => readonly Download[];
};

/** Until the page has been drawn. */
export const nextFrame = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => resolve()));

/** How long nothing has changed before what takes a while is computed, in milliseconds. */
const REST = 250;

/**
 * Until the reader has stopped changing things.
 *
 * @param store the state of the page
 * @param state what it was
 * @returns whether it still is
 */
export async function restsAt(store: Store, state: State): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, REST));
  return store.get() === state;
}

/**
 * Brings a panel to life: it follows the state, says what went wrong and keeps the last picture meanwhile, and its data can
 * be taken along.
 *
 * @param store the state of the page
 * @param panel what to show
 */
export function mount<Data>(store: Store, panel: Panel<Data>): void {
  const { id, applies = () => true, query, key = () => '', load, draw, marked, pace = nextFrame } = panel;
  const section = find(`#${id}`);
  const figure = find('.figure', section);
  let shown: { readonly data: Data; readonly asked: string } | undefined;
  let failed: string | undefined;
  let mark: unknown;
  const { links, follow } = takeAlong(() => shown && (panel.downloads?.(shown.data, store.get()) ?? []));
  section.append(links);

  const askedOf = (state: State) => addressOf(query(state)) + key(state);
  const redraw = () => {
    mark = marked?.(store.get());
    if (shown && applies(store.get())) draw(shown.data, store.get());
  };
  const refresh = latest(async (state: State, signal) => {
    if (!applies(state)) return;
    const asked = askedOf(state);
    if (asked === shown?.asked) return settle(undefined);
    if (asked === failed) return;
    section.setAttribute('aria-busy', 'true');
    try {
      const data = await load(state, signal);
      if (data === undefined) return;
      shown = { data, asked: askedOf(state) };
      settle(undefined);
      redraw();
    } catch (error) {
      if (!signal.aborted) settle(error as Error, asked);
    } finally {
      section.removeAttribute('aria-busy');
    }
  }, pace);
  const settle = (error: Error | undefined, asked?: string) => {
    failed = asked;
    message(section, error, again);
  };
  const again = () => {
    failed = undefined;
    refresh(store.get());
  };

  store.subscribe((state) => {
    section.hidden = !applies(state);
    if (section.hidden) return;
    follow(query(state));
    if (marked && mark !== marked(state)) redraw();
    refresh(state);
  });
  // (after all who watch widths have been told)
  new ResizeObserver(() => requestAnimationFrame(redraw)).observe(figure);
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
  const isRefused = error instanceof ParameterError || error instanceof OutOfWork;
  const known = error instanceof DroplineError || isRefused;
  if (!known) console.error(error);
  const retry = html('button', { type: 'button' }, 'Try again');
  retry.addEventListener('click', again);
  box.replaceChildren(
    html('span', {}, known ? error.message : `This could not be shown: ${error.message}`),
    ...(isRefused ? [] : [retry]),
  );
}

/** Links to the data, files to save, and buttons that copy the query for elsewhere. */
function takeAlong(downloads: () => readonly Download[] | undefined): {
  links: HTMLElement;
  follow: (to: Query) => void;
} {
  const json = html('a', {}, 'JSON');
  const csv = html('a', {}, 'CSV');
  const buttons = COPIES.map((where) => {
    const button = html('button', { type: 'button' }, where);
    button.addEventListener('click', () =>
      copy(copyText(where, { json: json.href, csv: csv.href }, navigator.language), where),
    );
    return button;
  });
  const files = html('span', { class: 'files' });
  files.addEventListener('click', (event) => {
    const name = (event.target as HTMLElement).dataset.file;
    const file = downloads()?.find((one) => one.name === name);
    if (file) save(file);
  });
  const summary = html('summary', {}, 'Take along');
  const links = html(
    'details',
    { class: 'take' },
    summary,
    ...(HAS_API
      ? [html('p', {}, 'From the API: ', json, ' ', csv), html('p', {}, 'Copy as: ', ...buttons)]
      : [
          html(
            'p',
            {},
            'This is a static copy of the page. With the API (npm start) there are addresses to copy here.',
          ),
        ]),
    files,
  );
  links.addEventListener('toggle', () =>
    files.replaceChildren(
      ...(downloads() ?? []).map(({ name }) =>
        html('button', { type: 'button', 'data-file': name }, `Save ${name}`),
      ),
    ),
  );
  return {
    links,
    follow: (to) => {
      json.href = addressOf(to);
      csv.href = addressOf(to, '.csv');
    },
  };
}

/** Saves a file from the page. */
async function save({ name, make }: Download): Promise<void> {
  const url = URL.createObjectURL(await make());
  html('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
