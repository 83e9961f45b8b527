import { expect, it } from 'vitest';
import * as names from '../schemas/names.ts';
import { ACTIVATIONS, MASK_CORRELATION, TECHNIQUES } from '../theory/index.ts';
import { activations } from '../trainer/activations/index.ts';
import { backends } from '../trainer/backends/index.ts';
import { techniques } from '../trainer/techniques/index.ts';

it.each([
  ['activations', names.ACTIVATIONS, ACTIVATIONS],
  ['masks', names.MASKS, MASK_CORRELATION],
  ['trained activations', names.TRAINED_ACTIVATIONS, activations],
  ['trained techniques', names.TRAINED_TECHNIQUES, techniques],
  ['back ends', names.BACKENDS, backends],
] as const)('the contract names exactly the %s that there are', (_, contract, table) => {
  expect([...contract].sort()).toEqual(Object.keys(table).sort());
});

it('answers techniques that there are (theory has more than the API takes parameters for)', () => {
  expect(Object.keys(TECHNIQUES)).toEqual(expect.arrayContaining([...names.TECHNIQUES]));
});
