import { expect, it } from 'vitest';
import { INIT_PARAMETERS } from '../schemas/init-parameters.ts';
import * as names from '../schemas/names.ts';
import { ACTIVATION_PARAMETERS, NOISE_PARAMETERS } from '../schemas/network.ts';
import { PLAN_NOISE } from '../schemas/plan-noise.ts';
import {
  ACTIVATIONS,
  activationParameters,
  INITS,
  type Init,
  type InitName,
  initVariances,
  MASK_CORRELATION,
  PLANE_MEASURES,
  PYTORCH_GAINS,
  SCHEDULES,
  TECHNIQUES,
  type Technique,
  takesGain,
  techniqueParameters,
} from '../theory/index.ts';
import { activations } from '../trainer/activations.ts';
import { backends } from '../trainer/backends/index.ts';
import { DATA_SETS } from '../trainer/data/sources.ts';
import { optimisers, SCHEDULES as RATE_SCHEDULES } from '../trainer/optimisers.ts';
import { techniques } from '../trainer/techniques/index.ts';

it.each([
  ['activations', names.ACTIVATIONS, ACTIVATIONS],
  ['techniques', names.TECHNIQUES, TECHNIQUES],
  ['masks', names.MASKS, MASK_CORRELATION],
  ['data sets', names.DATA_SETS, DATA_SETS],
  ['trained activations', names.TRAINED_ACTIVATIONS, activations],
  ['trained techniques', names.TRAINED_TECHNIQUES, techniques],
  ['optimisers', names.OPTIMISERS, optimisers],
  ['schedules of the learning rate', names.RATE_SCHEDULES, RATE_SCHEDULES],
  ['back ends', names.BACKENDS, backends],
] as const)('the contract names exactly the %s that there are', (_, contract, table) => {
  expect([...contract].sort()).toEqual(Object.keys(table).sort());
});

it('names the schedules, initialisers and measures of the theory, and other names of some', () => {
  const { front_loaded, ...schedules } = Object.fromEntries(names.SCHEDULES.map((name) => [name, true]));
  expect([front_loaded, Object.keys(schedules)]).toEqual([true, Object.keys(SCHEDULES)]);
  const inits = names.INITS.filter((name) => !(name in names.INIT_ALIASES));
  expect([...inits].sort()).toEqual(Object.keys(INITS).sort());
  for (const name of Object.values(names.INIT_ALIASES)) expect(inits).toContain(name);
  expect([...names.GAIN_NAMES]).toEqual(Object.keys(PYTORCH_GAINS));
  expect([...names.PLANE_MEASURES]).toEqual([...PLANE_MEASURES]);
});

it('names the numbers that each optimiser and technique takes', () => {
  for (const [name, numbers] of Object.entries(names.OPTIMISER_NUMBERS))
    expect([...numbers].sort(), name).toEqual(Object.keys(optimisers[name as 'sgd'].defaults).sort());
  for (const { numbers } of Object.values(names.TECHNIQUE_NUMBERS))
    for (const name of numbers) expect(Object.keys(NOISE_PARAMETERS)).toContain(name);
});

it('knows which initialisers take a gain, and which one is the framework’s own', () => {
  for (const name of Object.keys(INITS) as InitName[]) {
    const own = (names.OWN_INITS as readonly string[]).includes(name);
    const square =
      takesGain(name) && !own ? initVariances(name, { fan_in: 9, fan_out: 9 }).sigma_w2 : undefined;
    expect([name, names.SQUARED_GAINS[name]]).toEqual([name, square]);
  }
});

it('describes the parameters that initialisers take', () => {
  const taken = new Set(Object.values<Init>(INITS).flatMap(({ parameters }) => Object.keys(parameters)));
  expect(Object.keys(INIT_PARAMETERS).sort()).toEqual([...taken].sort());
});

it('has the ranges of the theory for parameters', () => {
  for (const [name, range] of Object.entries(ACTIVATION_PARAMETERS))
    for (const activation of names.ACTIVATIONS) {
      const own = activationParameters(activation)[name];
      if (own) expect([name, own.min, own.max]).toEqual([name, range.min, range.max]);
    }
  for (const [name, range] of Object.entries(NOISE_PARAMETERS)) {
    const plain = name.replace('noise_', '');
    const owners = names.TECHNIQUES.filter((technique) => plain in techniqueParameters(technique));
    expect(owners.length, name).toBeGreaterThan(0);
    for (const technique of owners) {
      const own = techniqueParameters(technique)[plain as keyof ReturnType<typeof techniqueParameters>];
      expect([name, technique, own?.max]).toEqual([name, technique, range.max]);
    }
  }
});

it('lets plans say of a technique what the theory knows of it', () => {
  for (const name of names.TECHNIQUES) {
    const { keep, numbers } = names.TECHNIQUE_NUMBERS[name];
    const { takes_keep, parameters, ...technique }: Technique = TECHNIQUES[name];
    const tuned = technique.tuned_by_keep ? 'alternative' : 'needed';
    expect([name, keep]).toEqual([name, takes_keep ? tuned : 'refused']);
    expect([name, ...numbers]).toEqual([name, ...Object.keys(parameters).map((one) => `noise_${one}`)]);
    for (const [plain, range] of Object.entries(parameters)) {
      const field = PLAN_NOISE[`noise_${plain}` as keyof typeof PLAN_NOISE];
      expect([plain, field.safeParse(range.default).success]).toEqual([plain, true]);
      expect([plain, field.safeParse(range.max * 1.001 + 1).success]).toEqual([plain, false]);
      expect([plain, field.safeParse(range.min - 0.001).success]).toEqual([plain, false]);
    }
  }
});
