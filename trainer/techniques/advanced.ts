import { computeNoise, keepEffective, techniqueParameters } from '../../theory/index.ts';
import { add, div, mul, sub } from '../graph/arithmetic.ts';
import { log, sigmoid, softplus, sqrt } from '../graph/elementwise.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { matmul, reduceMean, stopGradient } from '../graph/matrix.ts';
import { createGaussianSource } from '../random/distributions.ts';
import { drawUniform, type Stream } from '../random/stream.ts';
import { readStrength } from './factors.ts';
import type { Given, Noisy, OwnParameter, Technique } from './technique.ts';

/** Units of the hidden layer on the way to mu and sigma: the width over this. */
const RATIO = 16;

/** Initial weights are uniform from 0 to this. */
const REACH = 0.01;

/** Up to this width the published start holds; beyond it, masks would be almost binary from the first step on. */
const SAFE_WIDTH = 512;

/** The published learning rate of these parameters, whatever that of the weights. */
const LEARNING_RATE = 1e-4;

/**
 * Advanced dropout: activations are multiplied by m/Z with m = σ(mu + sigma n), n standard normal for each image and unit. mu
 * and sigma are numbers of the layer and the step: averages over the batch of two outputs of a small network (linear, one
 * sixteenth of the width; sigma through softplus) whose input are the activations. Z = σ(mu/√(1 + 3.14 sigma²/8)) stands for
 * the mean of m, and no gradient flows through it. mu and sigma start near the plan's `noise_mu` and `noise_sigma` (0 and
 * softplus(1.2) where they are left out). With the noise off activations are as they are.
 *
 * As published (Xie et al. 2022, arXiv 2010.05244, and the code PRIS-CV/AdvancedDropout), with two exceptions: above 512 units the
 * initial weights are smaller, by 512/units, unless the plan says `noise_published_init`; and there is at least one hidden unit.
 * The parameters have a learning rate of their own, `noise_learning_rate` (1e-4 where it is left out). There is no penalty
 * unless `noise_kl` gives one a weight: the divergence of N(mu, sigma²) from where it started.
 */
export const advanced: Technique = {
  name: 'advanced',
  layer(place) {
    const { batch, units, options } = place;
    const { mu = 0, sigma } = readStrength('advanced', place);
    const { noise_learning_rate = LEARNING_RATE, noise_kl = 0, noise_published_init = 0 } = options;
    const hidden = Math.max(1, Math.floor(units / RATIO));
    const reach = noise_published_init ? REACH : REACH * Math.min(1, SAFE_WIDTH / units);
    const parameter = (name: string, shape: number[], value: (stream: Stream) => number): OwnParameter => ({
      name,
      shape,
      rate: noise_learning_rate / place.learningRate,
      initial: (stream) =>
        Float32Array.from({ length: shape.reduce((product, one) => product * one, 1) }, () => value(stream)),
    });
    const small = (stream: Stream) => reach * drawUniform(stream);
    const raw = sigma === undefined ? 1.2 : beforeSoftplus(sigma);
    return {
      feed: { type: 'float', shape: [batch, units], source: (stream) => createGaussianSource(stream, 0, 1) },
      parameters: [
        parameter('Wh', [units, hidden], small),
        parameter('bh', [1], small),
        parameter('Wmu', [hidden, 1], small),
        parameter('bmu', [1], () => mu),
        parameter('Wsig', [hidden, 1], small),
        parameter('bsig', [1], () => raw),
      ],
      train: (graph, x, given) =>
        adaptive(graph, x, given, { mu, sigma: Math.log1p(Math.exp(raw)) }, noise_kl),
      report: (_, { mu = Number.NaN, sigma = Number.NaN }) => ({
        keep_effective: keepOf(mu, sigma),
        mu,
        sigma,
      }),
    };
  },
  penaltyWeight: ({ images }) => 1 / images,
};

/** The x whose softplus is y. */
const beforeSoftplus = (y: number) => y + Math.log(-Math.expm1(-y));

/** The effective keep of mu and sigma; NaN where they are out of the theory's range. */
function keepOf(mu: number, sigma: number): number {
  const ranges = techniqueParameters('advanced');
  const inside = (value: number, range = { min: 0, max: 0 }) => value >= range.min && value <= range.max;
  if (!inside(mu, ranges.mu) || !inside(sigma, ranges.sigma)) return Number.NaN;
  return keepEffective(computeNoise('advanced', { mu, sigma }));
}

type Location = { readonly mu: number; readonly sigma: number };

function adaptive(graph: Graph, x: Value, { feed, parameters }: Given, start: Location, kl: number): Noisy {
  const { Wh, bh, Wmu, bmu, Wsig, bsig } = parameters as Record<string, Value>;
  const affine = (input: Value, weights: Value, biases: Value) =>
    graph.call(add, [graph.call(matmul, [input, weights]), biases]);
  const h = affine(x, Wh as Value, bh as Value);
  const mu = graph.call(reduceMean, [affine(h, Wmu as Value, bmu as Value)]);
  const sigma = graph.call(reduceMean, [graph.call(softplus, [affine(h, Wsig as Value, bsig as Value)])]);
  const logit = graph.call(add, [graph.call(mul, [feed as Value, sigma]), mu]);
  const mask = graph.call(sigmoid, [logit]);
  const y = graph.call(mul, [x, graph.call(div, [mask, meanOf(graph, mu, sigma)])]);
  const watched = { mu, sigma };
  return kl === 0 ? { y, watched } : { y, watched, penalty: divergence(graph, mu, sigma, start, kl) };
}

/** Z, as a constant to the gradient. */
function meanOf(graph: Graph, mu: Value, sigma: Value): Value {
  const square = graph.call(mul, [graph.call(mul, [sigma, sigma]), graph.scalar(3.14 / 8)]);
  const root = graph.call(sqrt, [graph.call(add, [square, graph.scalar(1)])]);
  return graph.call(stopGradient, [graph.call(sigmoid, [graph.call(div, [mu, root])])]);
}

/** kl · (log(s₀/sigma) + (sigma² + (mu − mu₀)²)/(2 s₀²) − ½), which is also that of the two logit-normal masks. */
function divergence(graph: Graph, mu: Value, sigma: Value, start: Location, kl: number): Value {
  const square = (value: Value) => graph.call(mul, [value, value]);
  const away = square(graph.call(sub, [mu, graph.scalar(start.mu)]));
  const spread = graph.call(mul, [
    graph.call(add, [square(sigma), away]),
    graph.scalar(1 / (2 * start.sigma ** 2)),
  ]);
  const each = graph.call(sub, [spread, graph.call(log, [sigma])]);
  const whole = graph.call(add, [each, graph.scalar(Math.log(start.sigma) - 0.5)]);
  return graph.call(mul, [whole, graph.scalar(kl)]);
}
