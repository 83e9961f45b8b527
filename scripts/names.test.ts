import { expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import {
  INIT_NAMES,
  isOwnInit,
  OWN_INITS,
  PLAN_INITS,
  resolveInit,
  SQUARED_GAINS,
} from '../catalogue/inits.ts';
import {
  NOISE_PARAMETERS,
  NOISE_TRAINING_PARAMETERS,
  resolveSchedule,
  SCHEDULE_NAMES,
  TECHNIQUE_NAMES,
  TRAINED_TECHNIQUES,
} from '../catalogue/techniques.ts';
import { BACKEND_NAMES, OPTIMISER_NAMES, TRAINED_DATA_NAMES } from '../catalogue/training.ts';
import { PLAN_NOISE } from '../schemas/plan-noise.ts';
import {
  ACTIVATIONS,
  INITS,
  type InitName,
  initVariances,
  SCHEDULES,
  TECHNIQUES,
  takesGain,
  techniqueParameters,
} from '../theory/index.ts';
import { activations } from '../trainer/activations.ts';
import { backends } from '../trainer/backends/index.ts';
import { DATA_SETS } from '../trainer/data/sources.ts';
import { optimisers } from '../trainer/optimisers.ts';
import { techniques } from '../trainer/techniques/index.ts';

// That every name of the catalogue has an implementation is a matter of types; here is what they cannot say.

it.each([
  ['activations', ACTIVATIONS, ACTIVATION_NAMES],
  ['techniques', TECHNIQUES, TECHNIQUE_NAMES],
  ['trained techniques', techniques, TRAINED_TECHNIQUES],
  ['data sets', DATA_SETS, TRAINED_DATA_NAMES],
  ['optimisers', optimisers, OPTIMISER_NAMES],
  ['back ends', backends, BACKEND_NAMES],
] as const)('an entry of the %s has the name that it is listed under', (_, table, names) => {
  expect(Object.entries(table).map(([key, { name }]) => [key, name])).toEqual(
    expect.arrayContaining(names.map((name) => [name, name])),
  );
  expect(Object.keys(table).length).toBe(names.length);
});

it('trains the activations that the theory knows', () => {
  expect(Object.keys(activations).sort()).toEqual([...ACTIVATION_NAMES].sort());
});

it('resolves every other name of schedules and initialisers', () => {
  expect(new Set(SCHEDULE_NAMES.map(resolveSchedule))).toEqual(new Set(Object.keys(SCHEDULES)));
  expect(new Set(INIT_NAMES.map(resolveInit))).toEqual(new Set(Object.keys(INITS)));
  expect(PLAN_INITS).toEqual(expect.arrayContaining([...OWN_INITS, 'torch_default', 'he_normal']));
  for (const name of ['uniform', 'jax_orthogonal']) expect(PLAN_INITS).not.toContain(name);
});

it('knows the squares of the gains that frameworks have', () => {
  for (const name of Object.keys(INITS) as InitName[]) {
    const square =
      takesGain(name) && !isOwnInit(name)
        ? initVariances(name, { fan_in: 9, fan_out: 9 }).sigma_w2
        : undefined;
    expect([name, SQUARED_GAINS[name]]).toEqual([name, square]);
  }
});

it('lets plans say of a technique what the theory knows of it', () => {
  const all = [...Object.keys(NOISE_PARAMETERS), ...Object.keys(NOISE_TRAINING_PARAMETERS)];
  expect(Object.keys(PLAN_NOISE)).toEqual(all.map((name) => `noise_${name}`));
  for (const name of TECHNIQUE_NAMES)
    for (const [plain, range] of Object.entries(techniqueParameters(name))) {
      const field = PLAN_NOISE[`noise_${plain}` as keyof typeof PLAN_NOISE];
      expect([plain, field.safeParse(range.default).success]).toEqual([plain, true]);
      expect([plain, field.safeParse(range.max * 1.001 + 1).success]).toEqual([plain, false]);
      expect([plain, field.safeParse(range.min - 0.001).success]).toEqual([plain, false]);
    }
});
