import { pickNoise, type TrainedTechnique } from '../../catalogue/techniques.ts';
import {
  computeNoise,
  type Noise,
  type NoiseParameters,
  pickNoiseParameters,
  type Strength,
} from '../../theory/index.ts';
import { add, mul, sub } from '../graph/arithmetic.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { mask } from '../graph/layers.ts';
import {
  createBetaInverse,
  createGaussianSource,
  createQuantileSource,
  tabulateQuantiles,
} from '../random/distributions.ts';
import { createMaskSource } from '../random/mask.ts';
import type { Stream } from '../random/stream.ts';
import type { Fill, NoiseLayer, Noisy, Place, Technique } from './technique.ts';

/**
 * A layer whose activations are multiplied by factors that are drawn in TypeScript: the whole of a technique that has
 * nothing to learn. With the noise off they are multiplied by what the theory says (`off`): the factors' mean, so that the next layer
 * sees the mean that it was trained with (Srivastava et al., JMLR 15, 2014, section 4: "weight scaling").
 */
export function createFactorLayer(
  { batch, units }: Place,
  { s1, variance, off = 1 }: Pick<Noise, 's1' | 'variance' | 'off'>,
  source: (stream: Stream) => Fill<'float'>,
  shared?: string,
): NoiseLayer | undefined {
  if (s1 === 1 && variance === 0) return undefined;
  return {
    feed: { type: 'float', shape: [batch, units], source, ...(shared !== undefined && { shared }) },
    train: (graph, x, { feed }): Noisy => ({ y: multiplied(graph, x, feed) }),
    ...(off !== 1 && { evaluate: (graph: Graph, x: Value) => graph.call(mul, [x, graph.scalar(off)]) }),
  };
}

function multiplied(graph: Graph, x: Value, feed: Value | undefined): Value {
  if (!feed) throw new Error('the layer has no factors');
  return graph.call(mul, [x, feed]);
}

/**
 * How strong the noise is at a place, as the theory takes it: the technique's own numbers, with keep where it takes one and the
 * plan does not give numbers instead.
 */
export function readStrength(
  name: TrainedTechnique,
  { keep, options }: Pick<Place, 'keep' | 'options'>,
): Strength & NoiseParameters {
  const { keep: given, ...numbers } = pickNoise(options, name, keep);
  return { ...pickNoiseParameters(numbers), ...(given !== undefined && { keep: given }) };
}

/** No noise. */
export const none: Technique = { name: 'none', layer: () => undefined };

/**
 * Dropout: each activation is kept with probability keep and divided by it, else set to 0 (Srivastava et al., JMLR 15,
 * 2014, in the inverted form of section 10). The training build is fed bits, for which it has an operator of its own;
 * plain graphs are fed the factors 0 and 1/keep, drawn from the same stream.
 */
export const bernoulli: Technique = {
  name: 'bernoulli',
  layer(place): NoiseLayer | undefined {
    const { keep, batch, units, dialect } = place;
    if (keep === 1) return undefined;
    const shared = `bernoulli ${keep}`;
    if (dialect === 'plain')
      return createFactorLayer(
        place,
        computeNoise('bernoulli', { keep }),
        (stream) => createMaskSource(stream, keep, Math.fround(1 / keep)),
        shared,
      );
    return {
      feed: {
        type: 'bool',
        shape: [batch, units],
        source: (stream) => createMaskSource(stream, keep, 1),
        shared,
      },
      train: (graph, x, { feed }) => ({ y: graph.call(mask, [x, feed as Value], { drop: 1 - keep }) }),
    };
  },
};

/**
 * DropConnect: each of the weights that follow is kept with probability keep and divided by it, else set to 0 (Wan et al. 2013,
 * "Regularization of neural networks using DropConnect"). They draw a mask for each image; here all images of a step have one, which would
 * take the memory of the weights for each of them. With the noise off weights are as they are, where the paper draws the sum
 * from the normal distribution with its moments.
 */
export const dropconnect: Technique = {
  name: 'dropconnect',
  layer(place) {
    const { units, fanOut } = place;
    const dropout = bernoulli.layer({ ...place, batch: units, units: fanOut });
    if (!dropout?.train) return undefined;
    const { feed, train } = dropout;
    return { ...(feed && { feed }), maskWeights: (graph, weights, given) => train(graph, weights, given).y };
  },
};

/**
 * Gaussian dropout: each activation is multiplied by 1 + √v n with n standard normal. v is the plan's `noise_variance`,
 * or (1 − keep)/keep, which gives the noise of dropout with this keep its second moment (Srivastava et al., JMLR 15,
 * 2014, section 10).
 */
export const gaussian: Technique = {
  name: 'gaussian',
  layer(place) {
    const moments = computeNoise('gaussian', readStrength('gaussian', place));
    const { variance } = moments;
    return createFactorLayer(
      place,
      moments,
      (stream) => createGaussianSource(stream, 1, variance),
      `gaussian ${variance}`,
    );
  },
};

/**
 * Uniform noise: each activation is multiplied by a factor from U(low, high), the plan's `noise_low` and `noise_high` (1
 * where one is left out), which is not divided by its mean. A keep in place of the two makes it U(1 − d, 1 + d) with
 * d² = 3 (1 − keep)/keep, which has the second moment of dropout (Shen et al. 2018, "Continuous dropout").
 */
