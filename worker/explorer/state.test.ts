import { describe, expect, it } from 'vitest';
import { ARCHITECTURE_NAMES } from '../../catalogue/architectures.ts';
import { FITTED_MEASURES, PLANE_MEASURES } from '../../catalogue/queries.ts';
import { MEASURES } from './field.ts';
import { consistent, DEFAULTS, KINDS, parseValue, readState, type State, writeState } from './state.ts';

describe('the address of the page', () => {
  it('says what differs from the defaults, and nothing else', () => {
    expect(writeState(DEFAULTS)).toBe('');
    expect(writeState({ ...DEFAULTS, drop: 0.2, activation: 'erf' })).toBe('?activation=erf&drop=0.2');
  });

  it('brings every part of the state back', () => {
    const state: State = {
      kind: 'plain',
      activation: 'gelu',
      technique: 'gaussian',
      drop: 0,
      init: 'gaussian',
      sigma_w2: 2.5,
      sigma_b2: 0.125,
      width: 784,
      depth: 120,
      optimiser: 'novograd',
      data: 'cifar10',
      steps: 2000,
      batch: 32,
      learning_rate: 0.0003,
      tokens: 128,
      measure: 'chi_1',
      y: 'sigma_b2',
      w_low: 0.5,
      w_high: 6,
      grid: 'mnist-tanh-keep-095',
      framework: 'keras',
    };
    expect(readState(writeState(state))).toEqual(state);
    const kinds = [...Object.keys(KINDS), ...ARCHITECTURE_NAMES] as State['kind'][];
    for (const kind of kinds) {
      const other = consistent({ ...state, kind });
      expect(readState(writeState(other)), kind).toEqual(other);
      expect(readState(`?kind=${kind}`).kind).toBe(kind);
    }
  });

  it('leaves to a preset what it does not say', () => {
    expect(readState('?kind=bert_base')).toMatchObject({
      activation: '',
      drop: '',
      init: '',
      width: '',
      depth: '',
    });
    expect(readState('?kind=bert_base&depth=24&drop=0')).toMatchObject({ drop: 0, depth: 24, width: '' });
    expect(writeState(readState('?kind=bert_base&depth=24'))).toBe('?kind=bert_base&depth=24');
  });

  it('takes defaults for what makes no sense', () => {
    const search =
      '?activation=<script>&drop=x&depth=&width=0&grid=../etc&__proto__=1&constructor=2&y=depth&other=1';
    expect(readState(search)).toEqual(DEFAULTS);
  });
});

describe('a number', () => {
  it('may have a decimal comma or a percent sign', () => {
    for (const text of ['0.1', '.1', '0,1', ' 10 % ', '10%'])
      expect(parseValue('drop', text), text).toEqual({ value: 0.1 });
    expect(parseValue('width', '1e3')).toEqual({ value: 1000 });
  });

  it('is never changed without a word: beyond its range it is said to be', () => {
    expect(parseValue('drop', '90')).toEqual({ wrong: 'Between 0 and 0.95. (90 % is 0.9.)' });
    expect(parseValue('drop', '-0.1')).toEqual({ wrong: 'Between 0 and 0.95.' });
    expect(parseValue('depth', '9.7')).toEqual({ wrong: 'A whole number, please.' });
    for (const text of ['x', 'Infinity', '1e999', '1.000,5', ''])
      expect(parseValue('drop', text === '' ? '-' : text), text).toEqual({ wrong: 'Not a number.' });
    expect(parseValue('drop', '0.6')).toEqual({ value: 0.6 });
  });

  it('is empty where something else says it', () => {
    expect(parseValue('steps', ' ')).toEqual({ value: '' });
    expect(parseValue('w_low', ' ')).toEqual({ wrong: 'A value is needed.' });
  });
});

it('keeps the parts of a state together', () => {
  expect(consistent({ ...DEFAULTS, init: 'gaussian' })).toMatchObject({ sigma_w2: 2, sigma_b2: 0 });
  expect(consistent({ ...DEFAULTS, sigma_w2: 3 }).sigma_w2).toBe('');
  expect(consistent({ ...DEFAULTS, width: '', depth: '' })).toMatchObject({ width: 512, depth: 20 });
  expect(consistent({ ...DEFAULTS, w_low: 5, w_high: 4 }).w_high).toBeGreaterThan(5);
  expect(consistent({ ...DEFAULTS, technique: 'none' }).y).toBe('sigma_b2');
});

it('shows every measure of a plane', () => {
  expect(Object.keys(MEASURES).sort()).toEqual([...PLANE_MEASURES, ...FITTED_MEASURES].sort());
});
