import type { FrameworkName } from './queries.ts';
import type { DefaultedRange, Range } from './range.ts';

/** What there is to know of an activation besides its function and its averages, which are in theory/activations. */
export type ActivationEntry = {
  readonly formula: string;
  /** where its closed forms come from, or how its averages are taken */
  readonly reference: string;
  readonly synonyms?: readonly string[];
  /** φ(x) as frameworks write it; the names of its parameters stand for their values */
  readonly code: Readonly<Record<FrameworkName, string>>;
  /** its own parameters, with their defaults; their ranges are in {@link ACTIVATION_PARAMETERS} */
  readonly parameters?: Readonly<Partial<Record<OwnParameterName, number>>>;
};

/** The map around an activation: output_scale · (φ(input_scale · x + input_shift) + output_shift). */
export const AFFINE_PARAMETERS = {
  input_scale: { default: 1, min: -1000, max: 1000, about: 'φ is applied to input_scale · x + input_shift.' },
  input_shift: { default: 0, min: -1000, max: 1000, about: 'Added to input_scale · x before φ.' },
  output_scale: {
    default: 1,
    min: -1e6,
    max: 1e6,
    about: 'What comes out is output_scale · (φ + output_shift).',
  },
  output_shift: {
    default: 0,
    min: -1e6,
    max: 1e6,
    about: 'Added to φ before output_scale multiplies it.',
  },
} as const satisfies Record<string, DefaultedRange>;

/** The parameters of activations and of the map around them. */
export const ACTIVATION_PARAMETERS = {
  slope: { min: -1, max: 1, about: 'Slope of leaky_relu and prelu for negative inputs.' },
  alpha: { min: 0, max: 10, about: 'Parameter alpha of elu and celu.' },
  ...AFFINE_PARAMETERS,
  threshold: { min: 0, max: 10, about: 'Threshold of softshrink and hardshrink.' },
} as const satisfies Record<string, Range>;

/** A parameter of activations that is not one of the map around them. */
export type OwnParameterName = Exclude<ActivationParameterName, keyof typeof AFFINE_PARAMETERS>;

