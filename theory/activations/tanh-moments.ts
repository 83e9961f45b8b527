import type { Moments } from '../activation.ts';
import { normalWeights, REACH, trapezoidStep } from '../quadrature.ts';
import { count } from '../work.ts';

/** Half-width of the strip in which tanh is analytic: its nearest poles are ±iπ/2. */
const STRIP = Math.PI / 2;

/** Standard deviation between the two rules: below it nodes are fixed in z, above it in x, where tables serve. */
const BORDER = 0.5;

/** Below: the rule for σ = BORDER; for smaller σ the poles lie farther away in units of z. */
const STEP_Z = trapezoidStep(1, STRIP / BORDER);
const WEIGHTS_Z = normalWeights(STEP_Z);

/** Above: the rule for σ = BORDER again, now in units of x; for larger σ the Gaussian moves the poles less. */
const STEP_X = trapezoidStep(BORDER, STRIP);

/** Beyond this 1 − tanh² x is below 2e-17, so that no average needs a node there, however wide the Gaussian is. */
const FLAT = 20;

const COUNT = 1 + Math.ceil(FLAT / STEP_X);
const TANH = Float64Array.from({ length: COUNT }, (_, k) => Math.tanh(k * STEP_X));
const SLOPE = Float64Array.from({ length: COUNT }, (_, k) => Math.cosh(k * STEP_X) ** -2);
const LAG = TANH.map((tanh, k) => lag(k * STEP_X, tanh));

/**
 * x − tanh x for x ≥ 0; by its series where the subtraction would cancel.
 *
 * @param x not negative
 * @param tanh of x
 * @example lag(0.1, Math.tanh(0.1)) // 0.000332…
 */
export function lag(x: number, tanh: number): number {
  if (x > 0.3) return x - tanh;
  const s = x * x;
  const highest =
    6404582 / 10854718875 - s * (443861162 / 1856156927625 - (s * 18888466084) / 194896477400625);
  const high = 1382 / 155925 - s * (21844 / 6081075 - s * (929569 / 638512875 - s * highest));
  return x * s * (1 / 3 - s * (2 / 15 - s * (17 / 315 - s * (62 / 2835 - s * high))));
}

/**
 * The one-input averages of tanh, to about 1e-15 relative, at a cost bounded for all q.
 *
 * @param q variance of the input, positive
 * @see Schoenholz et al. 2017 for the averages, Trefethen and Weideman 2014 for the rule
 * @example tanhMoments(1).ratio // 0.39429449039784
 */
export function tanhMoments(q: number): Moments {
  // The first terms are exact to double precision here, and x² would underflow.
  count(COUNT / 4);
  if (q < 1e-20) return odd(1, 2 * q, 1, 1);
  return Math.sqrt(q) < BORDER ? narrow(q) : wide(q);
}

function narrow(q: number): Moments {
  const step = STEP_Z * Math.sqrt(q);
  let [square, short, slope2, radial] = [0, 0, 0, 0];
  for (let k = 1; k < WEIGHTS_Z.length; k++) {
    const weight = WEIGHTS_Z[k] as number;
    const x = k * step;
    const tanh = Math.tanh(x);
    const slope = 1 - tanh * tanh;
    square += weight * tanh * tanh;
    short += weight * lag(x, tanh) * (x + tanh);
    slope2 += weight * slope * slope;
    radial += weight * x * tanh * slope;
  }
  slope2 += WEIGHTS_Z[0] as number;
  return odd(square / q, short / q, slope2, radial / q);
}

function wide(q: number): Moments {
  const count = Math.min(COUNT, 1 + Math.ceil((REACH * Math.sqrt(q)) / STEP_X));
  const scale = (2 * STEP_X) / Math.sqrt(2 * Math.PI * q);
  const rate = (STEP_X * STEP_X) / (2 * q);
  let [square, short, flat, slope2, radial] = [0, 0, scale / 2, scale / 2, 0];
  for (let k = 1; k < count; k++) {
    const weight = scale * Math.exp(-rate * k * k);
    const tanh = TANH[k] as number;
    const slope = SLOPE[k] as number;
    const x = k * STEP_X;
    square += weight * tanh * tanh;
    short += weight * (LAG[k] as number) * (x + tanh);
    flat += weight * slope;
    slope2 += weight * slope * slope;
    radial += weight * x * tanh * slope;
  }
  // For wide Gaussians the nodes stop at FLAT: E[tanh²] is then 1 less a localised average.
  const ratio = (q < 4 ? square : 1 - flat) / q;
  return odd(ratio, q < 4 ? short / q : 1 - ratio, slope2, radial / q);
}

/** The averages of an odd function, whose mean is 0. */
function odd(ratio: number, shortfall: number, slope2: number, radial: number): Moments {
  return { ratio, shortfall, lift: 0, drift: 0, variance: ratio, slope2, radial };
}