export const uniform: Technique = {
  name: 'uniform',
  layer(place) {
    const moments = computeNoise('uniform', readStrength('uniform', place));
    const reach = Math.sqrt(3 * moments.variance);
    const low = moments.s1 - reach;
    return createFactorLayer(
      place,
      moments,
      (stream) =>
        createQuantileSource(
          stream,
          tabulateQuantiles((u) => low + 2 * reach * u),
        ),
      `uniform ${low} ${reach}`,
    );
  },
};

/**
 * Beta dropout: each activation is multiplied by a factor from Beta(a, b), the plan's `noise_a` and `noise_b` (1 where one is
 * left out), divided by its mean a/(a + b) (Liu et al. 2019, "Beta-dropout: a unified dropout").
 */
export const beta: Technique = {
  name: 'beta',
  layer(place) {
    const { a = 1, b = 1 } = readStrength('beta', place);
    const moments = computeNoise('beta', { a, b });
    const source = (stream: Stream) =>
      createQuantileSource(stream, tabulateQuantiles(createBetaInverse(a, b), moments.s1));
    return createFactorLayer(place, moments, source, `beta ${a} ${b}`);
  },
};

/**
 * Noise of the binary concrete distribution: each activation is multiplied by σ((logit keep + logit u)/t)/keep with u from
 * U(0, 1) and t the plan's `noise_temperature` (0.1 where it is left out): dropout whose mask is not quite 0 or 1. keep is
 * the plan's and is not learned; the factor's mean, not quite 1, is what activations are multiplied by with the noise off
 * (Maddison, Mnih and Teh 2017; Gal, Hron and Kendall 2017, who learn keep).
 */
export const concrete: Technique = {
  name: 'concrete',
  layer(place) {
    const { keep } = place;
    const { temperature = 0.1 } = readStrength('concrete', place);
    const odds = (1 - keep) / keep;
    // σ((logit keep + logit u)/t) without its logarithms
    const factor = (u: number) => 1 / (keep * (1 + ((odds * (1 - u)) / u) ** (1 / temperature)));
    const moments = computeNoise('concrete', { keep, temperature });
    const source = (stream: Stream) => createQuantileSource(stream, tabulateQuantiles(factor, moments.s1));
    return createFactorLayer(place, moments, source, `concrete ${keep} ${temperature}`);
  },
};

/**
 * Tabu dropout: at each step each unit is proposed for dropping with probability p = 1 − keep, and the proposal is
 * overruled where the unit was dropped in one of the last `noise_tenure` steps (1 where it is left out). What is kept is
 * multiplied by 1 over the share that is kept in the long run, which is 1 + p for tenure 1. The marks belong to the places
 * of a batch, not to its images: [batch, units] of them, none at the start (Ma et al. 2018, arXiv 1808.09907; Hasan et al.
 * 2022, arXiv 2501.00538, for the tenure).
 */
export const tabu: Technique = {
  name: 'tabu',
  layer(place) {
    const { keep } = place;
    const { tenure = 1 } = readStrength('tabu', place);
    const moments = computeNoise('tabu', { keep, tenure });
    // each layer has marks of its own, so no source is shared; s2 is 1 over the share kept
    return createFactorLayer(place, moments, (stream) => createTabuSource(stream, keep, tenure, moments.s2));
  },
};

/** The factors of tabu dropout, step after step: 0 where a unit is dropped, else the scale. */
export function createTabuSource(stream: Stream, keep: number, tenure: number, scale: number): Fill<'float'> {
  const propose = createMaskSource(stream, keep, Math.fround(scale));
  let step = 0;
  // the first step at which each unit may be dropped again
  let free = new Uint32Array();
  return (into) => {
    if (step === 0) free = new Uint32Array(into.length);
    propose(into);
    for (let i = 0; i < into.length; i++) {
      if (into[i] !== 0) continue;
      if ((free[i] as number) > step) into[i] = scale;
      else free[i] = step + tenure + 1;
    }
    step++;
  };
}

/**
 * Alpha dropout: a unit is set to x₀ = −1.7581 with probability 1 − keep, and a x + b of the outcome restores mean 0 and
 * variance 1. Written as s (x − x₀) + (a x₀ + b) with s = a where the unit is kept and 0 where it is dropped, which are fed.
 * With the noise off activations are as they are (Klambauer et al. 2017, "Self-normalizing neural networks").
 */
export const alpha: Technique = {
  name: 'alpha',
  layer({ keep, batch, units }) {
    const { s1, t2 = 0, st = 0 } = computeNoise('alpha', { keep });
    if (t2 === 0) return undefined;
    // E[st] = −s1² x₀ drop/keep and E[t²] = −E[st] x₀
    const floor = -t2 / st;
    const scale = s1 / keep;
    // a x₀ + b with b = −a x₀ drop
    const shift = scale * floor * keep;
    return {
      feed: {
        type: 'float',
        shape: [batch, units],
        source: (stream) => createMaskSource(stream, keep, Math.fround(scale)),
        shared: `alpha ${keep}`,
      },
      train(graph, x, { feed }) {
        const above = graph.call(sub, [x, graph.scalar(floor)]);
        return { y: graph.call(add, [graph.call(mul, [above, feed as Value]), graph.scalar(shift)]) };
      },
    };
  },
};
