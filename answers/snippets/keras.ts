import { literal, type SnippetValues, type WriteProgram } from './network.ts';

/** Keras 3. */
export const writeKeras: WriteProgram = (values, phi) => `import math
import keras
from keras import layers, ops

depth, width, classes = ${values.depth}, ${values.width}, 10
sigma_w2, sigma_b2, q = ${literal(values.sigma_w2)}, ${literal(values.sigma_b2)}, ${literal(values.q)}


def phi(x):
    return ${phi}


${writeNoise(values)}


def dense(units, variance):
    def normal(std):
        return keras.initializers.RandomNormal(stddev=std)
    return layers.Dense(units, kernel_initializer=normal(math.sqrt(variance / width)),
                        bias_initializer=normal(math.sqrt(sigma_b2)))


keras.utils.set_random_seed(0)
# the first layer starts at the variance q that the others keep, for inputs of mean square 1
x = inputs = keras.Input((width,))
hidden = [x := dense(width, q - sigma_b2)(x)]
for _ in range(depth - 1):
    hidden.append(x := dense(width, sigma_w2)(Noise()(layers.Activation(phi)(x))))
model = keras.Model(inputs, dense(classes, 1.0)(Noise()(layers.Activation(phi)(x))))

# the variance of the pre-activations by layer, measured and as the theory predicts it
predicted = {${values.predicted.map(({ layer, q }) => `${layer}: ${literal(q)}`).join(', ')}}
probe = keras.Model(inputs, [hidden[layer - 1] for layer in predicted])
outputs = probe(keras.random.normal((1000, width)), training=True)
for layer, h in zip(predicted, outputs if len(predicted) > 1 else [outputs]):
    print(f"layer {layer}: measured {float(ops.mean(ops.square(h))):.4g}, predicted {predicted[layer]:.4g}")
`;

function writeNoise({
  noise: {
    technique,
    keep,
    noise: { s1, s2 },
  },
}: SnippetValues): string {
  const drop = literal(1 - (keep ?? 1));
  if (technique === 'ic')
    return `def Noise():  # an IC layer
    normalise = layers.BatchNormalization(center=False, scale=False, epsilon=1e-5)
    return keras.Sequential([normalise, layers.Dropout(${drop})])`;
  if (technique === 'none' || keep === 1) return 'Noise = layers.Identity';
  if (technique === 'bernoulli') return `def Noise():\n    return layers.Dropout(${drop})`;
  if (technique === 'alpha') return `def Noise():\n    return layers.AlphaDropout(${drop})`;
  const comment =
    technique === 'gaussian'
      ? ''
      : `    # ${technique}, as the theory knows it: noise of this mean and variance\n`;
  return `class Noise(layers.Layer):
${comment}    def __init__(self):
        super().__init__()
        self.generator = keras.random.SeedGenerator(1)

    def call(self, x, training=False):
        if not training:
            return x
        z = keras.random.normal(ops.shape(x), seed=self.generator)
        return x * (${literal(s1)} + ${literal(Math.sqrt(Math.max(s2 - s1 * s1, 0)))} * z)`;
}
