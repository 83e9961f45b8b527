import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import type { Noise } from '../noise.ts';
import { layersOf } from '../testing/layers.ts';
import { type Draw, NOISE_DRAWS } from '../testing/noise-draws.ts';
import { estimate, randomNetworks } from '../testing/random-network.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { computeNoise } from './index.ts';

const { tanh } = ACTIVATIONS;

const WIDTH = 1000;
const NETWORKS = 6;
const NETWORK = { sigma_w2: 1.8, sigma_b2: 0.05, depth: 3 };
const START = { q0: 1, c0: 0.6 };

/** The means move by terms of order 1/N that the theory of infinite width does not have: so many units of it. */
const BIAS = 5 / WIDTH;

type Network = Parameters<typeof randomNetworks>[0];
const drawn = (draw: Draw): Pick<Network, 'keep' | 'noise'> => ({
  keep: 1,
  noise: (uniform) => {
    const now = draw(uniform);
    return typeof now === 'number' ? [now, 0] : now;
  },
});
const alpha = NOISE_DRAWS.find(([name]) => name === 'alpha') as (typeof NOISE_DRAWS)[number];

/** What is drawn, with the moments and the mask that the theory gives it. */
const CASES: [
  name: string,
  noise: Noise,
  network: Pick<Network, 'keep' | 'noise' | 'keep_weights' | 'shared'>,
][] = [
  ...NOISE_DRAWS.map(([name, noise, draw]): (typeof CASES)[number] => [name, noise, drawn(draw)]),
  ['dropconnect', computeNoise('dropconnect', { keep: 0.7 }), { keep: 1, keep_weights: 0.7 }],
  ['bernoulli, shared masks', computeNoise('bernoulli', { keep: 0.8 }), { keep: 0.8, shared: 1 }],
  ['alpha, half of the masks shared', alpha[1], { ...drawn(alpha[2]), shared: 0.5 }],
];

// (ic's own maps are checked in trajectory/; here its moments are those of dropout)
describe('random networks of width 1000 with each noise, within four standard errors', () => {
  test.each(CASES)('%s', (name, noise, network) => {
    const { phi, derivative } = tanh;
    const next = randomNetworks(
      { phi, derivative, ...NETWORK, ...START, ...network, width: WIDTH, read_out: 'fixed' },
      7,
    );
    const found = Array.from({ length: NETWORKS }, next);
    const { rows } = trajectory(tanh, layersOf({ ...NETWORK, noise, mask: network.shared ?? 0 }), START);
    const check = (what: string, values: number[], wanted: number) => {
      const { mean, error } = estimate(values);
      expect(Math.abs(mean - wanted), `${name} ${what}: ${mean} for ${wanted}`).toBeLessThan(
        4 * error + BIAS * Math.abs(wanted),
      );
    };
    rows.forEach((row, l) => {
      if (l > 0) {
        check(
          `q ${l}`,
          found.map(({ aa }) => aa[l] as number),
          row.q as number,
        );
        check(
          `c ${l}`,
          found.map(({ aa, bb, ab }) => (ab[l] as number) / Math.sqrt((aa[l] as number) * (bb[l] as number))),
          row.c as number,
        );
      }
      const read_out = found.map(({ gaa }) => gaa.at(-1) as number);
      check(
        `gradient ${l}`,
        found.map(({ gaa }, i) => (gaa[l] as number) / (read_out[i] as number)),
        row.gradient_1 as number,
      );
      check(
        `pair ${l}`,
        found.map(({ gab }, i) => (gab[l] as number) / (read_out[i] as number)),
        row.gradient_2 as number,
      );
    });
  });
});
