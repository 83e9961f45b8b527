import { literal, type SnippetValues, type WriteProgram } from './network.ts';

/** JAX without a library on top. */
export const writeJax: WriteProgram = (values, phi) => `import math
import jax
import jax.numpy as jnp

depth, width, classes = ${values.depth}, ${values.width}, 10
sigma_w2, sigma_b2, q = ${literal(values.sigma_w2)}, ${literal(values.sigma_b2)}, ${literal(values.q)}


def phi(x):
    return ${phi}


${writeNoise(values)}


def init(key):
    # the first layer starts at the variance q that the others keep, for inputs of mean square 1
    variances = [q - sigma_b2] + [sigma_w2] * (depth - 1) + [1.0]
    shapes = [(width, width)] * depth + [(width, classes)]
    parameters = []
    for variance, shape in zip(variances, shapes):
        key, weights, biases = jax.random.split(key, 3)
        parameters.append((jax.random.normal(weights, shape) * math.sqrt(variance / shape[0]),
                           jax.random.normal(biases, shape[1:]) * math.sqrt(sigma_b2)))
    return parameters


def forward(parameters, x, key, training=True):
    hidden = []
    for layer, (weights, biases) in enumerate(parameters):
        if layer > 0:
            key, own = jax.random.split(key)
            x = noise(phi(x), own) if training else phi(x)
        x = x @ weights + biases
        hidden.append(x)
    return x, hidden


# the variance of the pre-activations by layer, measured and as the theory predicts it
predicted = {${values.predicted.map(({ layer, q }) => `${layer}: ${literal(q)}`).join(', ')}}
a, b, c = jax.random.split(jax.random.PRNGKey(0), 3)
_, hidden = forward(init(a), jax.random.normal(b, (1000, width)), c)
for layer, variance in predicted.items():
    print(f"layer {layer}: measured {jnp.mean(hidden[layer - 1] ** 2):.4g}, predicted {variance:.4g}")
`;

function writeNoise({
  noise: {
    technique,
    keep,
    noise: { s1, s2 },
  },
}: SnippetValues): string {
  if (technique === 'ic')
    return `def noise(x, key):  # an IC layer; evaluation normalises too, by running means and variances
    x = (x - x.mean(0)) / x.std(0)
    return jnp.where(jax.random.bernoulli(key, ${literal(keep ?? 1)}, x.shape), x / ${literal(keep ?? 1)}, 0.0)`;
  if (technique === 'none' || keep === 1) return 'def noise(x, key):\n    return x';
  const kept = literal(keep ?? 1);
  if (technique === 'bernoulli')
    return `def noise(x, key):
    return jnp.where(jax.random.bernoulli(key, ${kept}, x.shape), x / ${kept}, 0.0)`;
  if (technique === 'alpha')
    return `def noise(x, key):
    keep, floor = ${kept}, -1.7580993408473766
    a = (keep + floor**2 * keep * (1 - keep)) ** -0.5
    return a * jnp.where(jax.random.bernoulli(key, keep, x.shape), x, floor) - a * floor * (1 - keep)`;
  const comment =
    technique === 'gaussian'
      ? ''
      : `    # ${technique}, as the theory knows it: noise of this mean and variance\n`;
  return `def noise(x, key):
${comment}    return x * (${literal(s1)} + ${literal(Math.sqrt(Math.max(s2 - s1 * s1, 0)))} * jax.random.normal(key, x.shape))`;
}
