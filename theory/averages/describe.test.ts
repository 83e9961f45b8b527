import { describe, expect, it, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { describeActivation } from './describe.ts';
import { numeric } from './numeric.ts';

describe('numeric, of φ and φ′ alone', () => {
  it.each([
    ...(['tanh', 'silu', 'mish', 'softplus', 'elu', 'softsign', 'hard_tanh', 'relu', 'erf'] as const),
    ...(['tanhshrink', 'hard_swish', 'gelu'] as const),
  ])('%s has the averages that it has by its description', (name) => {
    const known = ACTIVATIONS[name];
    const own = numeric(known.phi, known.derivative, known.kinks);
    expect([own.parity, own.asymptote]).toEqual([known.parity, known.asymptote]);
    for (const q of [0.01, 1, 50]) {
      expect(Math.abs(own.moments(q).ratio / known.moments(q).ratio - 1)).toBeLessThan(1e-12);
      expect(Math.abs(own.moments(q).slope2 / known.moments(q).slope2 - 1)).toBeLessThan(1e-12);
      expect(Math.abs(own.pair(q)(0.3).gap / known.pair(q)(0.3).gap - 1)).toBeLessThan(1e-12);
    }
  });

  it('keeps the digits of what cancels beside 0', () => {
    const { moments } = numeric(
      (x) => Math.sqrt(1 + x * x) - 1,
      (x) => x / Math.sqrt(1 + x * x),
    );
    // φ = x²/2 − x⁴/8 + …, so that E[φ²] = 3 q²/4 − 15 q³/8 + …
    const q = 1e-8;
    expect(Math.abs(moments(q).ratio / ((3 / 4) * q - (15 / 8) * q * q) - 1)).toBeLessThan(1e-12);
  });

  it('says that an odd φ may have several fixed points', () => {
    const cubed = describeActivation({
      ...{ name: 'tanh³', kinks: [], phi: (x) => Math.tanh(x) ** 3 },
      derivative: (x) => 3 * (Math.tanh(x) / Math.cosh(Math.min(Math.abs(x), 300))) ** 2,
    });
    expect([cubed.parity, cubed.saturates]).toEqual(['odd', false]);
    const { tanh } = ACTIVATIONS;
    expect(describeActivation(tanh).saturates).toBeUndefined();
  });
});

test.each<[string, (x: number) => number, (x: number) => number, RegExp]>([
  ['1/x', (x) => 1 / x, (x) => -1 / (x * x), /not finite at x = 0/],
  ['∛x', Math.cbrt, (x) => 1 / (3 * Math.cbrt(x) ** 2), /too steep at x = 0/],
  ['3', () => 3, () => 0, /constant/],
  ['x³', (x) => x ** 3, (x) => 3 * x * x, /grows as x\^3/],
  ['sin', Math.sin, Math.cos, /does not settle/],
  ['a kink that is not said', Math.abs, Math.sign, /too steep or not smooth|not smooth/],
  [
    'a kink elsewhere that is not said',
    (x) => Math.abs(x - 1),
    (x) => Math.sign(x - 1),
    /not smooth near x = 1/,
  ],
])('%s is refused', (_, phi, derivative, why) => {
  if (phi === Math.abs) expect(numeric(phi, derivative, [0]).parity).toBe('even');
  else expect(() => numeric(phi, derivative)).toThrow(why);
});
