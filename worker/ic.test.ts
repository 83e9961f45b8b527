import { describe, expect, it } from 'vitest';
import { ACTIVATIONS, icEvaluation, icStep, TECHNIQUES } from '../theory/index.ts';
import { call } from './testing/api.ts';

type Answer = { rows: Record<string, number | string | null>[]; meta: { notes: string[] }; detail?: string };

const ask = async (path: string) => (await (await call(`/v1/${path}`)).json()) as Answer;

describe('networks of IC layers', () => {
  it('have a trajectory: the variance at once, the correlation step by step', async () => {
    const { rows, meta } = await ask('trajectory?activation=relu&sigma_w2=2&technique=ic&keep=0.9&depth=4');
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({ layer: 0, q: 1, c: 0.5 });
    for (const { q } of rows.slice(1)) expect(q).toBeCloseTo(2 / 0.9, 12);
    // q′ c′ = sigma_w2 K(c), K of relu after centring and scaling: E[φφ] less its value at c = 0, over E[φ²] − E[φ]²
    const kernel = (c: number) => (Math.sqrt(1 - c * c) + (Math.PI - Math.acos(c)) * c) / (2 * Math.PI);
    const centred = (c: number) => (kernel(c) - kernel(0)) / (kernel(1) - kernel(0));
    rows.slice(1).forEach(({ c }, i) => {
      expect(c).toBeCloseTo(0.9 * centred(rows[i]?.c as number), 10);
    });
    const slope = (Math.PI - Math.acos(0.5)) / (2 * Math.PI) / (kernel(1) - kernel(0));
    expect(rows[0]?.chi_c).toBeCloseTo(2 * slope, 10);
    const total = rows.reduce((product, { chi_1 }) => product * ((chi_1 as number | null) ?? 1), 1);
    expect(rows[0]?.gradient_1).toBeCloseTo(total, 10);
    expect(meta.notes.join()).toContain('large batches');
  });

  it('have an estimate of the trainable depth, that of following every layer', async () => {
    const { rows } = await ask('trainable-depth?activation=relu&sigma_w2=2&technique=ic&keep=0.9&field=all');
    const layer = { sigma_w2: 2, sigma_b2: 0, noise: TECHNIQUES.ic.noise({ keep: 0.9 }) };
    let state = { q: 1, c0: 0.27, misalignments: [0, 0.73] as readonly number[] };
    let [before, after, depth] = [0.73, 0.73, 0];
    while (after >= Math.exp(-6)) {
      state = icStep(ACTIVATIONS.relu, layer, state);
      [before, after] = [after, (state.misalignments[1] as number) - (state.misalignments[0] as number)];
      depth++;
    }
    const exact = depth - 1 + Math.log(before / Math.exp(-6)) / Math.log(before / after);
    expect(Math.abs((rows[0]?.limit_low as number) - exact)).toBeLessThan(0.1);
    expect(rows[0]?.limit_low_limited_by).toBe('correlation');
    expect(rows[0]?.six_xi_2).toBeGreaterThan(10);
  });

  it('are evaluated with the statistics of training, whose variance they miss', async () => {
    const { rows } = await ask(
      'trajectory?activation=relu&sigma_w2=2&technique=ic&keep=0.8&depth=4&mode=eval',
    );
    const squares = icEvaluation(ACTIVATIONS.relu, 2, TECHNIQUES.ic.noise({ keep: 0.8 }), 3);
    expect(rows[1]?.q).toBeCloseTo(2, 12);
    squares.forEach((square, i) => {
      expect(rows[i + 2]?.q).toBeCloseTo(2 * square, 10);
    });
  });

  it('go deeper with skip connections, and as deep as their schedule lets them', async () => {
    const at = async (more: string) =>
      (await ask(`trainable-depth?activation=relu&sigma_w2=1&technique=ic&field=all&${more}`)).rows[0] ?? {};
    const plain = (await at('keep=0.9')).limit_low as number;
    const residual = await at('keep=0.9&carry=1');
    expect(residual).toMatchObject({ limit_low: null, limited_by: null });
    expect(residual.layers_searched as number).toBeGreaterThan(plain);
    const [late, constant] = [await at('keep=0.7&schedule=step_late'), await at('keep=0.7')];
    expect(Math.abs((late.limit_low as number) - (constant.limit_low as number))).toBeLessThan(3);
  });

  it('get advice: any scale of the weights, how deep it goes, and code that normalises', async () => {
    const network = 'activation=relu&technique=ic&keep=0.9';
    const { rows } = await ask(`advice?${network}&depth=60&fan_in=128`);
    const { sigma_w2, q_star, limit_low, verdict, snippet, criterion } = rows[0] ?? {};
    expect([q_star, criterion, verdict]).toEqual([1, 'q* = 1', 'not_trainable']);
    expect(sigma_w2).toBeCloseTo(0.9, 12);
    const depth = (await ask(`trainable-depth?${network}&sigma_w2=${sigma_w2}&field=limit_low`)).rows[0]
      ?.limit_low;
    expect(limit_low).toBeCloseTo(depth as number, 8);
    expect(snippet).toContain('BatchNorm1d');
  });

  it('see what the inputs of a batch share, where that is given', async () => {
    const at = async (more: string) =>
      (await ask(`trajectory?activation=tanh&sigma_w2=1&technique=ic&depth=1&c0=0.5${more}`)).rows[1]
        ?.c as number;
    expect(await at('&c_batch=0.4')).toBeLessThan((await at('')) - 0.1);
  });

  it.each([
    ['trajectory?activation=relu&sigma_w2=2&technique=ic&keep=0.9&q0_b=2', '#/q0_b'],
    ['trajectory?activation=relu&sigma_w2=2&keep=0.9&c_batch=0.2', '#/c_batch'],
    ['critical?activation=relu&technique=ic&keep=0.9', '#/technique'],
  ])('say what is not known of them: %s', async (path, pointer) => {
    const response = await call(`/v1/${path}`);
    const { errors } = (await response.json()) as { errors: { pointer: string; detail: string }[] };
    expect([response.status, errors[0]?.pointer]).toEqual([400, pointer]);
  });
});
