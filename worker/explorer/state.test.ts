import { describe, expect, it } from 'vitest';
import { PLANE_MEASURES } from '../../catalogue/queries.ts';
import { consistent, DEFAULTS, MEASURES, parseValue, readState, type State, writeState } from './state.ts';

describe('the address of the page', () => {
  it('says what differs from the defaults, and nothing else', () => {
    expect(writeState(DEFAULTS)).toBe('');
    expect(writeState({ ...DEFAULTS, keep: 0.9, activation: 'erf' })).toBe('?activation=erf&keep=0.9');
  });

  it('brings every part of the state back', () => {
    const state: State = {
      activation: 'gelu',
      technique: 'gaussian',
      measure: 'chi_1',
      y: 'keep',
      sigma_w2: 2.5,
      sigma_b2: 0.125,
      keep: 0.75,
      w_low: 0.5,
      w_high: 6,
      depth: 120,
      grid: 'mnist-tanh-keep-095',
      fan_in: 784,
      framework: 'keras',
      preset: 'gpt2_small',
      block: 'gated',
      drop: 0,
      blocks: 48,
      norm_at: 'post',
      tokens: 128,
      block_activation: 'silu',
      norm: 'rms',
      sigma_w2_attention: 0.5,
      sigma_w2_hidden: 1.5,
      sigma_w2_output: 0.25,
    };
    expect(readState(writeState(state))).toEqual(state);
  });

  it('takes defaults for what makes no sense', () => {
    const search = '?activation=<script>&keep=x&depth=&grid=../etc&__proto__=1&constructor=2&y=depth&other=1';
    expect(readState(search)).toEqual(DEFAULTS);
  });
});

it('brings numbers to their range and step', () => {
  expect([parseValue('keep', '7'), parseValue('depth', '9.7'), parseValue('sigma_b2', '0.12349')]).toEqual([
    1, 10, 0.123,
  ]);
  expect(['', ' ', 'x', 'Infinity', '1e999'].map((text) => parseValue('keep', text))).toEqual(
    Array(5).fill(undefined),
  );
});

it('leaves to the preset what is empty', () => {
  expect([parseValue('blocks', ''), parseValue('norm_at', ''), parseValue('drop', ' ')]).toEqual([
    '',
    '',
    '',
  ]);
  expect([parseValue('block', ''), parseValue('preset', ''), parseValue('preset', '<b>')]).toEqual(
    Array(3).fill(undefined),
  );
  expect(readState('?blocks=&drop=0&norm_at=above')).toEqual({ ...DEFAULTS, drop: 0 });
  expect(writeState({ ...DEFAULTS, drop: 0, blocks: 24 })).toBe('?drop=0&blocks=24');
});

it('keeps the axis upright and the pointer within it', () => {
  expect(consistent({ ...DEFAULTS, w_low: 5, w_high: 4, sigma_w2: 1 })).toMatchObject({
    w_low: 5,
    w_high: 5.05,
    sigma_w2: 5,
  });
  expect(consistent({ ...DEFAULTS, technique: 'none', y: 'keep' }).y).toBe('sigma_b2');
});

it('shows every measure of a plane', () => {
  expect(Object.keys(MEASURES).sort()).toEqual([...PLANE_MEASURES].sort());
});
