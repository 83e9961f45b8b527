import type { Init } from './init.ts';
import {
  fixedScale,
  gainOver,
  isometry,
  kaiming,
  normal,
  truncatedBetween,
  truncatedNormal,
  uniformBetween,
} from './rules.ts';

const IN_INIT = {
  framework: 'PyTorch',
  reference: 'PyTorch, torch/nn/init.py',
  biases: 'zero',
} as const;

/** What PyTorch's `nn.init` and its layers do. */
export const PYTORCH_INITS = {
  pytorch_linear: {
    ...fixedScale(1 / 3, 'fan_in', 'uniform'),
    framework: 'PyTorch',
    usage: 'nn.Linear(…), nn.Conv2d(…) as they come: kaiming_uniform_(a=√5), bias U(±1/√fan_in)',
    reference: 'PyTorch, torch/nn/modules/linear.py and conv.py',
    biases: 'fan_in',
  },
  kaiming_normal: {
    ...kaiming('fan_in', 'normal'),
    ...IN_INIT,
    usage: "kaiming_normal_(a=0, mode='fan_in', nonlinearity='leaky_relu'): gain √2",
  },
  kaiming_uniform: {
    ...kaiming('fan_in', 'uniform'),
    ...IN_INIT,
    usage: "kaiming_uniform_(a=0, mode='fan_in', nonlinearity='leaky_relu'): gain √2",
  },
  kaiming_fan_out: {
    ...kaiming('fan_out', 'normal'),
    ...IN_INIT,
    usage: "kaiming_normal_(mode='fan_out'): gain √2",
  },
  xavier_normal: { ...gainOver('fan_avg', 'normal'), ...IN_INIT, usage: 'xavier_normal_(gain=1)' },
  xavier_uniform: { ...gainOver('fan_avg', 'uniform'), ...IN_INIT, usage: 'xavier_uniform_(gain=1)' },
  orthogonal: {
    ...isometry,
    ...IN_INIT,
    usage: 'orthogonal_(gain=1)',
    reference: 'PyTorch, torch/nn/init.py; Saxe et al. 2014',
  },
  normal: { ...normal(1), ...IN_INIT, usage: 'normal_(std=1)' },
  uniform: {
    ...uniformBetween('a', 'b', null),
    ...IN_INIT,
    usage: 'uniform_(a, b) with a = −b; the defaults 0 and 1 have the mean ½',
  },
  trunc_normal: {
    ...truncatedBetween,
    ...IN_INIT,
    usage: 'trunc_normal_(std=1, a=−2, b=2): cut off at a and b, whatever std',
  },
  trunc_normal_tf: {
    ...truncatedNormal(1),
    framework: 'timm',
    usage: 'trunc_normal_tf_(std=1): cut off at two standard deviations',
    reference: 'timm, timm/layers/weight_init.py',
    biases: 'zero',
  },
} as const satisfies Record<string, Init>;
