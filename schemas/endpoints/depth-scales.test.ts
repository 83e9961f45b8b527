import { describe, expect, it } from 'vitest';
import { problemEntries } from '../problem.ts';
import { depthScalesContract } from './depth-scales.ts';

const depthScalesQuery = depthScalesContract.query;

const network = { activation: 'tanh', sigma_w2: '1.5' };

function entries(query: Record<string, string>) {
  const parsed = depthScalesQuery.safeParse(query);
  return parsed.success ? [] : problemEntries(parsed.error, Object.keys(depthScalesQuery.shape));
}

describe('depthScalesQuery', () => {
  it('fills in the defaults', () => {
    expect(depthScalesQuery.parse(network)).toEqual({
      activation: ['tanh'],
      sigma_w2: [1.5],
      sigma_b2: [0],
      technique: ['bernoulli'],
      mask: ['independent'],
      q0: [1],
    });
  });

  it('needs activation and sigma_w2', () => {
    expect(entries({}).map(({ pointer }) => pointer)).toEqual(['#/activation', '#/sigma_w2']);
  });

  it.each([
    [{ keep: '0' }, '#/keep', 'from 0.001 to 1'],
    [{ keep: '1.5' }, '#/keep', 'from 0.001 to 1'],
    [{ keep: '0.9', drop: '0.1' }, '#/drop', 'keep or drop, not both'],
    [{ rate: '0.5' }, '#/rate', 'keep'],
    [{ sigma_w: '2' }, '#/sigma_w', 'Did you mean "sigma_w2"?'],
    [{ colour: 'red' }, '#/colour', 'Known:'],
    [{ activation: 'tahn' }, '#/activation', 'Did you mean "tanh"?'],
    [{ technique: 'none', keep: '0.9' }, '#/keep', 'leave keep and drop out'],
    [{ technique: 'none', drop: '0.1' }, '#/drop', 'leave keep and drop out'],
    [{ __proto__: null, constructor: '1' }, '#/constructor', 'Unknown parameter'],
  ])('refuses %j', (extra, pointer, detail) => {
    const found = entries({ ...network, ...extra } as Record<string, string>);
    expect(found.map((entry) => entry.pointer)).toContain(pointer);
    expect(found.map((entry) => entry.detail).join()).toContain(detail);
  });
});
