import { fixedValue, type Plan } from '../../schemas/plan.ts';
import {
  activationAt,
  crossoverDepth,
  depthScales,
  dropoutMoments,
  gradientSpread,
  type PairFactors,
  pairProducts,
  plainNetwork,
  quarticNoise,
  slopeCorrelation,
  varianceMean,
  wideGradients,
} from '../../theory/index.ts';
import { type Prediction, predictLayers, startOf } from '../../trainer/measure/predict.ts';
import { listCells } from '../../trainer/run/cells.ts';
import { findReadOut } from './record.ts';

/** What the theory says of a layer. */
export type TheoryLayer = Prediction & {
  readonly layer: number;
  readonly K: number;
  /** Var/mean² of δ² of one input, for a fixed read-out: log-normal */
  readonly spread: number;
  /** root mean square of mean δ_a δ_b over networks and pairs, for a fixed read-out */
  readonly rms: number;
  /** variance of mean δ_a δ_b, for a fixed read-out */
  readonly pair_variance: number;
  /** metrics of weights with the same weights forward and backward: known for linear networks with |z|² as read-out */
  readonly tied?: { readonly weight_1: number; readonly weight_2: number } | undefined;
};

/** What the theory says of the networks of one keep. */
export type CellTheory = {
  readonly chi_1: number;
  readonly chi_c: number;
  readonly chi_q: number;
  readonly factors: PairFactors;
  /** growth of Var(ln δ²) per layer, times the width */
  readonly V: number;
  /** cross-over depth of one network; null where two inputs are one */
  readonly K_x: number | null;
  /** by layer, from the read-out downwards */
  readonly layers: readonly TheoryLayer[];
};

/**
 * The theory of a plan's networks with one keep: the recursions by layer, and what finite width does to them.
 * @see docs/theory.md, "Gradients"; Huang et al. 2019
 */
export function predictCell(plan: Plan, keep: number): CellTheory {
  const { network, measurement } = plan;
  const [width, sigma_b2] = [fixedValue(plan, 'width') as number, fixedValue(plan, 'sigma_b2') as number];
  const cell = listCells(plan).find((one) => one.keep === keep);
  const start = cell && measurement && startOf(plan, { sigma_w2: cell.sigma_w2, sigma_b2 }, measurement);
  if (!cell || !start || network.technique !== 'bernoulli')
    throw new Error(`There is no prediction for ${plan.id}, keep ${keep}.`);
  const { sigma_w2, depth } = cell;
  const activation = activationAt(network.activation);
  const scales = depthScales(
    plainNetwork({
      ...{ activation: network.activation, technique: network.technique, keep, mask: 'independent' },
      ...{ sigma_w2, sigma_b2, q0: start.q0 },
    }),
  );
  const [q, c, chi_1, chi_c, chi_q] = (['q_star', 'c_star', 'chi_1', 'chi_c', 'chi_q'] as const).map(
    (name) => scales[name] as number,
  ) as [number, number, number, number, number];
  const factors = { chi_1, chi_c, kappa_ab: slopeCorrelation(activation, q, c), width };
  const noise = quarticNoise(dropoutMoments(keep));
  const { V } = gradientSpread(activation, { sigma_w2, q, chi_q, noise });
  const quadratic = findReadOut(plan) === 'quadratic';
  const predicted = predictLayers(plan, cell, sigma_b2, start, (top, cosine) =>
    quadratic ? { single: 4 * top, cosine } : { single: 1, cosine: 1 },
  );
  if (!predicted) throw new Error(`There is no prediction for ${plan.id}.`);
  // |v|²/N of a gaussian read-out v
  const initial = 2 / width;
  const products = pairProducts(factors, depth - 1);
  const layers = predicted
    .map((own, i): TheoryLayer => {
      const K = depth - 1 - i;
      const { signed_mean, rms } = products[K] as (typeof products)[number];
      const single = own.gradient_1 as number;
      const square = (1 + initial) * rms * rms;
      return {
        ...own,
        layer: i + 1,
        K,
        spread: varianceMean(V, { K, width, chi_1, initial }).relative_variance,
        rms: single * Math.sqrt(square),
        pair_variance: single * single * (square - signed_mean * signed_mean),
        tied:
          network.activation === 'linear' && quadratic
            ? tied({ sigma_w2, sigma_b2, noise }, K, own, predicted[i - 1])
            : undefined,
      };
    })
    .toReversed();
  return { chi_1, chi_c, chi_q, factors, V, K_x: crossoverDepth(factors), layers };
}

/** The weights of a layer of a linear network: its own gradients by what the layer below it gives. */
function tied(
  network: Omit<Parameters<typeof wideGradients>[0], 'mask'>,
  K: number,
  { q, c }: Prediction,
  below: Prediction | undefined,
): TheoryLayer['tied'] {
  if (q == null || c == null || below?.q == null || below.c == null) return undefined;
  const { single, pair } = wideGradients(network, K, { q, q_ab: c * q });
  // the loss is |z|², twice that of wideGradients
  return {
    weight_1: 4 * single * network.noise.s2 * below.q,
    weight_2: 4 * pair * below.c * below.q,
  };
}
