import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import { ARCHITECTURES } from '../../catalogue/architectures.ts';
import { PLAN_INITS } from '../../catalogue/inits.ts';
import { DATA_SET_ENTRIES, OPTIMISER_NAMES } from '../../catalogue/training.ts';
import { formatNumber } from '../../figures/scale.ts';
import { find, html } from './dom.ts';
import { MEASURES } from './field.ts';
import { isPlain, keepOf, numberOf, variancesOf } from './question.ts';
import {
  DEFAULTS,
  FRAMEWORKS,
  isOwn,
  isPreset,
  KINDS,
  type Kind,
  NUMBERS,
  type NumberName,
  OF_PRESET,
  parseValue,
  type State,
  TECHNIQUE_CHOICES,
} from './state.ts';
import type { Store } from './store.ts';

type Options = Readonly<Record<string, string>>;
type Groups = Readonly<Record<string, Options>>;
type Control = HTMLInputElement | HTMLSelectElement;

const named = (names: readonly string[]): Options => Object.fromEntries(names.map((name) => [name, name]));

/** What frameworks do where one says nothing. */
const FRAMEWORK_DEFAULTS: Options = {
  torch_default: 'PyTorch default',
  keras_default: 'Keras default (Glorot uniform)',
  flax_default: 'Flax default (LeCun normal)',
  mlx_default: 'MLX default',
};

/** The options of each select, by the heading of their group; an empty heading is none. */
const OPTIONS: Readonly<Record<string, Groups>> = {
  kind: {
    '': Object.fromEntries(Object.entries(KINDS).map(([name, { title }]) => [name, title])),
    'As they are in use': Object.fromEntries(
      Object.entries(ARCHITECTURES).map(([name, { title }]) => [name, title]),
    ),
  },
  activation: { '': named(ACTIVATION_NAMES) },
  technique: { '': named(TECHNIQUE_CHOICES) },
  init: {
    'Framework defaults': FRAMEWORK_DEFAULTS,
    'Variances of my own': {
      gaussian: 'gaussian, with σw² and σb²',
      orthogonal: 'orthogonal, with σw² and σb²',
    },
    'By name': named(PLAN_INITS.filter((name) => !(name in FRAMEWORK_DEFAULTS) && !isOwn(name))),
  },
  optimiser: { '': named(OPTIMISER_NAMES) },
  data: {
    '': Object.fromEntries(Object.entries(DATA_SET_ENTRIES).map(([name, { title }]) => [name, title])),
  },
  measure: { '': Object.fromEntries(Object.entries(MEASURES).map(([name, { label }]) => [name, label])) },
  framework: { '': named(FRAMEWORKS) },
};

/**
 * Ties every control of the page that names a part of the state (`data-state="drop"`) to it: it shows the state, and
 * changes it. Text that is no value is kept as it is, with what is wrong with it beside it.
 *
 * @param store the state of the page
 */
export function controls(store: Store): void {
  const all = [...document.querySelectorAll<Control>('[data-state]')];
  for (const control of all) {
    const name = nameOf(control);
    if (control instanceof HTMLSelectElement) fill(control, OPTIONS[name] ?? {});
    else if (control.type === 'range')
      for (const part of ['min', 'max', 'step'] as const)
        control.setAttribute(part, String((NUMBERS[name as NumberName] as Record<string, number>)[part]));
    control.addEventListener(control.type === 'range' ? 'input' : 'change', () => {
      const parsed = parseValue(name, control.value);
      say(control, 'wrong' in parsed ? parsed.wrong : '');
      if ('value' in parsed) change(store, name, parsed.value);
    });
  }
  store.subscribe((state) => {
    for (const control of all) show(control, state);
    follow(state);
  });
}

const nameOf = (control: Control) => control.dataset.state as keyof State;

function fill(select: HTMLSelectElement, groups: Groups): void {
  for (const [heading, options] of Object.entries(groups)) {
    const list = Object.entries(options).map(([value, label]) => html('option', { value }, label));
    select.append(...(heading ? [html('optgroup', { label: heading }, ...list)] : list));
  }
}

/** A kind that is picked brings its own numbers. */
function change(store: Store, name: keyof State, value: string | number): void {
  if (name !== 'kind') {
    store.set({ [name]: value });
    return;
  }
  const kind = value as Kind;
  const before = store.get().kind;
  const emptied = Object.fromEntries(OF_PRESET.map((part) => [part, '']));
  const usual = Object.fromEntries(OF_PRESET.map((part) => [part, DEFAULTS[part]]));
  store.set({ kind, ...(isPreset(kind) ? emptied : isPreset(before) ? usual : {}) });
}

/** Says beside a control what is wrong with its text; empty where nothing is. */
function say(control: Control, wrong: string): void {
  control.setAttribute('aria-invalid', String(wrong !== ''));
  const label = control.closest('label');
  if (!label || control.type === 'range') return;
  const box =
    label.querySelector('.wrong') ?? label.appendChild(html('span', { class: 'wrong', role: 'alert' }));
  box.textContent = wrong;
}

function show(control: Control, state: State): void {
  const name = nameOf(control);
  const isNumber = name in NUMBERS;
  const inherited = state[name] === '' && isPreset(state.kind) && isNumber;
  const value = inherited ? (numberOf(state, name as 'drop') ?? '') : state[name] === '' ? '' : state[name];
  if (control instanceof HTMLSelectElement && OF_PRESET.includes(name as 'init'))
    presetOption(control, state);
  // (a text that is wrong stays until it is mended)
  const typing = control === document.activeElement && control.getAttribute('aria-invalid') === 'true';
  if (!typing) {
    if (control.getAttribute('aria-invalid') === 'true') say(control, '');
    if (control.value !== String(value)) control.value = String(value);
  }
  control.disabled = state.technique === 'none' && (name === 'drop' || name === 'y');
}

/** Offers what the preset has, where there is one. */
function presetOption(select: HTMLSelectElement, { kind }: State): void {
  const known = select.querySelector('option[value=""]');
  if (!isPreset(kind)) known?.remove();
  else {
    const option = known ?? select.insertBefore(html('option', { value: '' }), select.firstChild);
    const { activation } = ARCHITECTURES[kind].parameters;
    option.textContent = nameOf(select) === 'activation' ? `${activation} (preset)` : 'as the preset has it';
  }
}

/** Shows the controls that the network has, and says what follows from them. */
function follow(state: State): void {
  const plain = isPlain(state);
  const attends = !plain && (isPreset(state.kind) || state.kind.startsWith('transformer'));
  const hide = (selector: string, hidden: boolean) => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) element.hidden = hidden;
  };
  hide('[data-own]', !isOwn(state.init));
  hide('[data-plain]', !plain);
  hide('[data-attention]', !attends || (isPreset(state.kind) && numberOf(state, 'tokens') === undefined));
  find('[data-depth]').textContent = plain ? 'Depth, hidden layers' : 'Depth, blocks';
  const drop = numberOf(state, 'drop');
  find('[data-keep]').textContent =
    state.technique === 'none' || drop === undefined ? '' : `keep ${formatNumber(keepOf(drop), 4)}`;
  const init = find<HTMLSelectElement>('select[data-state=init]');
  init.title = plain
    ? `σw² ${formatNumber(variancesOf(state).sigma_w2, 4)}, σb² ${formatNumber(variancesOf(state).sigma_b2, 4)}`
    : '';
}
