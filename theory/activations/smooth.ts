import type { Activation, Family, Moments, Pair, UnequalPair } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { arcsinePair, normalCdf } from '../averages/special.ts';
import { tabulated } from '../averages/tables.ts';
import { wrap } from './wrap.ts';

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Below this q the averages of a pair no longer depend on it, and denormal numbers would cost digits. */
const TINY_VARIANCE = 1e-20;

/** Above this q gelu is relu, whose averages do not depend on it, and squares of q would leave the range of numbers. */
const HUGE_VARIANCE = 1e60;

function geluMoments(q: number): Moments {
  const spread = 1 + q;
  const root = Math.sqrt(1 + 2 * q);
  // E[Φ(u)²] = 1/4 + rest, and the density of two equal inputs at 0, E[Φ′(u)²] = peak
  const angle = Math.atan2(q, root) / (2 * Math.PI);
  const peak = 1 / (2 * Math.PI * root);
  const rest = angle + (2 * q * peak) / spread;
  const lift = 1 / Math.sqrt(2 * Math.PI * spread);
  return {
    ratio: 0.25 + rest,
    shortfall: -rest,
    lift,
    drift: (lift * (1 + q / 2)) / spread,
    variance: 0.25 + rest - q * lift * lift,
    slope2: 0.25 + angle + peak * q * (2 / spread + 1 / (root * root)),
    radial: 0.25 + angle + (peak * q * (1 + (2 * (2 + q)) / spread - (2 * q) / (root * root))) / spread,
  };
}

/**
 * E[φφ] = q c κ(c) + q² P(c) (1 + c² (1 − q)/(1 + q)), where κ = E[Φ(u₁)Φ(u₂)] = 1/4 + asin(qc/(1 + q))/2π and
 * P = E[Φ′(u₁)Φ′(u₂)] = 1/(2π √((1 + q)² − q²c²)); and E[φ′φ′] = κ + q c P (2/(1 + q) + 4π² P²). Each difference
 * from c = 1 is multiplied out.
 */
function geluPair(q: number): (m: number) => Pair {
  const spread = 1 + q;
  const root = Math.sqrt(1 + 2 * q);
  const aligned = Math.atan2(q, root) / (2 * Math.PI);
  return (m) => {
    const c = 1 - m;
    const { angle, slope } = arcsinePair(q, m, 1 + 2 * q);
    const turn = angle / (2 * Math.PI);
    const own = 0.25 + aligned;
    const lost = m * (2 - m);
    // P(1) − P(c) = q² (1 − c²) P(1) P(c) / (√… + √…)
    const fallen = (slope * q * q * lost) / (root * (root + 1 / slope));
    const gap =
      m * own + c * turn + (q / (2 * Math.PI)) * ((2 * fallen) / spread + (slope * lost * (1 - q)) / spread);
    const sides = own - turn;
    return { gap, slope: sides + ((q * c * slope) / (2 * Math.PI)) * (2 / spread + slope * slope) };
  };
}

/**
 * The same with variances a and b and covariance s: E[φφ] = s κ + a b P (1 + a (1 − c²))/(1 + a) + s² P/(1 + b) and
 * E[φ′φ′] = κ + s P (1/(1 + a) + 1/(1 + b) + 4π² P²), with 1/(2πP)² = (1 + a)(1 + b) − s², by Gaussian integration by parts.
 */
function geluUnequal(a: number, b: number): (m: number) => UnequalPair {
  const size = Math.sqrt(a) * Math.sqrt(b);
  return (m) => {
    const c = 1 - m;
    const apart2 = 1 + a + b + a * b * m * (2 - m);
    const apart = Math.sqrt(apart2);
    const both = 0.25 + Math.atan2(size * c, apart) / (2 * Math.PI);
    const peak = 1 / (2 * Math.PI * apart);
    const rest = (1 + a * m * (2 - m)) / (1 + a) + (c * c) / (1 + b);
    return {
      overlap: c * both + size * peak * rest,
      slope: both + size * c * peak * (1 / (1 + a) + 1 / (1 + b) + 1 / apart2),
    };
  };
}

