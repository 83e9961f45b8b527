import { expect, test } from 'vitest';
import { pickNoise } from '../catalogue/techniques.ts';
import { ACTIVATIONS, computeNoise, depthScales, plainNetwork, trajectory } from '../theory/index.ts';
import { layersOf } from '../theory/testing/layers.ts';
import { digestPlan } from '../trainer/run/plan.ts';
import { readShippedPlanes } from './grids.ts';
import { PLANES } from './planes.ts';

const ids = PLANES.map(({ plan }) => plan.id);

test('every plane has an id of its own, three seeds, details, and says what counts as trained', () => {
  expect(new Set(ids).size).toBe(ids.length);
  for (const { plan } of PLANES) {
    expect(plan.seeds).toHaveLength(3);
    expect(plan.evaluation.details).toBe(true);
    expect(plan.evaluation.accuracy_threshold).toBe(plan.data.name === 'mnist' ? 0.5 : 0.25);
    if (!plan.search) continue;
    // three seeds of a depth, three depths of a column or more
    expect(plan.search).toMatchObject({ replicates: 3, networks_per_round: 3 });
    expect(plan.search.min_networks).toBeGreaterThanOrEqual(9);
  }
});

test('what ships was trained by the plans of the table', () => {
  const planes = readShippedPlanes();
  expect(planes.length).toBeGreaterThan(0);
  for (const { plan, grid } of planes)
    expect([plan.id, digestPlan(grid.meta.plan)]).toEqual([plan.id, digestPlan(plan)]);
});

const planOf = (id: string) => {
  const found = PLANES.find(({ plan }) => plan.id === id);
  if (!found) throw new Error(`no plane ${id}`);
  return found.plan;
};

const inputOf = (id: string, sigma_w2: number, keep: number) => {
  const { network } = planOf(id);
  return {
    activation: network.activation,
    technique: network.technique,
    sigma_w2,
    sigma_b2: network.sigma_b2 as number,
    mask: 'independent' as const,
    q0: 1,
    ...pickNoise(network, network.technique, keep),
  };
};

test('the critical columns have chi_1 = 1', () => {
  for (const keep of [0.95, 0.9]) {
    const id = `mnist-tanh-keep-0${100 * keep}-critical`;
    const middle = planOf(id).axes.sigma_w2?.[1] as number;
    expect(depthScales(plainNetwork(inputOf(id, middle, keep))).chi_1).toBeCloseTo(1, 6);
  }
  for (const keep of [0.98, 0.95, 0.9]) {
    const id = `mnist-relu-keep-0${100 * keep}`;
    const middle = planOf(id).axes.sigma_w2?.[1] as number;
    expect(depthScales(plainNetwork(inputOf(id, middle, keep))).chi_1).toBeCloseTo(1, 12);
  }
});

/** h = 1 − F(1) at q*, at sigma_w2 1.76: what a layer takes from the correlation of equal inputs. */
function losses(id: string): number[] {
  return (planOf(id).axes.keep ?? [1]).map((keep) => {
    const input = inputOf(id, 1.76, keep);
    const { activation, technique, sigma_w2, sigma_b2, mask: _, q0: _q, ...given } = input;
    const parameters = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.replace('noise_', ''), value]),
    );
    const noise = computeNoise(technique, parameters);
    const layers = layersOf({ depth: 1, sigma_w2, sigma_b2, noise, batch_norm: technique === 'ic' });
    const q0 = depthScales(plainNetwork(input)).q_star as number;
    return 1 - (trajectory(ACTIVATIONS[activation as 'tanh'], layers, { q0, c0: 1 }).rows[1]?.c as number);
  });
}

test('the techniques take as much correlation from equal inputs as Bernoulli dropout with keep 0.98, 0.95, 0.9', () => {
  const usual = losses('mnist-tanh-technique-bernoulli');
  // h = (1 − keep)(q* − sigma_b2)/q*, docs/theory.md
  expect(usual[2]).toBeCloseTo(0.0927833, 6);
  for (const name of ['gaussian', 'tabu', 'vsd', 'alpha', 'ic'])
    losses(`mnist-tanh-technique-${name}`).forEach((h, i) => {
      expect(h / (usual[i] as number), name).toBeCloseTo(1, 3);
    });
  ['098', '095', '090'].forEach((like, i) => {
    const [h] = losses(`mnist-tanh-technique-advanced-${like}`) as [number];
    expect(h / (usual[i] as number)).toBeCloseTo(1, 3);
  });
});
