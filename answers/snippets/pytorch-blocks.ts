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

/** How PyTorch names operations. */
export const PYTORCH: Vocabulary = {
  activation: 'Phi()',
  norms: {
    layer: 'nn.LayerNorm(width, eps=eps)',
    rms: 'RMSNorm()',
    batch: 'nn.BatchNorm1d(width, eps=eps)',
  },
  bernoulli: 'nn.Dropout',
  alpha: 'nn.AlphaDropout',
};

const RMS = `class RMSNorm(nn.Module):
    def forward(self, x):
        return x * (x.square().mean(-1, keepdim=True) + eps).rsqrt()`;

const NOISE = `class Noise(nn.Module):  # a factor of this mean and standard deviation
    def __init__(self, mean, std, off=1.0):
        super().__init__()
        self.mean, self.std, self.off = mean, std, off

    def forward(self, x):
        if not self.training:
            return self.off * x
        return x * (self.mean + self.std * torch.randn_like(x))`;

const PATH = `class Path(nn.Module):  # stochastic depth: the branch of a sample is there with probability keep
    def __init__(self, keep):
        super().__init__()
        self.keep = keep

    def forward(self, x):
        if not self.training:
            return x
        there = torch.rand(len(x), *[1] * (x.ndim - 1)) < self.keep
        return x * there / self.keep`;

const GATE = `class Gate(nn.Module):
    def __init__(self, sigma_w2, sigma_b2=0.0):
        super().__init__()
        self.gate = Linear(width, hidden_width, sigma_w2, sigma_b2)
        self.value = Linear(width, hidden_width, sigma_w2, sigma_b2)
        self.phi = Phi()

    def forward(self, x):
        return self.phi(self.gate(x)) * self.value(x)`;

function writeAttention(parts: BlockParts): string {
  const { sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_output, noise, causal, qk_norm } =
    parts.attention as Attend;
  const normalise =
    qk_norm === undefined
      ? ''
      : `
        queries, keys = (y * y.square().mean(-1, keepdim=True).rsqrt() for y in (queries, keys))`;
  const hide = causal
    ? `
        scores = scores.masked_fill(torch.ones(tokens, tokens).triu(1).bool(), -math.inf)`
    : '';
  return `class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = Linear(width, width, ${literal(sigma_w2_query)})
        self.key = Linear(width, width, ${literal(sigma_w2_key)})
        self.value = Linear(width, width, ${literal(sigma_w2_value)})
        self.projection = Linear(width, width, ${literal(sigma_w2_output)})
        self.noise = ${noise ? writeNoise(noise, PYTORCH) : 'nn.Identity()'}

    def forward(self, x):
        queries, keys, values = (part(x).unflatten(-1, (heads, width // heads))
                                 for part in (self.query, self.key, self.value))${normalise}
        scores = ${writeScale(parts)} * torch.einsum("sthd,suhd->shtu", queries, keys)${hide}
        weights = self.noise(scores.softmax(-1))
        return self.projection(torch.einsum("shtu,suhd->sthd", weights, values).flatten(2))`;
}

/** PyTorch. */
export const writePytorchBlocks: WriteBlocks = (parts) => {
  const definitions = writeDefinitions(parts, {
    rms: RMS,
    noise: NOISE,
    path: PATH,
    gate: GATE,
    attention: writeAttention,
  });
  return `import math
import torch
import torch.nn.functional as F
from torch import nn

${parts.head}


class Phi(nn.Module):
    def forward(self, x):
        return ${parts.phi}


def Linear(fan_in, fan_out, sigma_w2, sigma_b2=0.0):
    layer = nn.Linear(fan_in, fan_out)
    nn.init.normal_(layer.weight, std=math.sqrt(sigma_w2 / fan_in))
    nn.init.normal_(layer.bias, std=math.sqrt(sigma_b2))
    return layer


${definitions}Serial = nn.Sequential


class Residual(nn.Module):
    def __init__(self, *branch, norm=None):
        super().__init__()
        self.branch, self.norm = nn.Sequential(*branch), norm or nn.Identity()

    def forward(self, x):
        return self.norm(a * x + b * self.branch(x))


${parts.blocks}


torch.manual_seed(0)
stem = Serial(${parts.stem})
model = Serial(*${parts.list})
final_norm = ${parts.final_norm ?? 'nn.Identity()'}

${parts.start}

${parts.predictions}
measured, ends = {number: 0.0 for number in predicted}, []
with torch.no_grad():
    for _ in range(2):  # masks
        stream = stem(x)
        for number, part in enumerate(model, 1):
            stream = part(stream)
            if number in predicted:
                measured[number] += stream.square().mean().item() / 2
        ends.append(final_norm(stream))
for number in predicted:
    print(f"block {number}: measured {measured[number]:.4g}, predicted {predicted[number]:.4g}")

${marginComment(parts)}
one, other = ends
n = x.shape[-2]
size = (one.square().mean() * other.square().mean()).sqrt()
same = (one * other).mean() / size
apart = (n * (one.mean(-2) * other.mean(-2)).mean() / size - same) / (n - 1)
print(f"margin: measured {same - apart:.4g}, predicted {${literal(parts.margin)}:.4g}")
`;
};
