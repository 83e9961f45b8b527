import { diagnoseContract } from '../../schemas/endpoints/diagnose.ts';
import { oneInit } from '../../schemas/names.ts';
import {
  criticalPoints,
  type DepthEstimate,
  depthScales,
  estimateDepth,
  INITS,
  initVariances,
} from '../../theory/index.ts';
import { networkCost } from '../network-cost.ts';
import { LAYER } from '../prices.ts';
import { DEEPEST } from '../work.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, mapsOf, noiseIn } from './network.ts';

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseEndpoint = endpoint(diagnoseContract, {
  cost: (query) => ({ rows: 1, work: 300 + networkCost(query) + DEEPEST * LAYER }),
  answer: (query, { budget }) => {
    const { init, gain, std, bias_std, fan_in, fan_out = fan_in } = query;
    const weights = variances({ init, gain, std, fan_in, fan_out });
    const sigma_b2 = bias_std === undefined ? weights.sigma_b2 : bias_std ** 2;
    const { sigma_w2 } = weights;
    const {
      fixed_points: _,
      max_depth_low: __,
      max_depth_high: ___,
      ...scales
    } = depthScales({
      ...query,
      sigma_w2,
      sigma_b2,
    });
    const common = {
      sigma_w2,
      sigma_b2,
      ...scales,
      fan_out,
      usage: init === undefined ? null : INITS[oneInit(init)].usage,
      std: Math.sqrt(sigma_w2 / fan_in),
      gradient_factor: scales.chi_1 === null ? null : finite(scales.chi_1 ** 10),
    };
    const [activation, noise] = [activationOf(query, budget), noiseIn(query)];
    const maps = mapsOf(query.technique);
    const layer = { sigma_w2, sigma_b2, noise, maps };
    const dies = estimateDepth(activation, layer, { q0: query.q0, max_layers: DEEPEST });
    // (no weights are critical that a normalisation undoes)
    const critical = maps ? [] : criticalPoints(activation, noise, sigma_b2, 'chi_1').points;
    const critical_sigma_w2 = critical[0]?.sigma_w2 ?? null;
    return [
      {
        ...common,
        signal_dies_at: dies.depth,
        looked_to: DEEPEST,
        dies_of: dies.limited_by,
        critical_sigma_w2,
        advice: [
          sentence(scales.gradient, dies, critical_sigma_w2, fan_in),
          ...(maps ? [NORMALISED] : []),
        ].join(' '),
      },
    ];
  },
});

function variances(given: {
  init: Parameters<typeof oneInit>[0] | undefined;
  gain: number | undefined;
  std: number | undefined;
  fan_in: number;
  fan_out: number;
}): { sigma_w2: number; sigma_b2: number } {
  const { init, gain, std, fan_in, fan_out } = given;
  if (init !== undefined)
    return initVariances(oneInit(init), {
      fan_in,
      fan_out,
      ...(gain !== undefined && { gain }),
    });
  return { sigma_w2: std === undefined ? (gain as number) ** 2 : std ** 2 * fan_in, sigma_b2: 0 };
}

/** What is to be said of layers that normalise. */
const NORMALISED =
  'An IC layer normalises its input, so that the scale of the weights matters only against that of the biases.';

const finite = (x: number) => (Number.isFinite(x) ? x : null);

function sentence(
  gradient: string | null,
  { depth, limited_by }: DepthEstimate,
  critical: number | null,
  fan_in: number,
): string {
  const dies =
    depth === null
      ? `Inputs stay distinguishable for more than ${DEEPEST} layers.`
      : limited_by === 'float_range'
        ? `The variance leaves the range of float32 after about ${Math.round(depth)} layers.`
        : `Two inputs are no longer told apart after about ${Math.round(depth)} layers.`;
  const factor = gradient === null ? '' : ` Gradients are ${gradient}.`;
  const better =
    critical === null || gradient === 'stable'
      ? ''
      : ` They would keep their size at sigma_w2 ${short(critical)}, std ${short(Math.sqrt(critical / fan_in))}.`;
  return `${dies}${factor}${better}`;
}

const short = (x: number) => String(Number(x.toPrecision(5)));