/**
 * The Gaussian error linear unit φ(x) = x Φ(x), exactly, with Φ the normal distribution function.
 *
 * @see Hendrycks, Gimpel 2016, "Gaussian error linear units"; Tsuchida et al. 2021, "Avoiding kernel fixed points:
 * computing with ELU and GELU infinite networks", for the kernel
 */
const gelu: Activation = {
  name: 'gelu',
  parity: 'none',
  homogeneous: false,
  level: 0,
  ratio_at_zero: 0.25,
  asymptote: [0, 1],
  kinks: [],
  features: [{ at: 0, width: 2 }],
  phi: (x) => x * normalCdf(x),
  derivative: (x) => normalCdf(x) + x * density(x),
  moments: geluMoments,
  pair: (q) => geluPair(Math.min(Math.max(q, TINY_VARIANCE), HUGE_VARIANCE)),
  unequal: geluUnequal,
};

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBE = 0.044715;

/** The scale of the logistic function that is nearest to Φ. */
const LOGISTIC_SCALE = 1.702;

/** tanh(softplus(x)) = n / (n + 2) with n = eˣ(eˣ + 2): beyond this x it is 1 to the last digit. */
const MISH_END = 20;

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

// Elfwing, Uchibe, Doya 2018, "Sigmoid-weighted linear units for neural network function approximation"; the nearest poles are ±iπ
const silu = tabulated(
  numeric({
    name: 'silu',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [],
    features: [{ at: 0, width: Math.PI }],
    phi: (x) => x / (1 + Math.exp(-x)),
    derivative: (x) => {
      const fade = Math.exp(-Math.abs(x));
      const whole = 1 + fade;
      return (x > 0 ? 1 : fade) / whole + (x * fade) / (whole * whole);
    },
  }),
);

// Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing"; the nearest poles of the
// derivative, the logistic function, are ±iπ
const softplus = tabulated(
  numeric({
    name: 'softplus',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [],
    features: [{ at: 0, width: Math.PI }],
    phi: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: logistic,
  }),
);

/** The smooth relatives of the rectifier. */
export const SMOOTH = {
  gelu,
  // Hendrycks, Gimpel 2016. Its poles, where the hyperbolic tangent has its own, stay more than 2 away from the real line
  gelu_tanh: tabulated(
    numeric({
      name: 'gelu_tanh',
      parity: 'none',
      asymptote: [0, 1],
      kinks: [],
      features: [{ at: 0, width: 2 }],
      phi: (x) => x / (1 + Math.exp(-2 * TANH_SCALE * x * (1 + TANH_CUBE * x * x))),
      derivative: (x) => {
        const fade = Math.exp(-2 * TANH_SCALE * Math.abs(x) * (1 + TANH_CUBE * x * x));
        const whole = 1 + fade;
        const inner = 2 * TANH_SCALE * (1 + 3 * TANH_CUBE * x * x);
        return (x > 0 ? 1 : fade) / whole + (x * inner * fade) / (whole * whole);
      },
    }),
  ),
  // silu with another scale
  quick_gelu: tabulated(
    wrap(silu, { input_scale: LOGISTIC_SCALE, output_scale: 1 / LOGISTIC_SCALE }, 'quick_gelu'),
  ),
  silu,
  // Misra 2019, "Mish: a self regularized non-monotonic activation function". It is a rational function of x and eˣ whose nearest
  // poles, (1 + eˣ)² = −1, are ln √2 ± 3πi/4
  mish: tabulated(
    numeric({
      name: 'mish',
      parity: 'none',
      asymptote: [0, 1],
      kinks: [],
      features: [{ at: Math.LN2 / 2, width: (3 * Math.PI) / 4 }],
      phi: (x) => {
        if (x > MISH_END) return x;
        const e = Math.exp(x);
        const n = e * (e + 2);
        return (x * n) / (n + 2);
      },
      derivative: (x) => {
        if (x > MISH_END) return 1;
        const e = Math.exp(x);
        const n = e * (e + 2);
        return n / (n + 2) + (4 * x * e * (e + 1)) / (n + 2) ** 2;
      },
    }),
  ),
  softplus,
  // softplus turned over
  log_sigmoid: wrap(softplus, { input_scale: -1, output_scale: -1 }, 'log_sigmoid'),
} as const satisfies Family;
