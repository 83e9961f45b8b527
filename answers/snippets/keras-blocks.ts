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

/** How Keras 3 names operations. */
export const KERAS: Vocabulary = {
  activation: 'layers.Activation(phi)',
  norms: {
    layer: 'layers.LayerNormalization(epsilon=eps)',
    rms: 'RMSNorm()',
    batch: 'layers.BatchNormalization(epsilon=eps)',
  },
  bernoulli: 'layers.Dropout',
  alpha: 'layers.AlphaDropout',
};

const RMS = `class RMSNorm(layers.Layer):
    def call(self, x):
        return x * ops.rsqrt(ops.mean(ops.square(x), -1, keepdims=True) + eps)`;

const NOISE = `class Noise(layers.Layer):  # a factor of this mean and standard deviation
    def __init__(self, mean, std, off=1.0):
        super().__init__()
        self.mean, self.std, self.off = mean, std, off
        self.generator = keras.random.SeedGenerator()

    def call(self, x, training=False):
        if not training:
            return self.off * x
        return x * (self.mean + self.std * keras.random.normal(ops.shape(x), seed=self.generator))`;

const PATH = `class Path(layers.Layer):  # stochastic depth: the branch of a sample is there with probability keep
    def __init__(self, keep):
        super().__init__()
        self.keep, self.generator = keep, keras.random.SeedGenerator()

    def call(self, x, training=False):
        if not training:
            return x
        shape = (ops.shape(x)[0],) + (1,) * (len(x.shape) - 1)
        there = keras.random.uniform(shape, seed=self.generator) < self.keep
        return ops.where(there, x / self.keep, 0.0)`;

const GATE = `class Gate(layers.Layer):
    def __init__(self, sigma_w2, sigma_b2=0.0):
        super().__init__()
        self.gate = Linear(width, hidden_width, sigma_w2, sigma_b2)
        self.value = Linear(width, hidden_width, sigma_w2, sigma_b2)

    def call(self, x):
        return phi(self.gate(x)) * self.value(x)`;

function writeAttention(parts: BlockParts): string {
  const { sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_output, noise, causal, qk_norm } =
    parts.attention as Attend;
  const normalise =
    qk_norm === undefined
      ? ''
      : `
        queries, keys = (y * ops.rsqrt(ops.mean(ops.square(y), -1, keepdims=True)) for y in (queries, keys))`;
  const hide = causal
    ? `
        scores = ops.where(ops.tril(ops.ones((tokens, tokens))) > 0, scores, -1e30)`
    : '';
  return `class Attention(layers.Layer):
    def __init__(self):
        super().__init__()
        self.query = Linear(width, width, ${literal(sigma_w2_query)})
        self.key = Linear(width, width, ${literal(sigma_w2_key)})
        self.value = Linear(width, width, ${literal(sigma_w2_value)})
        self.projection = Linear(width, width, ${literal(sigma_w2_output)})
        self.noise = ${noise ? writeNoise(noise, KERAS) : 'layers.Identity()'}

    def call(self, x):
        queries, keys, values = (ops.reshape(part(x), (-1, tokens, heads, width // heads))
                                 for part in (self.query, self.key, self.value))${normalise}
        scores = ${writeScale(parts)} * ops.einsum("sthd,suhd->shtu", queries, keys)${hide}
        weights = self.noise(ops.softmax(scores, -1))
        mixed = ops.einsum("shtu,suhd->sthd", weights, values)
        return self.projection(ops.reshape(mixed, (-1, tokens, width)))`;
}

/** Keras 3. */
export const writeKerasBlocks: WriteBlocks = (parts) => {
  const definitions = writeDefinitions(parts, {
    rms: RMS,
    noise: NOISE,
    path: PATH,
    gate: GATE,
    attention: writeAttention,
  });
  return `import math
import keras
from keras import layers, ops

${parts.head}


def phi(x):
    return ${parts.phi}


def Linear(fan_in, fan_out, sigma_w2, sigma_b2=0.0):
    def normal(std):
        return keras.initializers.RandomNormal(stddev=std)
    return layers.Dense(fan_out, kernel_initializer=normal(math.sqrt(sigma_w2 / fan_in)),
                        bias_initializer=normal(math.sqrt(sigma_b2)))


${definitions}def Serial(*parts):
    return keras.Sequential(list(parts) or [layers.Identity()])


class Residual(layers.Layer):
    def __init__(self, *branch, norm=None):
        super().__init__()
        self.branch, self.norm = Serial(*branch), norm or layers.Identity()

    def call(self, x):
        return self.norm(a * x + b * self.branch(x))


${parts.blocks}


keras.utils.set_random_seed(0)
stem = Serial(${parts.stem})
model = Serial(*${parts.list})
final_norm = ${parts.final_norm ?? 'layers.Identity()'}

${parts.start}

${parts.predictions}
measured, ends = {number: 0.0 for number in predicted}, []
for _ in range(2):  # masks
    stream = stem(x, training=True)
    for number, part in enumerate(model.layers, 1):
        stream = part(stream, training=True)
        if number in predicted:
            measured[number] += float(ops.mean(ops.square(stream))) / 2
    ends.append(final_norm(stream, training=True))
for number in predicted:
    print(f"block {number}: measured {measured[number]:.4g}, predicted {predicted[number]:.4g}")

${marginComment(parts)}
one, other = ends
n = x.shape[-2]
size = ops.sqrt(ops.mean(ops.square(one)) * ops.mean(ops.square(other)))
same = ops.mean(one * other) / size
apart = (n * ops.mean(ops.mean(one, -2) * ops.mean(other, -2)) / size - same) / (n - 1)
print(f"margin: measured {float(same - apart):.4g}, predicted {${literal(parts.margin)}:.4g}")
`;
};
