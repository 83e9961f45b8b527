import { ask, rowsOf } from './api.ts';
import { type BlockRow, blockWords, isRounding } from './block-words.ts';
import { drawChart, lineOf } from './chart.ts';
import { find, html } from './dom.ts';
import { mount } from './panel.ts';
import { shown } from './plot.ts';
import {
  addressesOf,
  addressOf,
  blocksQuery,
  blockTrajectoryQuery,
  OF_ATTENTION,
  OWN_BLOCKS,
} from './queries.ts';
import { AS_THE_PRESET, type BlockParts, type State } from './state.ts';
import type { Store } from './store.ts';

/** A row of `GET /v1/architectures`; what it has more is not shown. */
type Architecture = {
  readonly name: string;
  readonly title: string;
  readonly query: string;
  readonly sites: string;
  readonly checked: string;
};

/** What an answer shows as numbers, where it has them. */
const SHOWN: readonly [column: string, label: string][] = [
  ['c_star', 'c*'],
  ['xi_2', 'ξ₂, blocks'],
  ['kappa', 'κ'],
  ['gradient_ratio', 'gradient, first over last'],
];

/** The parameters of a preset, or of blocks of one's own, by the names of the parts. */
function valuesOf(state: State, preset: Architecture | undefined): Readonly<Record<string, string>> {
  if (state.preset === 'none')
    return Object.fromEntries(
      Object.entries({ ...OWN_BLOCKS, block: state.block }).map(([name, value]) => [name, String(value)]),
    );
  const values = Object.fromEntries(new URLSearchParams(preset?.query));
  return { ...values, block_activation: values.activation ?? '' };
}

/** The highest rate of a preset's sites. */
const highest = (values: Readonly<Record<string, string>>) =>
  Math.max(
    0,
    ...Object.entries(values).flatMap(([name, value]) => (name.startsWith('drop') ? [Number(value)] : [])),
  );

/**
 * How deep a network of residual, normalised or attention blocks can be, from a preset or of one's own.
 *
 * @param store the state of the page
 */
