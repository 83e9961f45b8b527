import { describe, expect, it } from 'vitest';
import { depthScales, plainNetwork } from '../../theory/index.ts';
import { publishedRules } from './rules.ts';

const rules = (network: object) =>
  publishedRules({
    ...depthScales(
      plainNetwork({
        ...{
          activation: 'relu',
          technique: 'bernoulli',
          mask: 'independent',
          q0: 1,
          sigma_w2: 2,
          sigma_b2: 0,
        },
        ...network,
      } as const),
    ),
  });

describe('the published rules on the page', () => {
  it('are multiples of ξ₂ where nothing cuts them', () => {
    expect(rules({ activation: 'tanh', sigma_w2: 1.76, sigma_b2: 0.05, keep: 0.95 })).toEqual({
      depth: '40 – 81',
      by: 'can be trained, by the rules 6 ξ₂ and 12 ξ₂',
      sentence: 'By the rules 6 ξ₂ and 12 ξ₂: 40 – 81.',
    });
  });

  it('name no depth where ξ₂ is infinite: float32 does, or nothing', () => {
    expect(rules({ sigma_w2: 4 }).sentence).toBe(
      'The variance leaves float32 after 127 layers; ξ₂ is infinite, so that the rules 6 ξ₂ and 12 ξ₂ name no depth.',
    );
    expect(rules({ sigma_w2: 2 })).toMatchObject({
      depth: '∞',
      sentence: 'ξ₂ is infinite, so that the rules 6 ξ₂ and 12 ξ₂ name no depth.',
    });
  });

  it('stand beside float32 where it cuts one or both of them', () => {
    const one = rules({ sigma_w2: 8, keep: 0.99 });
    expect(one.sentence).toBe('The variance leaves float32 after 63 layers; 6 ξ₂ and 12 ξ₂ are 36 and 73.');
    expect(one.depth).toBe('36 – 63');
    const both = rules({ sigma_w2: 30, keep: 0.99 });
    expect(both.depth).toBe('32');
    expect(both.sentence).toMatch(/^The variance leaves float32 after 32 layers; 6 ξ₂ and 12 ξ₂ are 36/);
  });
});
