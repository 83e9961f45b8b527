import { describe, expect, it } from 'vitest';
import { answer } from './answer.ts';
import { findHelps } from './help.ts';
import { consistent, readState, type State } from './state.ts';

const helpsOf = (state: State) => findHelps(state, answer(state).verdict.verdict);

describe('what would help', () => {
  it.each([
    '',
    '?activation=tanh&depth=60',
    '?activation=gelu&drop=0.3&depth=12',
    '?activation=silu&init=keras_default&depth=15&optimiser=sgd',
    '?drop=0&depth=30',
  ])('is enough where the page says so: %s', (search) => {
    const state = readState(search);
    const { list, isTrainable } = helpsOf(state);
    expect(isTrainable).toBe(answer(state).verdict.verdict === 'trainable');
    const applicable = list.filter(({ enough, change }) => enough && change);
    for (const { what, change } of applicable) {
      const changed = consistent({ ...state, ...change });
      expect([what, answer(changed).verdict.verdict]).toEqual([what, 'trainable']);
    }
    if (!isTrainable) expect(applicable.length, search).toBeGreaterThan(0);
    // those that are enough come first
    expect(list.map(({ enough }) => enough)).toEqual(
      list.map(({ enough }) => enough).toSorted((a, b) => Number(b) - Number(a)),
    );
  });

  it('names the weights where they alone are better, and not where the network has them', () => {
    const state = readState('?drop=0&depth=30');
    const [first] = helpsOf(state).list;
    expect(first?.what).toMatch(/^Start the weights with a standard deviation of 0\.0625/);
    const changed = consistent({ ...state, ...first?.change });
    expect(helpsOf(changed).list.some(({ what }) => what.startsWith('Start the weights'))).toBe(false);
  });

  it('has code for the framework that is asked for', () => {
    expect(helpsOf(readState('')).snippet).toContain('import torch');
    expect(helpsOf(readState('?framework=jax&kind=pre_norm')).snippet).toContain('import jax');
  });
});
