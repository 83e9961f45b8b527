import type { Activation } from '../activation.ts';
import { abs } from './abs.ts';
import { celu } from './celu.ts';
import { cos } from './cos.ts';
import { elu } from './elu.ts';
import { erf } from './erf.ts';
import { gelu } from './gelu.ts';
import { gelu_tanh } from './gelu-tanh.ts';
import { hard_sigmoid } from './hard-sigmoid.ts';
import { hard_swish } from './hard-swish.ts';
import { hard_tanh } from './hard-tanh.ts';
import { hardshrink } from './hardshrink.ts';
import { leaky_relu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { log_sigmoid } from './log-sigmoid.ts';
import { mish } from './mish.ts';
import { prelu } from './prelu.ts';
import { quick_gelu } from './quick-gelu.ts';
import { relu } from './relu.ts';
import { relu_squared } from './relu-squared.ts';
import { relu6 } from './relu6.ts';
import { scaled_erf } from './scaled-erf.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { sin } from './sin.ts';
import { softplus } from './softplus.ts';
import { softshrink } from './softshrink.ts';
import { softsign } from './softsign.ts';
import { tanh } from './tanh.ts';
import { tanhshrink } from './tanhshrink.ts';

/** The activations that the theory covers, by name; those with parameters at their defaults. */
export const ACTIVATIONS = {
  linear,
  relu,
  leaky_relu,
  abs,
  tanh,
  hard_tanh,
  erf,
  scaled_erf,
  sigmoid,
  softplus,
  elu,
  selu,
  gelu,
  gelu_tanh,
  silu,
  mish,
  sin,
  cos,
  softsign,
  hard_swish,
  quick_gelu,
  relu6,
  tanhshrink,
  softshrink,
  hardshrink,
  hard_sigmoid,
  log_sigmoid,
  celu,
  prelu,
  relu_squared,
} as const satisfies Record<string, Activation>;

/** The name of an activation. */
export type ActivationName = keyof typeof ACTIVATIONS;
