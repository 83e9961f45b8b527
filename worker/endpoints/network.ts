import type { ScheduleAlias, TechniqueName } from '../../catalogue/techniques.ts';
import {
  type Activation,
  activationAt,
  type Layer,
  layersOf,
  type Mask,
  type Noise,
  noiseOf,
  noiseParametersIn,
  ParameterError,
  type PrefixedNoiseParameters,
  type Strength,
  scheduleKeeps,
  TECHNIQUES,
  type Technique,
} from '../../theory/index.ts';
import { activationParametersOf } from './activation-parameters.ts';

/** Noise as a query gives it. */
type NoiseQuery = Strength & PrefixedNoiseParameters & { readonly technique: TechniqueName };

/** A stack of layers as a query gives it. */
export type StackQuery = NoiseQuery & {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly mask: Mask;
  readonly depth: number;
  readonly schedule?: ScheduleAlias;
  readonly keep_per_layer?: readonly number[] | undefined;
  readonly carry?: number;
  readonly branch?: number;
  readonly mode?: 'train' | 'eval';
  readonly start?: 'preactivation' | 'input';
  /** keep of the data, for start `input`; no noise on them if left out, unless keep_per_layer has theirs */
  readonly input_keep?: number | undefined;
};

/**
 * The activation that a query names, with its parameters.
 *
 * @param query its name and parameters, among others
 * @throws ParameterError for a parameter that it does not have
 * @example activationOf({ activation: 'leaky_relu', slope: 0.2, keep: 0.9 }).phi(-1) // -0.2
 */
export function activationOf(query: { activation: Parameters<typeof activationAt>[0] } & object): Activation {
  return activationAt(query.activation, activationParametersOf(query as never));
}

/**
 * The noise of a query whose answer there is for noise alone.
 *
 * @throws ParameterError as {@link noiseIn}; for the IC layer, which normalises too
 * @example noiseAlone({ technique: 'bernoulli', keep: 0.5 }).s2 // 2
 */
export function noiseAlone(query: NoiseQuery): Noise {
  if (mapsOf(query.technique))
    throw new ParameterError(
      'technique',
      'not_applicable',
      'an IC layer normalises the variance away, so that no weight variance is critical. Ask /v1/depth-scales, /v1/trajectory, /v1/trainable-depth or /v1/advice.',
    );
  return noiseIn(query);
}

/**
 * The maps of a technique's layers where they are their own in place of a noise's: `ic`, or null.
 *
 * @example mapsOf('bernoulli') // null
 */
export function mapsOf(technique: TechniqueName): 'ic' | null {
  const entry: Technique = TECHNIQUES[technique];
  return entry.maps ?? null;
}

/**
 * The noise that a query names; of an IC layer, that of its dropout.
 *
 * @throws ParameterError as `noiseOf`
 * @example noiseIn({ technique: 'bernoulli', keep: 0.5 }).s2 // 2
 */
export function noiseIn(query: NoiseQuery, keep?: number): Noise {
  const { technique } = query;
  const strength = keep === undefined ? { keep: query.keep, drop: query.drop } : { keep };
  return noiseOf(technique, { ...noiseParametersIn(query), ...strength });
}

/**
 * The mean keep probability that a query gives; null for a technique without one.
 *
 * @example keepIn({ technique: 'bernoulli', drop: 0.1 }) // 0.9
 */
export function keepIn({ technique, keep, drop }: NoiseQuery): number | null {
  if (!TECHNIQUES[technique].takes_keep) return null;
  return keep ?? (drop === undefined ? 1 : 1 - drop);
}

/**
 * The keep probability before the weights of each layer; null for a technique without one. Where the layers start at data,
 * the first is theirs, and a schedule is spread over the others.
 *
 * @throws ParameterError for a schedule with a technique that takes no keep, or that would drop a whole layer
 * @example keepsOf({ …, technique: 'bernoulli', drop: 0.1, schedule: 'step_early', depth: 4 })
 */
export function keepsOf(query: StackQuery): readonly number[] | null {
  const { schedule = 'constant', keep_per_layer, input_keep, depth, technique, start } = query;
  const keep = keepIn(query);
  if (keep === null && (schedule !== 'constant' || keep_per_layer || input_keep !== undefined))
    throw new ParameterError(
      'technique',
      'not_applicable',
      `"${technique}" takes no keep, so it has no schedule, and no keep of the data.`,
    );
  if (keep_per_layer) return keep_per_layer;
  if (keep === null) return null;
  const spread = (layers: number): readonly number[] =>
    schedule === 'constant' || layers === 0
      ? Array.from({ length: layers }, () => keep)
      : scheduleKeeps(schedule, layers, query.drop ?? 1 - keep);
  // (data are none of the layers that a schedule is spread over)
  return start === 'input' ? [input_keep ?? 1, ...spread(depth - 1)] : spread(depth);
}

/**
 * Whether the data have noise, too, where the layers start at data.
 *
 * @example hasInputNoise({ …, start: 'input', input_keep: 0.8 })
 */
export const hasInputNoise = ({ start, input_keep, keep_per_layer }: StackQuery): boolean =>
  start === 'input' && (input_keep !== undefined || keep_per_layer !== undefined);

/**
 * The layers that a query describes.
 *
 * @throws ParameterError as {@link noiseIn} and {@link keepsOf}
 * @example stackOf({ technique: 'none', mask: 'independent', sigma_w2: 1, sigma_b2: 0, depth: 3 }).length // 3
 */
export function stackOf(query: StackQuery): Layer[] {
  const { sigma_w2, sigma_b2, mask, depth, carry = 0, branch = 1, mode = 'train', start } = query;
  const input_noise = hasInputNoise(query);
  const constant = (query.schedule ?? 'constant') === 'constant' && !query.keep_per_layer && !input_noise;
  const known = new Map<number, Noise>();
  const noiseAt = (keep: number) => {
    const noise = known.get(keep) ?? noiseIn(query, keep);
    known.set(keep, noise);
    return noise;
  };
  // (a constant noise is one object: averages at a fixed point are then taken once)
  const noise = constant ? noiseIn(query) : (keepsOf(query) ?? []).map(noiseAt);
  return layersOf({
    depth,
    sigma_w2,
    sigma_b2,
    noise,
    maps: mapsOf(query.technique),
    mask,
    mode,
    carry,
    branch,
    ...(start !== undefined && { start, input_noise }),
  });
}
