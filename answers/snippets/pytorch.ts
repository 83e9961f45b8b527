import { literal, type SnippetValues, type WriteProgram } from './network.ts';

/** PyTorch. */
export const writePytorch: WriteProgram = (values, phi) => `import math
import torch
import torch.nn.functional as F
from torch import nn

depth, width, classes = ${values.depth}, ${values.width}, 10
sigma_w2, sigma_b2, q = ${literal(values.sigma_w2)}, ${literal(values.sigma_b2)}, ${literal(values.q)}


class Phi(nn.Module):
    def forward(self, x):
        return ${phi}


${writeNoise(values)}


def linear(fan_in, fan_out, variance):
    layer = nn.Linear(fan_in, fan_out)
    nn.init.normal_(layer.weight, std=math.sqrt(variance / fan_in))
    nn.init.normal_(layer.bias, std=math.sqrt(sigma_b2))
    return layer


torch.manual_seed(0)
# the first layer starts at the variance q that the others keep, for inputs of mean square 1
layers = [linear(width, width, q - sigma_b2)]
for _ in range(depth - 1):
    layers += [Phi(), Noise(), linear(width, width, sigma_w2)]
model = nn.Sequential(*layers, Phi(), Noise(), linear(width, classes, 1.0))

# the variance of the pre-activations by layer, measured and as the theory predicts it
predicted = {${values.predicted.map(({ layer, q }) => `${layer}: ${literal(q)}`).join(', ')}}
x, layer = torch.randn(1000, width), 0
with torch.no_grad():
    for module in model[:-1]:
        x = module(x)
        if isinstance(module, nn.Linear):
            layer += 1
            if layer in predicted:
                print(f"layer {layer}: measured {x.square().mean():.4g}, predicted {predicted[layer]:.4g}")
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
    return nn.Sequential(nn.BatchNorm1d(width, affine=False), nn.Dropout(${drop}))`;
  if (technique === 'none' || keep === 1) return 'Noise = nn.Identity';
  if (technique === 'bernoulli') return `def Noise():\n    return nn.Dropout(${drop})`;
  if (technique === 'alpha') return `def Noise():\n    return nn.AlphaDropout(${drop})`;
  const comment =
    technique === 'gaussian'
      ? ''
      : `    # ${technique}, as the theory knows it: noise of this mean and variance\n`;
  return `class Noise(nn.Module):
${comment}    def forward(self, x):
        if not self.training:
            return x
        return x * (${literal(s1)} + ${literal(Math.sqrt(Math.max(s2 - s1 * s1, 0)))} * torch.randn_like(x))`;
}
