import { randomNormal } from 'd3-random';
import { type InitName, resolveInit, type WeightLaw } from '../../catalogue/inits.ts';
import type { Plan } from '../../schemas/plan.ts';
import { INITS, initVariances, takesGain } from '../../theory/index.ts';
import { TRUNCATED_VARIANCE } from '../../theory/inits/rules.ts';
import { gaussians } from '../random/gaussian.ts';
import { type Stream, uniform } from '../random/stream.ts';
import type { Init, InitOptions } from './init.ts';
import { orthogonalMatrix } from './orthogonal.ts';

/** Draws so many numbers of mean 0 and a variance. */
type Draw = (source: Stream, count: number, variance: number) => Float32Array;

const uniforms: Draw = (source, count, variance) => {
  const end = Math.sqrt(3 * variance);
  return Float32Array.from({ length: count }, () => end * (2 * uniform(source) - 1));
};

/** Normal numbers cut off at two standard deviations, drawn again where they lie beyond; `variance` is what is left. */
const truncated: Draw = (source, count, variance) => {
  const scale = Math.sqrt(variance / TRUNCATED_VARIANCE);
  const normal = randomNormal.source(() => uniform(source))();
  return Float32Array.from({ length: count }, () => {
    let value = normal();
    while (Math.abs(value) > 2) value = normal();
    return scale * value;
  });
};

/** How independent weights are drawn, by their law. */
const DRAWS: Record<Exclude<WeightLaw, 'orthogonal'>, Draw> = {
  normal: gaussians,
  truncated_normal: truncated,
  uniform: uniforms,
};

const gaussian = ({ sigma_w2, sigma_b2 }: InitOptions): Init => ({
  weights: (source, fanIn, fanOut) => gaussians(source, fanIn * fanOut, sigma_w2 / fanIn),
  biases: (source, _, fanOut) => gaussians(source, fanOut, sigma_b2),
});

/** Weights are an orthogonal matrix times √sigma_w2: where a layer widens, its variance is sigma_w2 / fan_out. */
const orthogonal = ({ sigma_w2, sigma_b2 }: InitOptions): Init => ({
  weights: (source, fanIn, fanOut) =>
    Float32Array.from(orthogonalMatrix(source, fanIn, fanOut), (value) => value * Math.sqrt(sigma_w2)),
  biases: gaussian({ sigma_w2, sigma_b2 }).biases,
});

/** A framework's initialiser. Where it takes a gain, the square of that is sigma_w2. Its biases are its own. */
function framework(name: InitName, { sigma_w2 }: InitOptions): Init {
  const { law } = INITS[name];
  const given = takesGain(name) ? { sigma_w2 } : {};
  const of = (fanIn: number, fanOut: number) =>
    initVariances(name, { ...given, fan_in: fanIn, fan_out: fanOut });
  return {
    weights(source, fanIn, fanOut) {
      if (law === 'orthogonal') return orthogonal({ sigma_w2, sigma_b2: 0 }).weights(source, fanIn, fanOut);
      return DRAWS[law](source, fanIn * fanOut, of(fanIn, fanOut).sigma_w2 / fanIn);
    },
    biases: (source, fanIn, fanOut) => uniforms(source, fanOut, of(fanIn, fanOut).sigma_b2),
  };
}

/**
 * How initial values are drawn, by the name that plans use: `gaussian` and `orthogonal` with the plan's variances, and the
 * frameworks' initialisers by the names of theory's INITS.
 *
 * @param name the name
 * @param options the plan's variances
 * @example initOf('gaussian', { sigma_w2: 1.5, sigma_b2: 0.05 }).weights(stream(1, 'W1'), 784, 100)
 */
export function initOf(name: Plan['network']['init'], options: InitOptions): Init {
  if (name === 'gaussian') return gaussian(options);
  if (name === 'orthogonal') return orthogonal(options);
  return framework(resolveInit(name), options);
}
