import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../theory/activations/index.ts';
import { crossoverDepth, slopeCorrelation } from '../theory/gradients/noise-floor.ts';
import { governingScale } from './governing-scale.ts';

const { tanh } = ACTIVATIONS;

describe('two scales or one', () => {
  // tanh, sigma_w2 1.7603915, sigma_b2 0.05, keep 0.9
  const fixed = {
    q_star: 0.693118159601,
    c_star: 0.356604247437,
    chi_1: 1.039322364783,
    chi_c: 0.807121668293,
    chi_q: 0.492222302441,
  };
  const factors = {
    chi_1: fixed.chi_1,
    chi_c: fixed.chi_c,
    kappa_ab: slopeCorrelation(tanh, fixed.q_star, fixed.c_star),
    width: 1000,
  };

  test('fixed read-out: xi_2 for the signed mean, xi_1 below the floor for all else', () => {
    expect(governingScale('signed_mean', 'fixed', factors)).toMatchObject({ scale: 'xi_2', from: 0 });
    for (const metric of ['rms', 'absolute'] as const)
      expect(governingScale(metric, 'fixed', factors)).toMatchObject({
        scale: 'xi_1',
        from: crossoverDepth(factors),
        factor: factors.chi_1,
      });
    const few = governingScale('signed_mean', 'fixed', { ...factors, networks: 100 });
    expect(few.scale).toBe('xi_1');
    expect(few.from).toBeGreaterThan(crossoverDepth(factors) as number);
    expect(governingScale('rms', 'fixed', { ...factors, chi_c: factors.chi_1 }).reason).toContain('same');
  });

  test('wide read-out: one scale for linear and relu, two for tanh', () => {
    expect(governingScale('signed_mean', 'wide', { ...factors, chi_q: fixed.chi_q })).toMatchObject({
      scale: 'xi_2',
      factor: fixed.chi_c,
    });
    const straight = { chi_1: 1.125, chi_c: 0.9, kappa_ab: 1, width: 1000, chi_q: 1.125, biased: false };
    expect(governingScale('signed_mean', 'wide', straight)).toMatchObject({
      scale: 'xi_1',
      factor: 1.125 ** 2,
    });
    // with a bias it takes chi_1² > chi_c: keep 0.6 of the published figure has it, keep 0.9 has not
    const biased = (keep: number) =>
      governingScale('signed_mean', 'wide', {
        chi_1: 0.5 / keep,
        chi_c: 0.5,
        kappa_ab: 1,
        width: 1000,
        chi_q: 0.5 / keep,
      });
    expect(biased(0.6)).toMatchObject({ scale: 'xi_1', factor: (0.5 / 0.6) ** 2 });
    expect(biased(0.9)).toMatchObject({ scale: 'xi_2', factor: 0.5 });
    expect(governingScale('rms', 'wide', { ...straight, biased: true })).toMatchObject({
      scale: 'xi_1',
      factor: 1.125,
    });
    expect(() => governingScale('rms', 'wide', factors)).toThrow('chi_q');
  });
});
