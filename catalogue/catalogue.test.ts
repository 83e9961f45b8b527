import { expect, test } from 'vitest';
import { ACTIVATION_ENTRIES, ACTIVATION_PARAMETERS } from './activations.ts';
import { INIT_ENTRIES, INIT_PARAMETERS } from './inits.ts';
import type { Range } from './range.ts';
import { PARAMETER_SYNONYMS, SYNONYMS } from './synonyms.ts';
import { NOISE_PARAMETERS, NOISE_TRAINING_PARAMETERS, TECHNIQUE_ENTRIES } from './techniques.ts';
import { OPTIMISER_ENTRIES } from './training.ts';

type Defaults = Readonly<Record<string, unknown>>;
type Ranges = Readonly<Record<string, Omit<Range, 'min' | 'max'> & { min?: number; max?: number }>>;

/** Defaults of entries beside the ranges of their parameters. */
const DEFAULTS: readonly (readonly [string, Defaults | undefined, Ranges])[] = [
  ...Object.entries(ACTIVATION_ENTRIES).map(
    ([name, { parameters }]) => [name, parameters, ACTIVATION_PARAMETERS] as const,
  ),
  ...Object.entries(TECHNIQUE_ENTRIES).flatMap(([name, { parameters, training }]) => [
    [name, parameters, NOISE_PARAMETERS] as const,
    [name, training, NOISE_TRAINING_PARAMETERS] as const,
  ]),
  ...Object.entries(INIT_ENTRIES).map(
    ([name, { parameters }]) => [name, parameters, INIT_PARAMETERS] as const,
  ),
];

test('every default is in its range', () => {
  const numbers = DEFAULTS.flatMap(([entry, defaults = {}, ranges]) =>
    Object.entries(defaults).flatMap(([name, value]) =>
      typeof value === 'number' ? [{ entry, name, value, ...ranges[name] }] : [],
    ),
  );
  expect(numbers.length).toBeGreaterThan(30);
  const outside = numbers.filter(
    ({ value, min = 0, max = 0, above, whole }) =>
      !(value >= min && value <= max) || (above && value === min) || (whole && !Number.isInteger(value)),
  );
  expect(outside).toEqual([]);
});

test('every parameter is one of some entry', () => {
  const taken = new Set(DEFAULTS.flatMap(([, defaults = {}]) => Object.keys(defaults)));
  const affine = ['input_scale', 'input_shift', 'output_scale', 'output_shift'];
  const all = [ACTIVATION_PARAMETERS, NOISE_PARAMETERS, NOISE_TRAINING_PARAMETERS, INIT_PARAMETERS];
  expect(
    all.flatMap((table) => Object.keys(table)).filter((name) => !taken.has(name) && !affine.includes(name)),
  ).toEqual([]);
});

test('what is published names its year, or the function of a framework', () => {
  const entries = Object.entries({ ...ACTIVATION_ENTRIES, ...TECHNIQUE_ENTRIES, ...OPTIMISER_ENTRIES });
  const without = entries.filter(
    ([, { reference }]) => !/\b(19|20)\d\d\b|^torch\.|^the averages of/.test(reference),
  );
  expect(without.map(([name]) => name)).toEqual([]);
});

test('no synonym is the name of an entry of the same kind, or that of two', () => {
  for (const kind of [ACTIVATION_ENTRIES, TECHNIQUE_ENTRIES, OPTIMISER_ENTRIES]) {
    const all = Object.keys(kind).flatMap((name) => [name, ...(SYNONYMS[name] ?? [])]);
    expect(new Set(all).size).toBe(all.length);
  }
  const parameters = Object.values(PARAMETER_SYNONYMS).flatMap(({ names }) => names);
  expect(new Set(parameters).size).toBe(parameters.length);
});