const ENTRIES = {
  linear: {
    formula: 'x',
    reference: 'Saxe et al. 2014',
    synonyms: ['identity'],
    code: { pytorch: 'x', keras: 'x', jax: 'x' },
  },
  relu: {
    formula: 'max(x, 0)',
    reference: 'Cho and Saul 2009',
    synonyms: ['rectifier', 'rectified linear'],
    code: { pytorch: 'F.relu(x)', keras: 'ops.relu(x)', jax: 'jax.nn.relu(x)' },
  },
  leaky_relu: {
    formula: 'x for x > 0, slope · x for x < 0',
    reference: 'Maas et al. 2013; Cho and Saul 2009',
    synonyms: ['lrelu'],
    parameters: { slope: 0.01 },
    code: {
      pytorch: 'F.leaky_relu(x, slope)',
      keras: 'ops.leaky_relu(x, slope)',
      jax: 'jax.nn.leaky_relu(x, slope)',
    },
  },
  abs: {
    formula: '|x|',
    reference: 'Cho and Saul 2009',
    synonyms: ['absolute', 'absolute value'],
    code: { pytorch: 'torch.abs(x)', keras: 'ops.abs(x)', jax: 'jnp.abs(x)' },
  },
  tanh: {
    formula: 'tanh(x)',
    reference: 'Poole et al. 2016; Schoenholz et al. 2017',
    synonyms: ['hyperbolic tangent'],
    code: { pytorch: 'torch.tanh(x)', keras: 'ops.tanh(x)', jax: 'jnp.tanh(x)' },
  },
  hard_tanh: {
    formula: 'min(max(x, −1), 1)',
    reference: 'Collobert 2004; Plackett 1954',
    synonyms: ['htanh'],
    code: { pytorch: 'F.hardtanh(x)', keras: 'ops.clip(x, -1.0, 1.0)', jax: 'jax.nn.hard_tanh(x)' },
  },
  erf: {
    formula: 'erf(x)',
    reference: 'Williams 1998',
    code: { pytorch: 'torch.erf(x)', keras: 'ops.erf(x)', jax: 'jax.scipy.special.erf(x)' },
  },
  scaled_erf: {
    formula: 'erf(√π/2 · x)',
    reference: 'Williams 1998',
    code: {
      pytorch: 'torch.erf(x * math.pi**0.5 / 2)',
      keras: 'ops.erf(x * math.pi**0.5 / 2)',
      jax: 'jax.scipy.special.erf(x * math.pi**0.5 / 2)',
    },
  },
  sigmoid: {
    formula: '1 / (1 + exp(−x))',
    reference: 'the averages of tanh',
    synonyms: ['logistic', 'expit'],
    code: { pytorch: 'torch.sigmoid(x)', keras: 'ops.sigmoid(x)', jax: 'jax.nn.sigmoid(x)' },
  },
  softplus: {
    formula: 'ln(1 + exp(x))',
    reference: 'Dugas et al. 2001; Gauss–Legendre panels, tabulated',
    synonyms: ['smooth relu'],
    code: { pytorch: 'F.softplus(x)', keras: 'ops.softplus(x)', jax: 'jax.nn.softplus(x)' },
  },
  elu: {
    formula: 'x for x > 0, alpha (exp(x) − 1) for x < 0',
    reference: 'Clevert et al. 2016; Tsuchida et al. 2021; Gauss–Legendre panels split at 0, tabulated',
    parameters: { alpha: 1 },
    code: { pytorch: 'F.elu(x, alpha)', keras: 'ops.elu(x, alpha)', jax: 'jax.nn.elu(x, alpha)' },
  },
  selu: {
    formula: '1.0507 x for x > 0, 1.7581 (exp(x) − 1) for x < 0',
    reference: 'Klambauer et al. 2017; Gauss–Legendre panels split at 0',
    code: { pytorch: 'F.selu(x)', keras: 'ops.selu(x)', jax: 'jax.nn.selu(x)' },
  },
  gelu: {
    formula: 'x Φ(x), Φ the normal distribution function',
    reference: 'Hendrycks and Gimpel 2016; Tsuchida et al. 2021',
    synonyms: ['gelu exact', 'gelu erf', 'erf gelu'],
    code: {
      pytorch: 'F.gelu(x)',
      keras: 'ops.gelu(x, approximate=False)',
      jax: 'jax.nn.gelu(x, approximate=False)',
    },
  },
  gelu_tanh: {
    formula: 'x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2',
    reference: 'Hendrycks and Gimpel 2016; Gauss–Legendre panels, tabulated',
    synonyms: ['gelu new', 'gelu approximate', 'gelu approx', 'gelu pytorch tanh', 'tanh gelu'],
    code: {
      pytorch: "F.gelu(x, approximate='tanh')",
      keras: 'ops.gelu(x, approximate=True)',
      jax: 'jax.nn.gelu(x, approximate=True)',
    },
  },
  silu: {
    formula: 'x / (1 + exp(−x))',
    reference: 'Elfwing et al. 2018; Gauss–Legendre panels, tabulated',
    synonyms: ['swish', 'swish1'],
    code: { pytorch: 'F.silu(x)', keras: 'ops.silu(x)', jax: 'jax.nn.silu(x)' },
  },
  mish: {
    formula: 'x tanh(ln(1 + exp(x)))',
    reference: 'Misra 2019; Gauss–Legendre panels, tabulated',
    code: {
      pytorch: 'F.mish(x)',
      keras: 'x * ops.tanh(ops.softplus(x))',
      jax: 'x * jnp.tanh(jax.nn.softplus(x))',
    },
  },
  sin: {
    formula: 'sin(x)',
    reference: 'Rahimi and Recht 2008',
    synonyms: ['sine'],
    code: { pytorch: 'torch.sin(x)', keras: 'ops.sin(x)', jax: 'jnp.sin(x)' },
  },
  cos: {
    formula: 'cos(x)',
    reference: 'Rahimi and Recht 2008',
    synonyms: ['cosine'],
    code: { pytorch: 'torch.cos(x)', keras: 'ops.cos(x)', jax: 'jnp.cos(x)' },
  },
  softsign: {
    formula: 'x / (1 + |x|)',
    reference: 'Bergstra et al. 2009; Gauss–Legendre panels split at 0, tabulated',
    code: { pytorch: 'F.softsign(x)', keras: 'ops.softsign(x)', jax: 'jax.nn.soft_sign(x)' },
  },
  hard_swish: {
    formula: 'x min(max(x + 3, 0), 6) / 6',
    reference: 'Howard et al. 2019; Gauss–Legendre panels split at ±3, tabulated',
    synonyms: ['hswish', 'h swish'],
    code: {
      pytorch: 'F.hardswish(x)',
      keras: 'x * ops.clip(x / 6 + 0.5, 0.0, 1.0)',
      jax: 'jax.nn.hard_swish(x)',
    },
  },
  quick_gelu: {
    formula: 'x / (1 + exp(−1.702 x))',
    reference: 'Hendrycks and Gimpel 2016; Gauss–Legendre panels, tabulated',
    code: {
      pytorch: 'x * torch.sigmoid(1.702 * x)',
      keras: 'x * ops.sigmoid(1.702 * x)',
      jax: 'x * jax.nn.sigmoid(1.702 * x)',
    },
  },
  relu6: {
    formula: 'min(max(x, 0), 6)',
    reference: 'Krizhevsky 2010; Plackett 1954',
    code: { pytorch: 'F.relu6(x)', keras: 'ops.relu6(x)', jax: 'jax.nn.relu6(x)' },
  },
  tanhshrink: {
    formula: 'x − tanh(x)',
    reference: 'torch.nn.Tanhshrink; Gauss–Legendre panels, tabulated; the averages of tanh',
    code: { pytorch: 'F.tanhshrink(x)', keras: '(x - ops.tanh(x))', jax: '(x - jnp.tanh(x))' },
  },
  softshrink: {
    formula: 'x − threshold for x > threshold, x + threshold for x < −threshold, else 0',
    reference: 'Donoho and Johnstone 1994; Plackett 1954',
    synonyms: ['soft threshold'],
    parameters: { threshold: 0.5 },
    code: {
      pytorch: 'F.softshrink(x, threshold)',
      keras: '(x - ops.clip(x, -threshold, threshold))',
      jax: '(x - jnp.clip(x, -threshold, threshold))',
    },
  },
  hardshrink: {
    formula: 'x for |x| > threshold, else 0',
    reference: 'Donoho and Johnstone 1994; Price 1958; Plackett 1954',
    synonyms: ['hard threshold'],
    parameters: { threshold: 0.5 },
    code: {
      pytorch: 'F.hardshrink(x, threshold)',
      keras: 'ops.where(ops.abs(x) > threshold, x, 0.0)',
      jax: 'jnp.where(jnp.abs(x) > threshold, x, 0.0)',
    },
  },
  hard_sigmoid: {
    formula: 'min(max(x/6 + 1/2, 0), 1)',
    reference: 'Howard et al. 2019; the averages of hard_tanh',
    code: {
      pytorch: 'F.hardsigmoid(x)',
      keras: 'ops.clip(x / 6 + 0.5, 0.0, 1.0)',
      jax: 'jax.nn.hard_sigmoid(x)',
    },
  },
  log_sigmoid: {
    formula: '−ln(1 + exp(−x))',
    reference: 'the averages of softplus',
    synonyms: ['log logistic'],
    code: { pytorch: 'F.logsigmoid(x)', keras: '-ops.softplus(-x)', jax: 'jax.nn.log_sigmoid(x)' },
  },
  celu: {
    formula: 'x for x > 0, alpha (exp(x/alpha) − 1) for x < 0',
    reference: 'Barron 2017; the averages of elu',
    parameters: { alpha: 1 },
    code: { pytorch: 'F.celu(x, alpha)', keras: 'alpha * ops.elu(x / alpha)', jax: 'jax.nn.celu(x, alpha)' },
  },
  prelu: {
    formula: 'x for x > 0, slope · x for x < 0',
    reference: 'He et al. 2015; Cho and Saul 2009',
    parameters: { slope: 0.25 },
    code: {
      pytorch: 'F.leaky_relu(x, slope)',
      keras: 'ops.leaky_relu(x, slope)',
      jax: 'jax.nn.leaky_relu(x, slope)',
    },
  },
  relu_squared: {
    formula: 'max(x, 0)²',
    reference: 'So et al. 2021; Cho and Saul 2009',
    synonyms: ['squared relu', 'relu2'],
    code: {
      pytorch: 'F.relu(x).square()',
      keras: 'ops.square(ops.relu(x))',
      jax: 'jnp.square(jax.nn.relu(x))',
    },
  },
} as const satisfies Record<string, ActivationEntry>;

/** The name of an activation. */
export type ActivationName = keyof typeof ENTRIES;

/** The parameters of an activation's own, by name; `never` where it has none. */
export type OwnParameters<Name extends ActivationName> = (typeof ENTRIES)[Name] extends {
  parameters: infer Own;
}
  ? keyof Own & OwnParameterName
  : never;

/** The activations, in the order in which they are listed. */
export const ACTIVATION_ENTRIES: Readonly<Record<ActivationName, ActivationEntry>> = ENTRIES;

/** The names of the activations. */
export const ACTIVATION_NAMES = Object.keys(ENTRIES) as ActivationName[];

/** The name of a parameter of an activation, or of the map around it. */
export type ActivationParameterName = keyof typeof ACTIVATION_PARAMETERS;

/** The two constants of selu for which mean 0 and variance 1 are a fixed point, as published. */
export const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 } as const;
