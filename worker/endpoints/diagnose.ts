import { resolveInit } from '../../catalogue/inits.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import { diagnoseContract } from '../../schemas/endpoints/diagnose.ts';
import { INIT_PARAMETER_NAMES } from '../../schemas/init-parameters.ts';
import {
  calculateGain,
  convolutionShape,
  count,
  depthScales,
  estimateCautiousLimit,
  INITS,
  type Init,
  type InitParameters,
  initVariances,
  type LayerShape,
  MAX_LAYERS,
  ParameterError,
  readPlainLayer,
  squaredGain,
} from '../../theory/index.ts';
import { TOO_MUCH_WORK } from '../budget.ts';
import { diagnosis, recommendedFor } from './diagnosis.ts';
import { endpoint, type Point } from './endpoint.ts';
import { beyondAll } from './why-null.ts';

/** The work of writing the sentences of an answer, in evaluations. */
const WORDS = 100;

/** The columns that need a trajectory to be followed. */
const FOLLOWED = ['limit_low', 'layers_searched', 'limited_by', 'reason', 'advice'];

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseEndpoint = endpoint(diagnoseContract, {
  answer: (query, { budget, fields }) => {
    count(WORDS);
    const { init, gain, bias_std } = query;
    const shape = readShape(query);
    const { fan_in, fan_out } = shape;
    const weights = readVariances(query, shape);
    const sigma_b2 = bias_std === undefined ? weights.sigma_b2 : bias_std ** 2;
    const { sigma_w2 } = weights;
    const network = networkFromQuery({ ...query, init: undefined, sigma_w2, sigma_b2 });
    const { activation, noise, batch_norm } = readPlainLayer(network);
    // (the cheap part first; no weights are critical that a normalisation undoes)
    const found = batch_norm
      ? NOTHING_RECOMMENDED
      : budget.attempt(() => recommendedFor(activation.phi, noise.noise, sigma_b2));
    const { recommended, critical_sigma_w2 } = found ?? NOTHING_RECOMMENDED;
    const {
      fixed_points: _,
      max_depth_low: __,
      max_depth_high: ___,
      ...scales
    } = depthScales(network, budget.goesOn);
    const common = {
      sigma_w2,
      sigma_b2,
      ...scales,
      fan_in,
      fan_out,
      ...(gain !== undefined && { gain: typeof gain === 'number' ? gain : calculateGain(gain) }),
      usage: init === undefined ? null : INITS[resolveInit(init)].usage,
      std: Math.sqrt(sigma_w2 / fan_in),
      gradient_factor: scales.chi_1 === null ? null : toFinite(scales.chi_1 ** 10),
    };
    const looked = !fields || fields.some((name) => FOLLOWED.includes(name));
    const dies = looked ? budget.attempt(() => estimateCautiousLimit(network)) : null;
    const reasons = [
      scales.reason,
      !found && `critical_sigma_w2, recommended_sigma_w2, recommended_sigma_b2: ${TOO_MUCH_WORK}`,
      looked && !dies && `limit_low, layers_searched, limited_by: ${TOO_MUCH_WORK}`,
    ].filter(Boolean);
    return [
      {
        ...common,
        limit_low: dies?.depth ?? null,
        layers_searched: dies && MAX_LAYERS.equal,
        limited_by: dies?.limited_by ?? null,
        critical_sigma_w2,
        reason:
          reasons.join('; ') ||
          (dies?.depth === null ? `limit_low: ${beyondAll(MAX_LAYERS.equal, scales)}` : null),
        advice: diagnosis({
          ...{ scales, given: { sigma_w2, sigma_b2 }, fan_in, std: query.std, dies, recommended },
          normalised: batch_norm,
        }),
        recommended_sigma_w2: recommended?.sigma_w2 ?? null,
        recommended_sigma_b2: recommended?.sigma_b2 ?? null,
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
function readShape(query: Query): Required<LayerShape> {
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
function readVariances(query: Query, shape: Required<LayerShape>): { sigma_w2: number; sigma_b2: number } {
  const { init, gain, std = Number.NaN, in_channels } = query;
  if (init === undefined)
    return { sigma_w2: gain === undefined ? std ** 2 * shape.fan_in : squaredGain(gain), sigma_b2: 0 };
  const own = resolveInit(init);
  const { convolutions }: Init = INITS[own];
  if (in_channels !== undefined && convolutions === false)
    throw new ParameterError(
      'in_channels',
      'not_applicable',
      `Convolutions are not initialised as ${init} is. Give fan_in.`,
    );
  return initVariances(own, { ...shape, ...pickParameters(query) }, init);
}

/** The parameters of the initialiser that a query gives. */
const pickParameters = (query: Query): InitParameters =>
  Object.fromEntries(
    INIT_PARAMETER_NAMES.filter((name) => query[name] !== undefined).map((name) => [name, query[name]]),
  );

/** Where nothing is recommended. */
const NOTHING_RECOMMENDED = { recommended: null, critical_sigma_w2: null };

const toFinite = (x: number) => (Number.isFinite(x) ? x : null);
