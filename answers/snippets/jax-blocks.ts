import type { Attend } from '../../theory/index.ts';
import {
  type BlockParts,
  marginComment,
  type Vocabulary,
  type WriteBlocks,
  writeDefinitions,
  writeNoise,
  writeScale,
} from './blocks.ts';
import { literal } from './network.ts';

/** How the programs in JAX name operations. */
export const JAX: Vocabulary = {
  activation: 'Plain(phi)',
  norms: { layer: 'Plain(layer_norm)', rms: 'Plain(rms_norm)', batch: 'Plain(batch_norm)' },
  bernoulli: 'Dropout',
  alpha: 'AlphaDropout',
};

const LAYER = `def layer_norm(x):
    return (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + eps)`;

const RMS = `def rms_norm(x):
    return x / jnp.sqrt((x ** 2).mean(-1, keepdims=True) + eps)`;

const BATCH = `def batch_norm(x):  # evaluation takes running means and variances
    return (x - x.mean(0)) / jnp.sqrt(x.var(0) + eps)`;

const DROPOUT = `def Dropout(rate):
    def apply(_, x, key):
        if key is None:
            return x
        return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0.0)
    return nothing, apply`;

const ALPHA = `def AlphaDropout(rate):
    keep, floor = 1 - rate, -1.7580993408473766
    scale = (keep + floor**2 * keep * rate) ** -0.5

    def apply(_, x, key):
        if key is None:
            return x
        return scale * (jnp.where(jax.random.bernoulli(key, keep, x.shape), x, floor) - floor * rate)
    return nothing, apply`;

const NOISE = `def Noise(mean, std, off=1.0):  # a factor of this mean and standard deviation
    def apply(_, x, key):
        return off * x if key is None else x * (mean + std * jax.random.normal(key, x.shape))
    return nothing, apply`;

const PATH = `def Path(keep):  # stochastic depth: the branch of a sample is there with probability keep
    def apply(_, x, key):
        if key is None:
            return x
        there = jax.random.bernoulli(key, keep, x.shape[:1] + (1,) * (x.ndim - 1))
        return jnp.where(there, x / keep, 0.0)
    return nothing, apply`;

const GATE = `def Gate(sigma_w2, sigma_b2=0.0):
    gate, value = (Linear(width, hidden_width, sigma_w2, sigma_b2) for _ in range(2))

    def init(key):
        one, other = jax.random.split(key)
        return gate[0](one), value[0](other)

    def apply(p, x, key):
        return phi(gate[1](p[0], x, None)) * value[1](p[1], x, None)
    return init, apply`;

function writeAttention(parts: BlockParts): string {
  const { sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_output, noise, causal, qk_norm } =
    parts.attention as Attend;
  const normalise =
    qk_norm === undefined
      ? ''
      : `
        queries, keys = (y / jnp.sqrt((y ** 2).mean(-1, keepdims=True)) for y in (queries, keys))`;
  const hide = causal
    ? `
        scores = jnp.where(jnp.tril(jnp.ones((tokens, tokens))) > 0, scores, -jnp.inf)`
    : '';
  return `def Attention():
    matrices = {"query": Linear(width, width, ${literal(sigma_w2_query)}),
                "key": Linear(width, width, ${literal(sigma_w2_key)}),
                "value": Linear(width, width, ${literal(sigma_w2_value)}),
                "projection": Linear(width, width, ${literal(sigma_w2_output)})}
    _, noise = ${noise ? writeNoise(noise, JAX) : 'Plain(lambda x: x)'}

    def init(key):
        keys = jax.random.split(key, len(matrices))
        return {name: start(own) for (name, (start, _)), own in zip(matrices.items(), keys)}

    def apply(p, x, key):
        def times(name, y):
            return matrices[name][1](p[name], y, None)
        queries, keys, values = (times(name, x).reshape(*x.shape[:2], heads, width // heads)
                                 for name in ("query", "key", "value"))${normalise}
        scores = ${writeScale(parts)} * jnp.einsum("sthd,suhd->shtu", queries, keys)${hide}
        weights = noise(None, jax.nn.softmax(scores, -1), key)
        return times("projection", jnp.einsum("shtu,suhd->sthd", weights, values).reshape(x.shape))
    return init, apply`;
}

/** JAX without a library on top. */
export const writeJaxBlocks: WriteBlocks = (parts) => {
  const definitions = writeDefinitions(parts, {
    layer: LAYER,
    rms: RMS,
    batch: BATCH,
    bernoulli: DROPOUT,
    alpha: ALPHA,
    noise: NOISE,
    path: PATH,
    gate: GATE,
    attention: writeAttention,
  });
  return `import math
import jax
import jax.numpy as jnp

${parts.head}


def phi(x):
    return ${parts.phi}


# a part of the network is two functions: init(key), which makes its parameters, and
# apply(parameters, x, key), which evaluates it; without noise where key is None
def nothing(key):
    return ()


def Plain(f):
    return nothing, lambda _, x, key: f(x)


def Linear(fan_in, fan_out, sigma_w2, sigma_b2=0.0):
    def init(key):
        weights, biases = jax.random.split(key)
        return (jax.random.normal(weights, (fan_in, fan_out)) * math.sqrt(sigma_w2 / fan_in),
                jax.random.normal(biases, (fan_out,)) * math.sqrt(sigma_b2))
    return init, lambda p, x, key: x @ p[0] + p[1]


def keys_of(key, parts):
    return [None] * len(parts) if key is None else list(jax.random.split(key, len(parts) + 1))


def Serial(*parts):
    def init(key):
        return [start(own) for (start, _), own in zip(parts, keys_of(key, parts))]

    def apply(parameters, x, key):
        for (_, run), p, own in zip(parts, parameters, keys_of(key, parts)):
            x = run(p, x, own)
        return x
    return init, apply


${definitions}def Residual(*branch, norm=Plain(lambda x: x)):
    init, run = Serial(*branch)
    return init, lambda p, x, key: norm[1]((), a * x + b * run(p, x, key), None)


${parts.blocks}


init_stem, stem = Serial(${parts.stem})
model = ${parts.list}
_, final_norm = ${parts.final_norm ?? 'Plain(lambda x: x)'}
start, key_0, key_1, *masks = jax.random.split(jax.random.PRNGKey(0), 5)
init, _ = Serial(*model)
parameters = init(start)

${parts.start}

${parts.predictions}
measured, ends = {number: 0.0 for number in predicted}, []
for key in masks:
    first, *keys = jax.random.split(key, blocks + 1)
    stream = stem(init_stem(start), x, first)
    for number, (_, run) in enumerate(model, 1):
        stream = run(parameters[number - 1], stream, keys[number - 1])
        if number in predicted:
            measured[number] += float(jnp.mean(stream ** 2)) / 2
    ends.append(final_norm((), stream, None))
for number in predicted:
    print(f"block {number}: measured {measured[number]:.4g}, predicted {predicted[number]:.4g}")

${marginComment(parts)}
one, other = ends
n = x.shape[-2]
size = jnp.sqrt((one ** 2).mean() * (other ** 2).mean())
same = (one * other).mean() / size
apart = (n * (one.mean(-2) * other.mean(-2)).mean() / size - same) / (n - 1)
print(f"margin: measured {same - apart:.4g}, predicted {${literal(parts.margin)}:.4g}")
`;
};
