import { describe, expect, test } from 'vitest';
import {
  type Activate,
  hasDepthScales,
  type Network,
  readActivation,
  readNoise,
  readPlainBlock,
  readPlainLayer,
} from '../network.ts';
import { TECHNIQUES } from '../techniques/index.ts';
import { estimateCautiousLimit, estimateDepth } from '../trainable-depth/estimate.ts';
import { advise, judge } from './advice.ts';
import { recommendedNetwork } from './changes.ts';
import type { Recommendation } from './recommend.ts';

const { noise: bernoulli } = TECHNIQUES.bernoulli;
const [relu, tanh, softplus, linear] = (['relu', 'tanh', 'softplus', 'linear'] as const).map((activation) =>
  readActivation({ activation }),
) as [Activate, Activate, Activate, Activate];
const noise = (keep: number) => readNoise({ technique: 'bernoulli', keep });

describe('advice', () => {
  const ask = { activation: tanh, noise: noise(0.95), fan_in: 200 };

  test('verdicts follow the two limits', () => {
    const { low, high } = advise({ ...ask, depth: 30 }).limits ?? {};
    expect(low?.depth).toBeCloseTo(39.11, 1);
    expect(high?.depth).toBeCloseTo(79.23, 1);
    expect(advise({ ...ask, depth: 30 })).toMatchObject({ verdict: 'trainable', changes: [] });
    expect(advise({ ...ask, depth: 60 }).verdict).toBe('doubtful');
    expect(advise({ ...ask, depth: 100 }).verdict).toBe('not_trainable');
    expect(advise({ ...ask, depth: 100, estimate: { multiplier: 3 } }).verdict).toBe('trainable');
    expect(advise({ ...ask, activation: softplus, sigma_b2: 2, depth: 3 }).verdict).toBe('unknown');
  });

  test('a width that does not carry the depth makes it doubtful', () => {
    const wide = advise({ ...ask, depth: 30, width: 1000 });
    expect(wide.verdict).toBe('trainable');
    // V about 4 a layer: 1000 / 4
    expect(wide.limits?.width).toBeGreaterThan(200);
    const narrow = advise({ ...ask, depth: 30, width: 64 });
    expect(narrow.limits?.width).toBeCloseTo((wide.limits?.width as number) * 0.064, 8);
    expect(narrow.verdict).toBe('doubtful');
    expect(narrow.limits?.low).toEqual(wide.limits?.low);
  });

  test('each change that is said to be enough is', () => {
    const { changes } = advise({ ...ask, depth: 100, alternatives: [relu, tanh, linear] });
    const kinds = changes.map(({ change }) => change);
    expect(new Set(kinds)).toEqual(
      new Set(['less_drop', 'schedule', 'activation', 'smaller_bias', 'residual']),
    );
    expect(changes.filter(({ change }) => change === 'activation')).toHaveLength(2);
    for (const change of changes) {
      expect(change.enough).toBe(change.contrast >= Math.exp(-6));
      if (change.change !== 'less_drop') continue;
      const at = (drop: number) => {
        const keep = 1 - drop;
        const sigma_w2 = 1.7609546396067386 * keep;
        const options = { q0: 0.5700478816407643 };
        return (
          estimateDepth(tanh.phi, { sigma_w2, sigma_b2: 0.05, noise: bernoulli({ keep }) }, options).depth ??
          1e9
        );
      };
      expect(at(change.drop)).toBeGreaterThanOrEqual(100);
      expect(at(change.drop * 1.002)).toBeLessThan(100);
    }
  });

  test('what else a change must fulfil is asked of the network that it makes, where the theory is satisfied', () => {
    const asked: Network[] = [];
    const layerOf = ({ blocks }: Network) =>
      readPlainBlock(typeof blocks === 'function' ? blocks(1, 60) : blocks);
    const also = (changed: Network) =>
      asked.push(changed) > 0 && 1 - (layerOf(changed).noise.keep as number) < 1e-3;
    const input = { ...ask, depth: 60, alternatives: [linear], also };
    const changes = advise(input).changes;
    const [less] = changes;
    expect(less).toMatchObject({ change: 'less_drop', enough: true });
    expect((less as { drop: number }).drop).toBeCloseTo(1e-3, 5);
    expect(changes.filter(({ enough }) => enough)).toEqual([less]);
    // (without it they would be)
    expect(
      advise({ ...ask, depth: 60, alternatives: [linear] }).changes.filter(({ enough }) => enough),
    ).toContainEqual(expect.objectContaining({ change: 'activation' }));
    const other = asked.find((network) => layerOf(network).activation === linear) as Network;
    expect(readPlainLayer(other)).toMatchObject({ noise: { keep: 0.95 }, sigma_b2: 0 });
    const skipped = asked.map(layerOf).filter(({ carry }) => carry === 1);
    expect(skipped.map(({ branch }) => branch)).toEqual([1, 1 / 60]);
    expect(asked.filter(hasDepthScales).length).toBeGreaterThan(2);
  });

  test('relu with dropout is rescued by scaled branches, not by schedules', () => {
    const { changes } = advise({ activation: relu, noise: noise(0.9), depth: 50 });
    const enough = changes.filter((change) => change.enough);
    expect(enough.map(({ change }) => change)).toEqual(['less_drop', 'residual']);
    expect(enough[1]).toMatchObject({ branch: 1 / 50, carry: 1 });
  });

  test('IC layers: any weights will do, depth is short, and skip connections are what helps', () => {
    const ic = {
      activation: relu,
      noise: readNoise({ technique: 'ic', keep: 0.95 }),
      depth: 60,
      batch_norm: true,
    } as const;
    const { recommended, limits, verdict, changes } = advise({ ...ic, fan_in: 100, alternatives: [tanh] });
    expect(recommended).toMatchObject({ sigma_b2: 0, q_star: 1, stable: true, criterion: 'q* = 1' });
    expect(recommended?.sigma_w2).toBeCloseTo(0.95, 14);
    expect(recommended?.std).toBeCloseTo(Math.sqrt(0.0095), 14);
    // the same layers, followed from where the advice starts
    const layer = {
      sigma_w2: 0.95,
      sigma_b2: 0,
      noise: TECHNIQUES.ic.noise({ keep: 0.95 }),
      batch_norm: true,
    } as const;
    expect(limits?.low.depth).toBeCloseTo(estimateDepth(relu.phi, layer).depth as number, 10);
    expect(limits?.low.depth).toBeLessThan(30);
    expect(verdict).toBe('not_trainable');
    expect(changes.filter(({ enough }) => enough).map(({ change }) => change)).toContain('residual');
    // without the normalisation it is another question
    expect(judge({ ...ic, batch_norm: false }).limits?.low.depth).not.toBeCloseTo(
      limits?.low.depth as number,
      0,
    );
  });

  test('nothing is said of exploding gradients that no correlation limits: IC layers without noise', () => {
    const ic = {
      activation: relu,
      noise: readNoise({ technique: 'ic', keep: 1 }),
      depth: 60,
      batch_norm: true,
    };
    const { limits, verdict } = judge(ic);
    expect([limits?.low.depth, verdict]).toEqual([null, 'unknown']);
    // (at chi_1 = 1 gradients keep their size, so that no limit is none)
    expect(judge({ ...ask, noise: noise(1), depth: 30 }).verdict).toBe('trainable');
  });

  test('limits without noise at the critical point, and what is refused', () => {
    const { recommended } = judge({ ...ask, noise: noise(1), depth: 30 });
    const network = recommendedNetwork({ ...ask, noise: noise(1), depth: 30 }, recommended as Recommendation);
    expect(estimateCautiousLimit(network).depth).toBeNull();
    expect(() => noise(0)).toThrow('keep');
    expect(() => advise({ ...ask, depth: 0 })).toThrow('depth');
  });
});
