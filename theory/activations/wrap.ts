import type { Activation, Moments, Pair, UnequalPair, WithDirect } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { ParameterError } from '../parameter-error.ts';

/** An affine map before and one after φ: output_scale · (φ(input_scale · x + input_shift) + output_shift). */
export type Wrap = {
  readonly input_scale?: number;
  readonly input_shift?: number;
  readonly output_scale?: number;
  readonly output_shift?: number;
};

/** Scales below this one would leave nothing of φ but its tangent, and underflow where they are squared twice. */
const SMALLEST_SCALE = 1e-6;

/**
 * An activation with an affine map before and after it, as shaped activations have. Scales and the shift of the output
 * act on the averages of φ exactly; a shift of the input takes the closed forms of the shifted φ or the numeric route.
 *
 * @param activation φ
 * @param map scales (in size at least 1e-6) and shifts
 * @param name of the entry; that of φ if left out
 * @returns the entry of output_scale · (φ(input_scale · x + input_shift) + output_shift)
 * @throws ParameterError for a smaller scale or a number that is not finite
 * @see Martens et al. 2021, "Rapid training of deep neural networks without skip connections or normalization layers
 * using deep kernel shaping"; Zhang, Botev, Martens 2022, "Deep learning without shortcuts" (tailored activations)
 * @example wrap(tanh, { input_scale: 0.5, output_scale: 0.5, output_shift: 1 }).phi(0) // 0.5
 */
export function wrap(activation: Activation, map: Wrap, name?: string): Activation {
  const { input_scale = 1, input_shift = 0, output_scale = 1, output_shift = 0 } = map;
  for (const [name, value] of Object.entries({ input_scale, input_shift, output_scale, output_shift }))
    if (!Number.isFinite(value) || (name.endsWith('scale') && !(Math.abs(value) >= SMALLEST_SCALE)))
      throw new ParameterError(
        name,
        'out_of_range',
        `${name} must be a finite number${name.endsWith('scale') ? `, in size at least ${SMALLEST_SCALE}` : ''}.`,
      );
  const base = input_shift === 0 ? activation : shiftInput(activation, input_shift);
  const inner2 = input_scale * input_scale;
  const outer2 = output_scale * output_scale;
  const both2 = inner2 * outer2;
  const scaled = output_scale * input_scale;
  const flip = input_scale < 0;
  const [left, right] = base.asymptote;

  const level = output_scale * (base.level + output_shift);
  const limit = both2 * (base.ratio_at_zero + (output_shift && 2 * output_shift * liftAtZero(base)));
  const momentsOf = (own: Moments): Moments => {
    const ratio = both2 * (own.ratio + 2 * output_shift * own.lift);
    return {
      ratio,
      shortfall: output_shift === 0 ? both2 * own.shortfall : limit - ratio,
      lift: output_scale * inner2 * own.lift,
      drift: output_scale * inner2 * own.drift,
      variance: both2 * own.variance,
      slope2: both2 * own.slope2,
      radial: both2 * (own.radial + 2 * output_shift * own.drift),
    };
  };
  const pairOf =
    (own: (m: number) => Pair) =>
    (m: number): Pair => {
      const { gap, slope, gradient } = own(m);
      return {
        gap: both2 * gap,
        slope: both2 * slope,
        ...(gradient !== undefined && { gradient: both2 * gradient }),
      };
    };
  const unequalOf =
    (own: (m: number) => UnequalPair) =>
    (m: number): UnequalPair => {
      const { overlap, slope } = own(m);
      return { overlap: both2 * overlap, slope: both2 * slope };
    };
  const { unequal } = base;
  /** The averages of φ at the variance that it sees, with and without tables. */
  const seen = <T>(averages: WithDirect<T>, turn: (own: T) => T): WithDirect<T> => {
    const { direct } = averages;
    const at = (q: number) => turn(averages(inner2 * q));
    return direct ? Object.assign(at, { direct: (q: number) => turn(direct(inner2 * q)) }) : at;
  };
  return {
    name: name ?? activation.name,
    ...(name === undefined && {
      description: `${output_scale} · (φ(${input_scale} x + ${input_shift}) + ${output_shift}), φ = ${activation.description ?? activation.name}`,
    }),
    parity: base.parity === 'odd' && output_shift !== 0 ? 'none' : base.parity,
    homogeneous: base.homogeneous && output_shift === 0,
    level,
    input_scale: Math.abs(input_scale) * (activation.input_scale ?? 1),
    ratio_at_zero: limit,
    asymptote: flip ? [scaled * right, scaled * left] : [scaled * left, scaled * right],
    kinks: base.kinks.map((kink) => kink / input_scale),
    ...(base.saturates !== undefined && { saturates: base.saturates }),
    ...(base.steps && {
      steps: base.steps.map(({ at, from, to }) => {
        const [left, right] = (flip ? [to, from] : [from, to]).map((y) => output_scale * (y + output_shift));
        return { at: at / input_scale, from: left as number, to: right as number };
      }),
    }),
    features: base.features.map(({ at, width }) => ({
      at: at / input_scale,
      width: width / Math.abs(input_scale),
    })),
    phi: (x) => output_scale * (base.phi(input_scale * x) + output_shift),
    derivative: (x) => scaled * base.derivative(input_scale * x),
    moments: seen(base.moments, momentsOf),
    pair: seen(base.pair, pairOf),
    ...(unequal && { unequal: (q_a, q_b) => unequalOf(unequal(inner2 * q_a, inner2 * q_b)) }),
    ...(base.shifted && {
      shifted: (shift: number) =>
        wrap(base, { input_scale, input_shift: input_scale * shift, output_scale, output_shift }),
    }),
  };
}

/** The limit of (E[φ] − φ(0)) / q as q → 0. */
function liftAtZero({ parity, kinks, moments }: Activation): number {
  if (parity === 'odd') return 0;
  const { lift } = moments(1e-20);
  return kinks.includes(0) ? lift * Number.MAX_VALUE : lift;
}

function shiftInput(activation: Activation, shift: number): Activation {
  if (activation.shifted) return activation.shifted(shift);
  const { phi, derivative, kinks, features, steps } = activation;
  return numeric({
    ...activation,
    parity: 'none',
    ...(steps && { steps: steps.map((step) => ({ ...step, at: step.at - shift })) }),
    kinks: kinks.map((kink) => kink - shift),
    features: features.map(({ at, width }) => ({ at: at - shift, width })),
    phi: (x) => phi(x + shift),
    derivative: (x) => derivative(x + shift),
  });
}
