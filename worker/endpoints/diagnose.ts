import { diagnoseContract } from '../../schemas/endpoints/diagnose.ts';
import { INIT_PARAMETER_NAMES } from '../../schemas/init-parameters.ts';
import { oneInit } from '../../schemas/names.ts';
import {
  calculateGain,
  convolutionShape,
  criticalPoints,
  type DepthEstimate,
  depthScales,
  estimateDepth,
  INITS,
  type Init,
  type InitParameters,
  initVariances,
  type LayerShape,
  ParameterError,
  squaredGain,
} from '../../theory/index.ts';
import { networkCost } from '../network-cost.ts';
import { LAYER } from '../prices.ts';
import { DEEPEST } from '../work.ts';
import { endpoint, type Point } from './endpoint.ts';
import { activationOf, mapsOf, noiseIn } from './network.ts';

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseEndpoint = endpoint(diagnoseContract, {
  cost: (query) => ({ rows: 1, work: 300 + networkCost(query) + DEEPEST * LAYER }),
  answer: (query, { budget }) => {
    const { init, gain, bias_std } = query;
    const shape = shapeOf(query);
    const { fan_in, fan_out } = shape;
    const weights = variances(query, shape);
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
      fan_in,
      fan_out,
      ...(gain !== undefined && { gain: typeof gain === 'number' ? gain : calculateGain(gain) }),
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
  absent: new Map([
    ['sigma_w2', 'is what this answers: give gain, its root (with init=gaussian, for example).'],
    ['sigma_b2', 'is what this answers: give bias_std, its root.'],
  ]),
});

type Query = Point<ReturnType<(typeof diagnoseContract)['query']['parse']>>;

/** The shape of a layer, or of a convolution. */
function shapeOf(query: Query): Required<LayerShape> {
  const { in_channels, out_channels, kernel_size = '1', groups } = query;
  const { fan_in = 256, fan_out = fan_in } = query;
  if (in_channels === undefined) return { fan_in, fan_out, outputs: fan_out };
  return convolutionShape({
    in_channels,
    kernel: kernel_size.split('x').map(Number),
    ...(out_channels !== undefined && { out_channels }),
    ...(groups !== undefined && { groups }),
  });
}

/** What the weights mean as (sigma_w2, sigma_b2). */
function variances(query: Query, shape: Required<LayerShape>): { sigma_w2: number; sigma_b2: number } {
  const { init, gain, std = Number.NaN, in_channels } = query;
  if (init === undefined)
    return { sigma_w2: gain === undefined ? std ** 2 * shape.fan_in : squaredGain(gain), sigma_b2: 0 };
  const own = oneInit(init);
  const { convolutions }: Init = INITS[own];
  if (in_channels !== undefined && convolutions === false)
    throw new ParameterError(
      'in_channels',
      'not_applicable',
      `in_channels: convolutions are not initialised as ${init} is. Give fan_in.`,
    );
  return initVariances(own, { ...shape, ...parametersIn(query) });
}

/** The parameters of the initialiser that a query gives. */
const parametersIn = (query: Query): InitParameters =>
  Object.fromEntries(
    INIT_PARAMETER_NAMES.filter((name) => query[name] !== undefined).map((name) => [name, query[name]]),
  );

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
