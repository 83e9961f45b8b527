import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fittedColumns } from '../../answers/rule.ts';
import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import { ARCHITECTURE_NAMES } from '../../catalogue/architectures.ts';
import { PLAN_INITS } from '../../catalogue/inits.ts';
import { DATA_SET_NAMES, OPTIMISER_NAMES } from '../../catalogue/training.ts';
import { CONTRACTS } from '../../schemas/endpoints/index.ts';
import { ParameterError } from '../../theory/index.ts';
import { Budget } from '../budget.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import type { Measurements } from '../measured/nearest.ts';
import { parseQuery } from '../query.ts';
import { adviceRow, answer, blockRow, followNetwork, scalesRow } from './answer.ts';
import { computeField, planeAxes } from './field.ts';
import {
  addressOf,
  adviceQuery,
  blocksQuery,
  blockTrajectoryQuery,
  depthQuery,
  isPlain,
  planeQuery,
  type Query,
  readPoint,
  scalesQuery,
  trajectoryQuery,
} from './question.ts';
import { consistent, DEFAULTS, KINDS, readState, type State, TECHNIQUE_CHOICES } from './state.ts';

/** States that a reader may come to. */
const states: fc.Arbitrary<State> = fc
  .record({
    kind: fc.oneof(
      { weight: 3, arbitrary: fc.constant('plain' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])) },
      { weight: 1, arbitrary: fc.constantFrom(...ARCHITECTURE_NAMES) },
    ),
    activation: fc.constantFrom(...ACTIVATION_NAMES),
    technique: fc.constantFrom(...TECHNIQUE_CHOICES),
    drop: fc.constantFrom(0, 0.05, 0.1, 0.3, 0.5),
    init: fc.constantFrom(...PLAN_INITS),
    sigma_w2: fc.constantFrom('' as const, 0.5, 1.76, 3),
    sigma_b2: fc.constantFrom('' as const, 0, 0.05),
    width: fc.constantFrom(64, 100, 768),
    depth: fc.constantFrom(1, 12, 40),
    optimiser: fc.constantFrom(...OPTIMISER_NAMES),
    data: fc.constantFrom(...DATA_SET_NAMES),
    steps: fc.constantFrom('' as const, 2000),
    learning_rate: fc.constantFrom('' as const, 0.001),
  })
  .map((parts) => consistent({ ...DEFAULTS, ...parts }));

const contractOf = ({ path }: Query) => {
  const contract = CONTRACTS.find(({ name }) => name === path);
  if (!contract) throw new Error(`no contract ${path}`);
  return contract;
};

const questionsOf = (state: State): Query[] =>
  isPlain(state)
    ? [depthQuery, scalesQuery, trajectoryQuery, adviceQuery].map((ask) => ask(state))
    : [blocksQuery, blockTrajectoryQuery, adviceQuery].map((ask) => ask(state));

/** A query as the API reads it: undefined where it refuses. */
function parse(query: Query): Record<string, unknown> {
  const { searchParams } = new URL(addressOf(query), 'http://x');
  const parsed = parseQuery(searchParams, contractOf(query).query).query as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value[0] : value]],
    ),
  );
}

