import { describe, expect, it } from 'vitest';
import { ACTIVATIONS, icStep, TECHNIQUES } from '../theory/index.ts';
import { call } from './testing/api.ts';

type Answer = { rows: Record<string, number | string | null>[]; meta: { notes: string[] }; detail?: string };

const ask = async (path: string) => (await (await call(`/v1/${path}`)).json()) as Answer;

describe('networks of IC layers', () => {
  it('have a trajectory: the variance at once, the correlation step by step', async () => {
    const { rows, meta } = await ask('trajectory?activation=relu&sigma_w2=2&technique=ic&keep=0.9&depth=4');
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({ layer: 0, q: 1, c: 0.5, chi_2: null });
    for (const { q } of rows.slice(1)) expect(q).toBeCloseTo(2 / 0.9, 12);
    // q′ c′ = sigma_w2 K(c), K of relu after centring and scaling: E[φφ] less its value at c = 0, over E[φ²] − E[φ]²
    const kernel = (c: number) => (Math.sqrt(1 - c * c) + (Math.PI - Math.acos(c)) * c) / (2 * Math.PI);
    const centred = (c: number) => (kernel(c) - kernel(0)) / (kernel(1) - kernel(0));
    rows.slice(1).forEach(({ c }, i) => {
      expect(c).toBeCloseTo(0.9 * centred(rows[i]?.c as number), 10);
    });
    const total = rows.reduce((product, { chi_1 }) => product * ((chi_1 as number | null) ?? 1), 1);
    expect(rows[0]?.gradient_1).toBeCloseTo(total, 10);
    expect(meta.notes.join()).toContain('large batches');
  });

  it('have an estimate of the trainable depth, that of following every layer', async () => {
    const { rows } = await ask('trainable-depth?activation=relu&sigma_w2=2&technique=ic&keep=0.9');
    const layer = { sigma_w2: 2, sigma_b2: 0, noise: TECHNIQUES.ic.noise({ keep: 0.9 }) };
    let state = { q: 1, c0: 0.27, misalignments: [0, 0.73] as readonly number[] };
    let [before, after, depth] = [0.73, 0.73, 0];
    while (after >= Math.exp(-6)) {
      state = icStep(ACTIVATIONS.relu, layer, state);
      [before, after] = [after, (state.misalignments[1] as number) - (state.misalignments[0] as number)];
      depth++;
    }
    const exact = depth - 1 + Math.log(before / Math.exp(-6)) / Math.log(before / after);
    expect(Math.abs((rows[0]?.estimate_low as number) - exact)).toBeLessThan(0.1);
    expect(rows[0]?.limited_by).toBe('correlation');
    expect(rows[0]?.six_xi_2).toBeGreaterThan(10);
  });

  it.each([
    ['trajectory?activation=relu&sigma_w2=2&technique=ic&keep=0.9&mode=eval', '#/mode'],
    ['trainable-depth?activation=relu&sigma_w2=2&technique=ic&keep=0.9&carry=1', '#/carry'],
    ['trainable-depth?activation=relu&sigma_w2=2&technique=ic&keep=0.9&schedule=step_early', '#/schedule'],
    ['critical?activation=relu&technique=ic&keep=0.9', '#/technique'],
  ])('say what is not known of them: %s', async (path, pointer) => {
    const response = await call(`/v1/${path}`);
    const { errors } = (await response.json()) as { errors: { pointer: string; detail: string }[] };
    expect([response.status, errors[0]?.pointer]).toEqual([400, pointer]);
  });
});
