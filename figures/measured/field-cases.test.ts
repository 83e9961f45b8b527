import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ActivationName } from '../../catalogue/activations.ts';
import type { Grid } from '../../schemas/grid.ts';
import {
  describeNetwork,
  fittedDepth,
  formScales,
  type Network,
  type PlainStack,
  plainNetwork,
  readPlainLayer,
} from '../../theory/index.ts';
import { measuredColumns, trainedBy } from './columns.ts';
import { fittedAt, networkAt } from './predicted.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures');
const read = (file: string) => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8'));
const fitting = { rule: read('depth-rule.json'), statistics: read('data-statistics.json') };

type Case = {
  readonly kind: string;
  readonly ask: string;
  readonly expect: { readonly fitted_depth: { readonly measured: readonly [number, number, number] } };
};
const cases = (read('field-cases.json') as Case[]).filter(({ kind }) => kind === 'vanishing gradients');
const grids: Grid[] = readdirSync(path.join(fixtures, 'grids')).map((file) => read(`grids/${file}`));

/** How the networks of the cases were trained. */
const TRAINED = {
  data: 'mnist',
  optimiser: 'sgd',
  learning_rate: 0.03,
  steps: 500,
  batch: 100,
  init: 'gaussian',
} as const;

function asked(ask: string): { network: PlainStack; width: number } {
  const { searchParams } = new URL(ask, 'http://localhost');
  const number = (name: string) => Number(searchParams.get(name) ?? 0);
  return {
    network: {
      activation: searchParams.get('activation') as ActivationName,
      ...{ technique: 'bernoulli', mask: 'independent', q0: 1, keep: number('keep') },
      ...{ sigma_w2: number('sigma_w2'), sigma_b2: number('sigma_b2') },
    },
    width: number('width'),
  };
}

/** Whether a network has the activation and the variances asked for, and dropout or no noise. */
function isSame(there: Network, asked: PlainStack): boolean {
  const { activation, noise, sigma_w2, sigma_b2 } = readPlainLayer(there);
  return (
    activation.name === asked.activation &&
    sigma_w2 === asked.sigma_w2 &&
    sigma_b2 === asked.sigma_b2 &&
    (noise.technique === 'bernoulli' || noise.technique === 'none')
  );
}

/** The measured columns of the shipped grids that are networks of a case, trained as its are. */
function measuredOf({ network, width }: ReturnType<typeof asked>) {
  return grids.flatMap((grid) => {
    const { plan } = grid.meta;
    const { optimiser, steps, batch } = plan.training;
    const how = { data: plan.data.name, optimiser, steps, batch, init: plan.network.init };
    if (Object.entries(how).some(([name, value]) => TRAINED[name as keyof typeof TRAINED] !== value))
      return [];
    return measuredColumns(grid, { ...trainedBy(plan), measure: 'train_accuracy' }).flatMap((column) => {
      const there = networkAt(grid, column);
      const same =
        there !== null &&
        column.width === width &&
        column.learning_rate === TRAINED.learning_rate &&
        isSame(there, network) &&
        column.keep === network.keep;
      return same ? [{ grid, column }] : [];
    });
  });
}

describe('networks whose gradients vanish', () => {
  test('are cases from the field, of which grids that ship have some', () => {
    expect(cases.length).toBeGreaterThanOrEqual(4);
    expect(cases.flatMap(({ ask }) => measuredOf(asked(ask))).length).toBeGreaterThan(0);
  });

  test.each(cases)('were trained to a depth within the interval of the rule: $ask', ({
    ask,
    expect: wanted,
  }) => {
    const { network, width } = asked(ask);
    const scales = formScales(plainNetwork(network), fitting.statistics.mnist);
    const [from, depth, to] = wanted.fitted_depth.measured;
    // (as asked, and as the networks were trained)
    for (const training of [{}, TRAINED]) {
      const said =
        scales &&
        fittedDepth(fitting.rule, scales, { ...describeNetwork(plainNetwork(network)), width, ...training });
      expect(said?.low).toBeLessThan(depth);
      expect(said?.high).toBeGreaterThan(depth);
    }
    for (const { grid, column } of measuredOf({ network, width })) {
      const { depth: there, low, high } = column;
      const said = fittedAt(grid, column, fitting);
      expect(said?.low).toBeLessThan(there as number);
      expect(said?.high).toBeGreaterThan(there as number);
      // (what was said in the field is what the grid says)
      expect(low ?? 0).toBeLessThanOrEqual(to);
      expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(from);
    }
  });
});
