/** The program of the page at `/docs`: forms that build an address, and show what the API answers. */
import { ask } from './api.ts';
import { copy } from './clipboard.ts';
import { type Addresses, COPIES, copyText } from './copy-as.ts';
import { find, html } from './dom.ts';
import { shown } from './plot.ts';

/** Rows of an answer that are shown as a table. */
const MOST_ROWS = 50;

/** Brings the form of an endpoint to life. */
function build(form: HTMLFormElement): void {
  const [address, output] = [find<HTMLAnchorElement>('.address', form), find('.output', form)];
  const formats = (form.dataset.formats ?? 'json').split(' ');
  const view = find<HTMLSelectElement>('[data-view]', form);
  const follow = () => {
    address.textContent = addressOf(form, '');
    address.href = addressOf(form, '');
  };
  form.addEventListener('input', follow);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    show(form, view.value, output);
  });
  view.addEventListener('change', () => show(form, view.value, output));
  for (const button of form.querySelectorAll<HTMLButtonElement>('[data-example]'))
    button.addEventListener('click', () => {
      fill(form, button.dataset.example ?? '');
      follow();
      show(form, view.value, output);
    });
  find('.copies', form).append(
    ...COPIES.map((where) => {
      const button = html('button', { type: 'button' }, where);
      button.addEventListener('click', () =>
        copy(copyText(where, addressesOf(form, formats), navigator.language), where),
      );
      return button;
    }),
  );
  follow();
}

/** The controls of the parameters of a form. */
const controlsOf = (form: HTMLFormElement) => [
  ...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[name]'),
];

/** The address that a form asks for; empty parameters are left out, and lists and ranges stay readable. */
function addressOf(form: HTMLFormElement, extension: string): string {
  let path = form.dataset.path ?? '';
  const query: string[] = [];
  for (const { name, value, dataset } of controlsOf(form)) {
    const text = value.trim();
    if (dataset.in === 'path') path = path.replace(`{${name}}`, encodeURIComponent(text));
    else if (text)
      query.push(`${name}=${encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%2F', '/')}`);
  }
  return `${path}${extension}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

function addressesOf(form: HTMLFormElement, formats: readonly string[]): Addresses {
  const whole = (extension: string) => new URL(addressOf(form, extension), location.href).href;
  const isOne = controlsOf(form).every(({ value }) => !/,|\.\./.test(value));
  return {
    json: whole(''),
    csv: formats.includes('csv') ? whole('.csv') : whole(''),
    txt: isOne && formats.includes('txt') ? whole('.txt') : undefined,
  };
}

/** Fills a form with the query of an example. */
function fill(form: HTMLFormElement, example: string): void {
  const query = new URLSearchParams(example);
  for (const control of controlsOf(form)) control.value = query.get(control.name) ?? '';
  const more = form.querySelector('details');
  if (more)
    more.open = [...query.keys()].some((name) => more.querySelector(`[name="${CSS.escape(name)}"]`) !== null);
}

/** Asks, and shows the answer in place of the one before: as a table, as a picture, or as it is. */
async function show(form: HTMLFormElement, view: string, output: HTMLElement): Promise<void> {
  output.setAttribute('aria-busy', 'true');
  try {
    if (view === 'picture') {
      const response = await ask(addressOf(form, '.svg'), AbortSignal.timeout(20_000));
      const image = html('img', { alt: 'The answer as a chart' });
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await response.text())}`;
      output.replaceChildren(image);
      return;
    }
    const response = await ask(addressOf(form, ''), AbortSignal.timeout(20_000));
    const text = await response.text();
    output.replaceChildren(...(view === 'table' ? tableOf(text) : [html('pre', {}, pretty(text))]));
  } catch (error) {
    output.replaceChildren(html('p', { class: 'wrong', role: 'alert' }, (error as Error).message));
  } finally {
    output.removeAttribute('aria-busy');
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

type Rows = readonly Readonly<Record<string, unknown>>[];

function tableOf(text: string): HTMLElement[] {
  const parsed: unknown = JSON.parse(text);
  const rows = (parsed as { rows?: Rows }).rows;
  if (!Array.isArray(rows) || rows.length === 0) return [html('pre', {}, pretty(text))];
  const columns = Object.keys(rows[0] as object);
  const table = html(
    'table',
    {},
    html('thead', {}, html('tr', {}, ...columns.map((name) => html('th', { scope: 'col' }, name)))),
    html(
      'tbody',
      {},
      ...rows
        .slice(0, MOST_ROWS)
        .map((row: Rows[number]) =>
          html('tr', {}, ...columns.map((name) => html('td', {}, cell(row[name])))),
        ),
    ),
  );
  const more = rows.length - MOST_ROWS;
  return [
    html('div', { class: 'wide', tabindex: 0 }, table),
    ...(more > 0 ? [html('p', {}, `And ${more} more rows.`)] : []),
  ];
}

function cell(value: unknown): string {
  if (value === null) return '–';
  if (typeof value === 'number') return shown(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-path]')) build(form);
