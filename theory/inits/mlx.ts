import type { Init } from './init.ts';
import { fixedScale, gainOver, gainOverMode } from './rules.ts';

const MLX = { framework: 'MLX', reference: 'MLX, python/mlx/nn/init.py', biases: 'zero' } as const;

/** What MLX does. Its `he_*` have the gain 1: the factor √2 is left to the caller. */
export const MLX_INITS = {
  mlx_linear: {
    ...fixedScale(1 / 3, 'fan_in', 'uniform'),
    framework: 'MLX',
    usage: 'nn.Linear(…) as it comes: U(±1/√fan_in) for both',
    reference: 'MLX, python/mlx/nn/layers/linear.py',
    biases: 'fan_in',
    // (its convolutions have zero biases, and their weights do not know of groups)
    convolutions: false,
  },
  mlx_glorot_normal: { ...gainOver('fan_avg', 'normal'), ...MLX, usage: 'glorot_normal()(w, gain=1)' },
  mlx_glorot_uniform: { ...gainOver('fan_avg', 'uniform'), ...MLX, usage: 'glorot_uniform()(w, gain=1)' },
  mlx_he_normal: { ...gainOverMode('normal'), ...MLX, usage: "he_normal()(w, mode='fan_in', gain=1)" },
  mlx_he_uniform: { ...gainOverMode('uniform'), ...MLX, usage: "he_uniform()(w, mode='fan_in', gain=1)" },
} as const satisfies Record<string, Init>;
