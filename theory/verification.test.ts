import { describe, expect, test } from 'vitest';
import type { ActivationName } from '../catalogue/activations.ts';
import recorded from '../fixtures/verification.json' with { type: 'json' };
import { activationAt, computeKernel, depthScales } from './index.ts';
import { type PlainStack, plainNetwork } from './network.ts';

/** What the oracle of `npm run verify` said of a network; its numbers are written by `npm run verify -- --record`. */
type Recorded = {
  readonly query: PlainStack & { readonly q0_b: number; readonly c: number };
  readonly oracle: Readonly<Record<string, number>>;
};

const QUANTITIES = ['chi_q', 'chi_1', 'chi_aligned', 'chi_c'] as const;

describe.each(
  Object.entries(recorded) as unknown as [ActivationName, Recorded[]][],
)('%s', (name, networks) => {
  test('the numbers of an oracle that shares nothing with the theory', () => {
    expect(networks.length).toBeGreaterThan(0);
    for (const { query, oracle } of networks) {
      const row = depthScales(plainNetwork(query));
      const place = JSON.stringify({ query, oracle, row });
      expect(Math.abs((row.q_star as number) / (oracle.end as number) - 1), place).toBeLessThan(1e-10);
      expect(Math.abs((row.c_star as number) - (oracle.c_star as number)), place).toBeLessThan(1e-10);
      // (chi_aligned of a φ that jumps is infinite)
      const known = QUANTITIES.filter((quantity) => oracle[quantity] !== undefined);
      // (and its chi_q is of the order of E[φ²]/q, as long as its jumps are reached at all)
      const square = known.length < QUANTITIES.length ? 1 - query.sigma_b2 / (oracle.end as number) : 0;
      const scale = Math.max(square, ...known.map((quantity) => Math.abs(oracle[quantity] as number)));
      for (const quantity of known) {
        // (beside c* = 1 the misalignment has no digits in c*, and a kinked φ has a slope of its root)
        if (quantity === 'chi_c' && (oracle.c_star as number) > 1 - 1e-6) continue;
        const off = Math.abs((row[quantity] as number) - (oracle[quantity] as number));
        expect(off / scale, `${quantity} ${place}`).toBeLessThan(1e-10);
      }
      if (oracle.kernel === undefined) continue;
      const around = Object.entries(query).filter(([key]) =>
        /^(slope|alpha|threshold|(in|out)put_(scale|shift))$/.test(key),
      );
      const phi = activationAt(name, Object.fromEntries(around) as Record<string, number>);
      const { product, slope } = computeKernel(phi, query.q0, query.c, query.q0_b);
      const [a, b] = [query.q0, query.q0_b].map((q) => computeKernel(phi, q, 1));
      const size = Math.sqrt((a?.product as number) * (b?.product as number));
      // (of a dead zone that no input leaves nothing comes out)
      if (size > 0) expect(Math.abs(product - oracle.kernel) / size, place).toBeLessThan(1e-10);
      const steep = Math.sqrt((a?.slope as number) * (b?.slope as number));
      if (steep > 0)
        expect(Math.abs(slope - (oracle.kernel_slope as number)) / steep, place).toBeLessThan(1e-10);
    }
  });
});
