import statistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { watchedTrajectory } from '../../theory/index.ts';
import { charge, givingUp, TOO_DEAR } from '../meter.ts';
import { LAYER, unequalPrice } from '../prices.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, isPlain, keepsOf, mapsOf, stackOf } from './network.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  // a layer that moves takes averages at a q of its own, and where two inputs have different ones, averages of them both
  cost: ({ depth, activation, q0_b, ...query }) => ({
    rows: depth + 1,
    work: 50 + depth * LAYER + (q0_b === undefined ? 0 : unequalWork(activation, isPlain(query), depth)),
  }),
  answer: ({ input, q0 = 1, q0_b, c0 = 0.5, c_common = 0, ...query }, { budget }) => {
    const data = input && statistics[input];
    const start = data ? startAt(data) : { q0, c0, ...(q0_b !== undefined && { q0_b }) };
    const layers = stackOf({ ...query, start: data ? 'input' : 'preactivation' });
    const keeps = query.mode === 'eval' ? null : keepsOf(query);
    const { first, again } = unequalPrice(query.activation, isPlain(query));
    // (the theory knows averages of two variances that are closed by the entries of their activations)
    const activation = activationOf(query, q0_b !== undefined && first === again ? undefined : budget);
    let price = first;
    const before = () => {
      if (budget.unpaid) charge(price, budget);
      price = again;
    };
    const givesUp = givingUp(budget);
    const { rows } = watchedTrajectory(activation, layers, { c_common, ...start }, { before, givesUp });
    return rows.map((row) => {
      const read = row.layer === 0 || (data && row.layer === 1);
      const keep = read ? null : (keeps?.[row.layer - 1] ?? null);
      return { ...row, keep, reason: row.c === null || rows.at(-1)?.c === null ? whyNot(row) : null };
    });
  },
  notes: ({ input, technique }) => [
    ...(input
      ? [
          `q0 and c0 are those of ${input} after the usual normalisation (mean over pairs of images of different classes), measured by npm run data-statistics.`,
        ]
      : []),
    ...(technique.some(mapsOf)
      ? [
          input
            ? `ic: the other inputs of a batch have the correlation c0 of ${input} at layer 0.`
            : 'ic: the other inputs of a batch have the correlation c_common at layer 0, 0 if not given.',
        ]
      : []),
  ],
});

/** What averages of two variances cost in so many layers. */
function unequalWork(activation: string, plain: boolean, layers: number): number {
  const { first, again } = unequalPrice(activation, plain);
  return first + (layers - 1) * again;
}

/** Which columns of a layer were not followed. */
function whyNot(row: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(row).filter((name) => row[name] === null);
  return `${names.join(', ')}: ${TOO_DEAR}`;
}

/** Where the layers start that read a data set: two images of different classes, in a batch of such. */
function startAt(data: (typeof statistics)[keyof typeof statistics]) {
  const c0 = data.cosine_different_class;
  return { q0: data.mean_square, c0, c_common: Math.max(c0, 0) };
}
