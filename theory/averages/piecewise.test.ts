import { expect, test } from 'vitest';
import type { ActivationName } from '../../catalogue/activations.ts';
import { eluSlopes } from '../activations/exponential.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { pairOf } from '../testing/averages.ts';
import { bentSlopes } from './piecewise.ts';
import { misalignment } from './special.ts';
import { chebyshevPoints, RIGHT_ANGLE, type SlopeRow } from './tables.ts';

const { hard_tanh, relu6, hard_swish } = ACTIVATIONS;

const ROWS: readonly (readonly [ActivationName, SlopeRow])[] = [
  ['hard_tanh', bentSlopes({ kinks: [-1, 1], jumps: [1, -1], turns: [0, 0] }, hard_tanh.moments)],
  ['relu6', bentSlopes({ kinks: [0, 6], jumps: [1, -1], turns: [0, 0] }, relu6.moments)],
  [
    'hard_swish',
    bentSlopes({ kinks: [-3, 3], jumps: [-0.5, -0.5], turns: [1 / 3, -1 / 3] }, hard_swish.moments),
  ],
  ['elu', eluSlopes(1)],
];

test.each(ROWS)('E[φ′φ′] of %s by its own route is that of an independent quadrature', (name, slopes) => {
  const angles = chebyshevPoints(100).map((x) => x * RIGHT_ANGLE);
  for (const q of [0.02, 1, 30]) {
    const row = slopes(q, angles, ACTIVATIONS[name].pair(q));
    for (const i of [0, 12, 40, 70, 99]) {
      const wanted = pairOf(ACTIVATIONS[name], q, misalignment(angles[i] as number)).slope;
      expect(Math.abs((row[i] as number) - wanted), `q ${q}, angle ${i}`).toBeLessThan(2e-14);
    }
  }
});
