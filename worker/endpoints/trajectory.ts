import statistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { ACTIVATIONS, watchedTrajectory } from '../../theory/index.ts';
import { charge, givingUp, TOO_DEAR } from '../meter.ts';
import { LAYER, unequalPrice } from '../prices.ts';
import type { Budget } from '../work.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, hasInputNoise, keepsOf, mapsOf, stackOf } from './network.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  // a layer that moves takes averages at a q of its own, and where two inputs have different ones, averages of them both
  cost: ({ depth, q0 = 1, q0_b, ...query }) => ({
    rows: depth + 1,
    work: 50 + depth * LAYER + (q0_b === undefined ? 0 : unequalWork(query, Math.max(q0, q0_b), depth)),
  }),
  answer: ({ input, q0 = 1, q0_b, c0 = 0.5, c_common = 0, ...query }, { budget }) => {
    const data = input && statistics[input];
    const start = data ? startAt(data) : { q0, c0, ...(q0_b !== undefined && { q0_b }) };
    const stack = { ...query, start: data ? ('input' as const) : ('preactivation' as const) };
    const layers = stackOf(stack);
    const keeps = query.mode === 'eval' ? null : keepsOf(stack);
    const { rows } = watchedTrajectory(
      activationOf(query, budget),
      layers,
      { c_common, ...start },
      { before: layerwise(query, Math.max(q0, q0_b ?? q0), budget), givesUp: givingUp(budget) },
    );
    return rows.map((row) => {
      const quiet = row.layer === 0 || (data && row.layer === 1 && !hasInputNoise(stack));
      const keep = quiet ? null : (keeps?.[row.layer - 1] ?? null);
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

/** A network, as far as averages of two variances cost more or less for it. */
type Priced = Parameters<typeof activationOf>[0] & {
  readonly sigma_w2: number;
  readonly keep?: number | undefined;
  readonly drop?: number | undefined;
  readonly input_shift?: number | undefined;
  readonly input_scale?: number | undefined;
  readonly output_scale?: number | undefined;
};

/** What averages of two variances cost in so many layers, the larger of them being q at first. */
function unequalWork(query: Priced, q: number, layers: number): number {
  const { activation, sigma_w2, drop = 0, input_shift = 0, input_scale = 1, output_scale = 1 } = query;
  const { keep = 1 - drop } = query;
  const [left, right] = ACTIVATIONS[activation].asymptote;
  // (the asymptotes of φ say how fast q may grow, and φ sees it behind its scale)
  const growth =
    sigma_w2 && (sigma_w2 / keep) * (input_scale * output_scale) ** 2 * ((left * left + right * right) / 2);
  const largest = input_scale ** 2 * q * Math.max(growth, 1) ** layers;
  return unequalPrice(activation, input_shift !== 0, layers, Math.min(largest, 1e300));
}

/** Charges for such averages layer by layer, where they were not charged before. */
function layerwise(query: Priced, q: number, budget: Budget): () => void {
  let layers = 0;
  return () => {
    layers++;
    const before = layers === 1 ? 0 : unequalWork(query, q, layers - 1);
    if (budget.unpaid) charge(unequalWork(query, q, layers) - before, budget);
  };
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