describe('what the page asks', () => {
  it('is read by the API as the page reads it', () => {
    fc.assert(
      fc.property(states, (state) => {
        for (const query of questionsOf(state)) {
          const { field: _, ...own } = readPoint<Record<string, unknown>>(query);
          let parsed: Record<string, unknown>;
          try {
            parsed = parse(query);
          } catch (error) {
            // (a technique that blocks do not know, tokens that a preset has not: both say so)
            expect(isPlain(state), `${addressOf(query)}: ${error}`).toBe(false);
            continue;
          }
          expect(own).toEqual(parsed);
        }
      }),
      { seed: 19, numRuns: 400 },
    );
  });

  it('the API answers with the same digits', () => {
    const measurements = { nearest: () => undefined, failed: false } as unknown as Measurements;
    const rowsOf = (query: Query) => {
      const endpoint = ENDPOINTS.find(({ contract }) => contract.name === query.path) as Endpoint;
      const budget = new Budget();
      return budget.run(() => endpoint.answer(parse(query), { measurements, budget }));
    };
    let compared = 0;
    fc.assert(
      fc.property(states, (state) => {
        const same = (query: Query, compute: () => readonly object[]) => {
          let expected: readonly object[];
          try {
            expected = rowsOf(query);
          } catch {
            return;
          }
          // what takes more work than a request may is null there, and known here
          const own = compute().map((row, i) =>
            Object.fromEntries(
              Object.entries(row).filter(
                ([name, value]) =>
                  name !== 'reason' &&
                  JSON.stringify(value) !== JSON.stringify((expected[i] as Record<string, unknown>)[name]),
              ),
            ),
          );
          const tooMuch = JSON.stringify(expected).includes('takes too much');
          if (!tooMuch) expect(own, addressOf(query)).toEqual(own.map(() => ({})));
          compared++;
        };
        if (isPlain(state)) {
          same(scalesQuery(state), () => [scalesRow(state)]);
          same(trajectoryQuery(state), () => followNetwork(state));
          same(depthQuery(state), () => {
            const { verdict, fitted, theory } = answer(state);
            return [
              {
                verdict: verdict.verdict,
                because: verdict.because,
                limit_low: theory?.low.depth ?? null,
                limit_high: theory?.high.depth ?? null,
                ...fittedColumns(fitted),
              },
            ];
          });
        } else {
          same(blocksQuery(state), () => [blockRow(state)]);
          same(blockTrajectoryQuery(state), () => followNetwork(state));
        }
      }),
      { seed: 20, numRuns: 120 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  it('has the advice of the API, the snippet included', () => {
    for (const search of ['', '?activation=tanh&depth=60', '?kind=bert_base&depth=96', '?kind=pre_norm']) {
      const state = readState(search);
      const endpoint = ENDPOINTS.find(({ contract }) => contract.name === 'advice') as Endpoint;
      const surroundings = { measurements: {} as Measurements, budget: new Budget() };
      const [expected] = endpoint.answer(parse(adviceQuery(state)), surroundings);
      expect(adviceRow(state), search).toEqual(expected);
    }
  });
});

it('the plane of the page is that of the API', async () => {
  for (const search of [
    '?activation=tanh&init=gaussian&sigma_w2=1.8&sigma_b2=0.05&y=sigma_b2',
    '?measure=fitted_low&width=256',
    '?measure=xi_2&activation=gelu',
    '?measure=chi_1&technique=none',
  ]) {
    const state = readState(search);
    const count = 5;
    const query = parse({ ...planeQuery(state, count), path: 'phase-diagram' });
    const lists = parseQuery(
      new URL(addressOf(planeQuery(state, count)), 'http://x').searchParams,
      contractOf({ path: 'phase-diagram', parameters: {} }).query,
    ).query as Record<string, unknown>;
    expect(query.measure).toBe(state.measure);
    const axes = planeAxes(state, count);
    const yName = state.y === 'drop' ? 'keep' : 'sigma_b2';
    const y = lists[yName] as number[];
    expect(lists.sigma_w2).toEqual(axes.x.map((value) => expect.closeTo(value, 12)));
    expect(y).toEqual(axes.y.map((value) => expect.closeTo(state.y === 'drop' ? 1 - value : value, 9)));
    const steps = computeField(state, state.measure, count);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const { ENDPOINTS: all } = await import('../endpoints/index.ts');
    const plane = all.find(({ contract }) => contract.name === 'phase-diagram') as unknown as {
      answer: (query: object, order: string[], answered: () => void) => { plane: { values: Float64Array } };
    };
    const { values } = plane.answer(lists, ['sigma_w2', yName], () => {}).plane;
    const [own, theirs] = [[...step.value.values], [...values]];
    expect(
      own.map((value, i) =>
        Number.isNaN(value) ? Number.isNaN(theirs[i]) : Math.abs(value / (theirs[i] as number) - 1) < 1e-6,
      ),
    ).toEqual(own.map(() => true));
  }
});

it('says what the theory does not cover', () => {
  expect(() => answer(readState('?kind=pre_norm&technique=tabu'))).toThrow(ParameterError);
});

it('has an address that a person can read', () => {
  const address = addressOf(depthQuery(DEFAULTS));
  expect(address).toBe(
    '/v1/trainable-depth?activation=relu&drop=0.1&init=torch_default&width=512&depth=20&optimiser=adam&data=mnist',
  );
});
