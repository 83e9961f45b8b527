import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import { html } from './dom.ts';
import {
  BLOCK_CHOICES,
  FRAMEWORKS,
  MEASURES,
  parseValue,
  RANGES,
  type State,
  TECHNIQUE_CHOICES,
} from './state.ts';
import type { Store } from './store.ts';

type Options = readonly (readonly [value: string, label: string])[];

const named = (names: readonly string[]): Options => names.map((name) => [name, name]);
/** (what empty means, the panel says) */
const orEmpty = (names: readonly string[]): Options => named(['', ...names]);

const OPTIONS: Record<string, Options> = {
  activation: named(ACTIVATION_NAMES),
  technique: named(TECHNIQUE_CHOICES),
  measure: Object.entries(MEASURES).map(([name, { label }]) => [name, label]),
  framework: named(FRAMEWORKS),
  block: named(BLOCK_CHOICES.block),
  block_activation: orEmpty(ACTIVATION_NAMES),
  norm: orEmpty(BLOCK_CHOICES.norm),
  norm_at: orEmpty(BLOCK_CHOICES.norm_at),
};

/**
 * Ties every control of the page that names a part of the state (`data-state="keep"`) to it: it shows the state, and
 * changes it. Several may name the same part.
 *
 * @param store the state of the page
 */
export function controls(store: Store): void {
  const all = [...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-state]')];
  for (const control of all) {
    const name = control.dataset.state as keyof State;
    for (const [value, label] of OPTIONS[name] ?? [])
      if (control instanceof HTMLSelectElement) control.append(html('option', { value }, label));
    const range = RANGES[name as keyof typeof RANGES];
    if (range)
      for (const part of ['min', 'max', 'step'] as const) control.setAttribute(part, String(range[part]));
    control.addEventListener(control.type === 'number' ? 'change' : 'input', () => {
      const value = parseValue(name, control.value);
      if (value !== undefined) store.set({ [name]: value });
      // what was typed may have been brought to its range, or be no number
      if (document.activeElement !== control || control.type === 'number') show(control, store.get());
    });
  }
  store.subscribe((state) => {
    for (const control of all) show(control, state);
  });
}

function show(control: HTMLInputElement | HTMLSelectElement, state: State): void {
  const name = control.dataset.state as keyof State;
  if (name === 'sigma_w2' && control.type === 'range') {
    control.setAttribute('min', String(state.w_low));
    control.setAttribute('max', String(state.w_high));
  }
  const value = String(state[name]);
  if (control.value !== value) control.value = value;
  const without = state.technique === 'none';
  control.disabled = without && (name === 'keep' || name === 'y');
}
