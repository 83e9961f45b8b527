import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIVATIONS } from './activations/index.ts';
import { wrap } from './activations/wrap.ts';
import { numeric } from './averages/numeric.ts';
import { tabulated } from './averages/tables.ts';
import { count, kept, Meter, OutOfWork } from './work.ts';

const spending = (limit: number, ask: () => void): number | 'out' => {
  const meter = new Meter(limit);
  try {
    meter.run(ask);
  } catch (error) {
    expect(error).toBeInstanceOf(OutOfWork);
    expect(meter.left).toBe(0);
    return 'out';
  }
  return meter.spent;
};

test('work is counted while a meter runs, and stops at its limit', () => {
  expect(spending(10, () => count(7))).toBe(7);
  expect(spending(10, () => count(10))).toBe(10);
  expect(spending(10, () => count(10.5))).toBe('out');
  // nobody pays outside
  count(1e9);
});

test('a part has a limit of its own, and the whole still holds', () => {
  const meter = new Meter(100);
  expect(meter.within(30, () => count(40), 'left out')).toBe('left out');
  expect(meter.spent).toBe(30);
  expect(meter.within(30, () => 'had', 'left out')).toBe('had');
  expect(meter.within(50, () => meter.within(80, () => count(60), 'inner'), 'outer')).toBe('outer');
  expect(meter.spent).toBe(80);
  expect(() => meter.within(30, () => count(21), 'left out')).toThrow(OutOfWork);
  expect(meter.left).toBe(0);
  meter.raise(5);
  meter.run(() => count(5));
  expect(() => meter.run(() => count(1))).toThrow(OutOfWork);
});

test('another error is no lack of work', () => {
  const fail = () => {
    throw new RangeError('no');
  };
  expect(() => new Meter(10).within(5, fail, null)).toThrow(RangeError);
});

/** A tree of kept values: what each takes to make, and which others it uses. */
type Node = { readonly own: number; readonly uses: readonly number[] };

/** Kept values that use earlier ones only. */
const trees = fc.array(
  fc.record({ own: fc.integer({ min: 0, max: 9 }), uses: fc.array(fc.nat(), { maxLength: 3 }) }),
  { minLength: 1, maxLength: 8 },
);

const planted = (nodes: readonly Node[]) => {
  const values: (() => number)[] = [];
  nodes.forEach(({ own, uses }, i) => {
    values.push(
      kept(() => {
        count(own);
        for (const other of uses) if (i > 0) values[other % i]?.();
        return i;
      }),
    );
  });
  return values;
};

test('the same questions take the same work, whatever was asked of the process before', () => {
  fc.assert(
    fc.property(
      trees,
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 60 }),
      (nodes, earlier, asked, limit) => {
        const ask = (values: readonly (() => number)[], which: readonly number[]) => () => {
          for (const i of which) values[i % values.length]?.();
        };
        const [cold, warm] = [planted(nodes), planted(nodes)];
        ask(warm, earlier)();
        expect(spending(limit, ask(warm, asked))).toBe(spending(limit, ask(cold, asked)));
        // and again, where all is made that could be
        expect(spending(limit, ask(warm, asked))).toBe(spending(limit, ask(cold, asked)));
      },
    ),
    { seed: 15, numRuns: 2000 },
  );
});

test('what was left out leaves as much to the rest, warm and cold', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 30 }), (nodes, one, other, limit) => {
      const ask = (values: readonly (() => number)[]) => {
        const meter = new Meter(2 * limit);
        const had = meter.within(limit, () => values[one % values.length]?.(), 'left out');
        try {
          meter.run(() => values[other % values.length]?.());
        } catch {
          return [had, 'out'];
        }
        return [had, meter.spent];
      };
      const [cold, warm] = [planted(nodes), planted(nodes)];
      for (const value of warm) value();
      expect(ask(warm)).toEqual(ask(cold));
    }),
    { seed: 15, numRuns: 2000 },
  );
});

test('averages are counted the same with tables that exist and with tables that are made', () => {
  const { name, parity, asymptote, kinks, features, phi, derivative } = ACTIVATIONS.silu;
  const fresh = () => tabulated(numeric({ name, parity, asymptote, kinks, features, phi, derivative }));
  const ask = (activation: typeof ACTIVATIONS.silu) => () => {
    for (const q of [0.5, 3, 1e-12]) {
      activation.moments(q);
      activation.pair(q)(0.2);
    }
    wrap(activation, { input_scale: 2 }).pair(0.5)(0.3);
  };
  const used = fresh();
  ask(used)();
  const taken = spending(Number.POSITIVE_INFINITY, ask(fresh()));
  expect(taken).toBeGreaterThan(10_000);
  expect(spending(Number.POSITIVE_INFINITY, ask(used))).toBe(taken);
});

test('averages of all activations are counted but for closed forms', () => {
  const uncounted = Object.entries(ACTIVATIONS).filter(([, { moments, pair }]) => {
    const one = spending(Number.POSITIVE_INFINITY, () => moments(1e-9));
    const two = spending(Number.POSITIVE_INFINITY, () => pair(30)(1e-3));
    return one === 0 || two === 0;
  });
  expect(uncounted.map(([name]) => name)).toEqual(
    'linear relu leaky_relu abs erf scaled_erf gelu sin cos prelu relu_squared'.split(' '),
  );
});