export function blocksPanel(store: Store): void {
  const section = find('#blocks');
  const [figure, note] = [find('.figure', section), find('.note', section)];
  const select = find<HTMLSelectElement>('[data-preset]', section);
  const usual = find<HTMLInputElement>('[data-usual]', section);
  const slider = find<HTMLInputElement>('[type=range]', section);
  const more = find<HTMLDetailsElement>('details', section);
  let presets: readonly Architecture[] | undefined;
  const chosen = ({ preset }: State) => presets?.find(({ name }) => name === preset);
  select.addEventListener('change', () => {
    more.open = select.value === 'none';
    // (the drop stays, so that presets can be compared)
    store.set({ ...AS_THE_PRESET, drop: store.get().drop, preset: select.value });
  });
  usual.addEventListener('change', () => store.set({ drop: usual.checked ? '' : Number(slider.value) }));
  const isSaid = ({ preset, block_activation, norm, sigma_w2_attention, ...state }: State) =>
    preset === 'none' ||
    [block_activation, norm, sigma_w2_attention, state.sigma_w2_hidden, state.sigma_w2_output].some(
      (value) => value !== '',
    );
  more.open = isSaid(store.get());

  /** Shows in empty controls what they mean, and hides those that the blocks do not have. */
  const follow = (state: State) => {
    const own = state.preset === 'none';
    const values = valuesOf(state, chosen(state));
    select.value = state.preset;
    usual.checked = state.drop === '';
    (usual.parentElement as HTMLElement).hidden = own;
    if (state.drop === '') slider.value = String(highest(values));
    for (const control of section.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-state]')) {
      const name = control.dataset.state as keyof BlockParts | 'block';
      const value = values[name] ?? '';
      const empty = control.querySelector('option[value=""]');
      if (empty) empty.textContent = `${value} (${own ? 'default' : 'preset'})`.trim();
      else if (control instanceof HTMLInputElement)
        control.placeholder = value === '' ? '' : shown(Number(value));
      const label = control.closest('label');
      if (label)
        label.hidden =
          name === 'block'
            ? !own
            : (OF_ATTENTION as readonly string[]).includes(name) &&
              values.block !== undefined &&
              values.block !== 'transformer' &&
              (own || state[name] === '');
    }
  };
  const fill = (state: State) => {
    const known = state.preset === 'none' || chosen(state);
    select.replaceChildren(
      ...(known ? [] : [html('option', { value: state.preset }, state.preset)]),
      ...(presets ?? []).map(({ name, title }) => html('option', { value: name }, title)),
      html('option', { value: 'none' }, 'None: blocks of your own'),
    );
    follow(state);
  };
  fill(store.get());
  store.subscribe(follow);

  mount<{ readonly row: BlockRow; readonly blocks: number; readonly about: string }>(store, {
    id: 'blocks',
    source: (state) => addressesOf(blocksQuery(state)),
    load: async (state, signal) => {
      if (!presets) {
        presets = await rowsOf<readonly Architecture[]>(await ask('/v1/architectures', signal));
        fill(store.get());
      }
      const rows = await rowsOf<readonly BlockRow[]>(await ask(addressOf(blocksQuery(state)), signal));
      const preset = chosen(state);
      const sites = preset?.sites.replaceAll('drop_', '').replaceAll(' ', ', ');
      return {
        row: rows[0] ?? {},
        blocks: Number(state.blocks === '' ? valuesOf(state, preset).blocks : state.blocks),
        about: preset
          ? `${preset.title}: drop acts at ${sites}.${preset.checked === 'seen' ? '' : ' Some of its facts were recalled, not read.'}`
          : 'Blocks of your own: drop acts at every site.',
      };
    },
    draw: ({ row, blocks, about }) => {
      const { depth, by, sentences } = blockWords(row, blocks);
      note.replaceChildren(
        `${about} The margin is how much more alike one input is under two masks than two inputs are. `,
        html('a', { href: '/v1/architectures' }, 'Presets and their sources'),
      );
      figure.replaceChildren(
        html('p', { class: 'headline' }, html('b', {}, depth), html('span', {}, by)),
        html('p', {}, sentences.join(' ')),
        html(
          'dl',
          {},
          ...SHOWN.filter(([column]) => typeof row[column] === 'number').map(([column, label]) =>
            html('div', {}, html('dt', {}, label), html('dd', {}, shown(row[column]))),
          ),
        ),
        ...(row.reason ? [html('p', { class: 'note' }, `What is not known: ${row.reason}`)] : []),
      );
    },
  });
}

/**
 * Margin and correlations of the network of blocks, block by block.
 *
 * @param store the state of the page
 */
export function blockTrajectoryPanel(store: Store): void {
  const [margin, c] = ['margin', 'c'].map((name) => find(`#block-trajectory [data-chart=${name}]`)) as [
    HTMLElement,
    HTMLElement,
  ];
  mount(store, {
    id: 'block-trajectory',
    source: (state) => addressesOf(blockTrajectoryQuery(state)),
    load: async (state, signal) => rowsOf(await ask(addressOf(blockTrajectoryQuery(state)), signal)),
    draw: (rows) => {
      const shared = { x: 'block', height: 210 };
      const known = rows.map((row) => ({ ...row, margin: isRounding(row.margin) ? null : row.margin }));
      drawChart(margin, {
        ...shared,
        y: 'margin',
        kind: 'log',
        lines: [lineOf(known as typeof rows, 'block_number', 'margin', 'margin, c_masks − c_inputs')],
      });
      drawChart(c, {
        ...shared,
        y: 'c',
        kind: 'linear',
        lines: [
          lineOf(rows, 'block_number', 'c_masks', 'c_masks: one input, two masks'),
          lineOf(rows, 'block_number', 'c_inputs', 'c_inputs: two inputs'),
        ],
        colour: 1,
        range: [Math.min(0, ...rows.map((row) => row.c_inputs ?? 0)), 1],
      });
    },
  });
}
