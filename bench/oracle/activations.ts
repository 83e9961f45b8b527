/** φ as `npm run verify` has it: written down from the definitions, not taken from theory/. */
export type Definition = {
  readonly phi: (x: number) => number;
  /** almost everywhere */
  readonly derivative: (x: number) => number;
  /** kinks, and other places about which φ bends */
  readonly places: readonly number[];
  /** over what distance it bends */
  readonly scale: number;
  /** whether φ itself jumps: derivatives of averages are difference quotients then */
  readonly jumps?: true;
  /** the longest panel, for φ that bends everywhere */
  readonly longest?: number;
  /** limits of φ(x)/x at −∞ and ∞ */
  readonly slopes: readonly [number, number];
};

/** Parameters of activations and of the affine map around them, as queries have them. */
export type Parameters = Readonly<
  Partial<
    Record<
      'slope' | 'alpha' | 'threshold' | 'input_scale' | 'input_shift' | 'output_scale' | 'output_shift',
      number
    >
  >
>;

/** x − tanh x, by its series where the subtraction would cancel. */
function lagOfTanh(x: number): number {
  if (Math.abs(x) > 0.15) return x - Math.tanh(x);
  const s = x * x;
  const terms = [
    1 / 3,
    -2 / 15,
    17 / 315,
    -62 / 2835,
    1382 / 155925,
    -21844 / 6081075,
    929569 / 638512875,
    -6404582 / 10854718875,
  ];
  return x * s * terms.reduceRight((sum, term) => sum * s + term, 0);
}

const SELU = [1.6732632423543772, 1.0507009873554805] as const;
const logistic = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Φ by the continued fraction of Mills' ratio in the tail and Taylor's series of the integral in the middle. */
function normal(x: number): number {
  const z = Math.abs(x);
  let tail: number;
  if (z > 5) {
    let fraction = z;
    for (let k = 60; k > 0; k--) fraction = z + k / fraction;
    tail = density(z) / fraction;
  } else {
    let [term, sum] = [z, z];
    for (let k = 1; k < 200 && term > 1e-18 * sum; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    tail = 0.5 - density(z) * sum;
  }
  return x > 0 ? 1 - tail : tail;
}

const smooth = (
  scale: number,
  slopes: readonly [number, number],
  phi: (x: number) => number,
  derivative: (x: number) => number,
): Definition => ({ phi, derivative, places: [], scale, slopes });

/** Straight pieces: the slope left of all kinks, then a kink and the slope right of it, and so on; φ(0) = `level`. */
function pieces(
  left: number,
  bends: readonly (readonly [at: number, slope: number])[],
  level = 0,
): Definition {
  const slopes = [left, ...bends.map(([, slope]) => slope)];
  const stops = bends.map(([at]) => at);
  /** how many kinks lie left of x */
  const piece = (x: number) => {
    let k = 0;
    while (k < stops.length && x > (stops[k] as number)) k++;
    return k;
  };
  const derivative = (x: number) => slopes[piece(x)] as number;
  // φ on a piece is its value at 0 had the piece gone on to there, plus the slope times x
  const intercepts = slopes.map(() => level);
  const home = piece(0);
  for (let k = home + 1; k < slopes.length; k++)
    intercepts[k] =
      (intercepts[k - 1] as number) +
      ((slopes[k - 1] as number) - (slopes[k] as number)) * (stops[k - 1] as number);
  for (let k = home - 1; k >= 0; k--)
    intercepts[k] =
      (intercepts[k + 1] as number) +
      ((slopes[k + 1] as number) - (slopes[k] as number)) * (stops[k] as number);
  const phi = (x: number) => {
    const k = piece(x);
    return (intercepts[k] as number) + (slopes[k] as number) * x;
  };
  const places = bends.map(([at]) => at);
  return { phi, derivative, places, scale: 1, slopes: [left, bends.at(-1)?.[1] ?? left] };
}

const elu = (alpha: number, scale = 1): Definition => ({
  phi: (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
  derivative: (x) => scale * (x > 0 ? 1 : alpha * Math.exp(x)),
  places: [0],
  scale: 1,
  slopes: [0, scale],
});

const gated = (rate: number): Definition =>
  smooth(
    1.5 / rate,
    [0, 1],
    (x) => x * logistic(rate * x),
    (x) => {
      const s = logistic(rate * x);
      return s + rate * x * s * logistic(-rate * x);
    },
  );

const waves = (phi: (x: number) => number, derivative: (x: number) => number): Definition => ({
  ...smooth(0.5, [0, 0], phi, derivative),
  longest: 4,
});

/** The definitions by name. */
export const DEFINITIONS: Readonly<Record<string, (given: Parameters) => Definition>> = {
  linear: () => pieces(1, []),
  relu: () => pieces(0, [[0, 1]]),
  leaky_relu: ({ slope = 0.01 }) => pieces(slope, [[0, 1]]),
  abs: () => pieces(-1, [[0, 1]]),
  tanh: () => smooth(0.8, [0, 0], Math.tanh, (x) => 1 / Math.cosh(x) ** 2),
  hard_tanh: () =>
    pieces(0, [
      [-1, 1],
      [1, 0],
    ]),
  erf: () =>
    smooth(
      0.7,
      [0, 0],
      (x) => Math.sign(x) * (1 - 2 * normal(-Math.abs(x) * Math.SQRT2)),
      (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
    ),
  scaled_erf: () =>
    smooth(
      0.7,
      [0, 0],
      (x) => Math.sign(x) * (1 - 2 * normal(-Math.abs(x) * Math.sqrt(Math.PI / 2))),
      (x) => Math.exp((-Math.PI * x * x) / 4),
    ),
  sigmoid: () => smooth(1.5, [0, 0], logistic, (x) => logistic(x) * logistic(-x)),
  softplus: () => smooth(1.5, [0, 1], softplus, logistic),
  elu: ({ alpha = 1 }) => elu(alpha),
  selu: () => elu(SELU[0], SELU[1]),
  gelu: () =>
    smooth(
      0.7,
      [0, 1],
      (x) => x * normal(x),
      (x) => normal(x) + x * density(x),
    ),
  gelu_tanh: () => {
    const inner = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
    return smooth(
      0.5,
      [0, 1],
      (x) => x * logistic(2 * inner(x)),
      (x) => {
        const s = logistic(2 * inner(x));
        const steep = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
        return s + 2 * x * steep * s * logistic(-2 * inner(x));
      },
    );
  },
  silu: () => gated(1),
  quick_gelu: () => gated(1.702),
  mish: () =>
    smooth(
      0.7,
      [0, 1],
      (x) => x * Math.tanh(softplus(x)),
      (x) => Math.tanh(softplus(x)) + (x * logistic(x)) / Math.cosh(softplus(x)) ** 2,
    ),
  sin: () => waves(Math.sin, Math.cos),
  cos: () => waves(Math.cos, (x) => -Math.sin(x)),
  softsign: () => ({
    phi: (x) => x / (1 + Math.abs(x)),
    derivative: (x) => (1 + Math.abs(x)) ** -2,
    places: [0],
    scale: 0.5,
    slopes: [0, 0],
  }),
  hard_swish: () => ({
    phi: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    derivative: (x) => (x < -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5),
    places: [-3, 3],
    scale: 2,
    slopes: [0, 1],
  }),
  relu6: () =>
    pieces(0, [
      [0, 1],
      [6, 0],
    ]),
  prelu: ({ slope = 0.25 }) => pieces(slope, [[0, 1]]),
  tanhshrink: () => smooth(0.8, [1, 1], lagOfTanh, (x) => Math.tanh(x) ** 2),
  softshrink: ({ threshold = 0.5 }) => ({
    ...pieces(1, [
      [-threshold, 0],
      [threshold, 1],
    ]),
    scale: threshold,
  }),
  hardshrink: ({ threshold = 0.5 }) => ({
    phi: (x) => (Math.abs(x) > threshold ? x : 0),
    derivative: (x) => (Math.abs(x) > threshold ? 1 : 0),
    places: [-threshold, threshold],
    scale: threshold,
    slopes: [1, 1],
    jumps: true,
  }),
  hard_sigmoid: () =>
    pieces(
      0,
      [
        [-3, 1 / 6],
        [3, 0],
      ],
      0.5,
    ),
  log_sigmoid: () =>
    smooth(
      1.5,
      [1, 0],
      (x) => -softplus(-x),
      (x) => logistic(-x),
    ),
  celu: ({ alpha = 1 }) => ({
    phi: (x) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    derivative: (x) => (x > 0 ? 1 : Math.exp(x / alpha)),
    places: [0],
    scale: Math.min(alpha, 1),
    slopes: [0, 1],
  }),
  relu_squared: () => ({
    phi: (x) => Math.max(x, 0) ** 2,
    derivative: (x) => 2 * Math.max(x, 0),
    places: [0],
    scale: 1,
    slopes: [0, Number.POSITIVE_INFINITY],
  }),
};

/**
 * output_scale · (φ(input_scale · x + input_shift) + output_shift), from the definition of φ.
 *
 * @param name of φ
 * @param given its parameters and those of the map
 * @throws Error for a name that has no definition here
 */
export function defined(name: string, given: Parameters): Definition {
  const { input_scale = 1, input_shift = 0, output_scale = 1, output_shift = 0 } = given;
  const base = DEFINITIONS[name]?.(given);
  if (!base) throw new Error(`no definition of "${name}" in bench/oracle/activations.ts`);
  const [left, right] = base.slopes;
  const sides: [number, number] = input_scale > 0 ? [left, right] : [right, left];
  const centre = -input_shift / input_scale;
  return {
    phi: (x) => output_scale * (base.phi(input_scale * x + input_shift) + output_shift),
    derivative: (x) => output_scale * input_scale * base.derivative(input_scale * x + input_shift),
    places: [
      ...base.places.map((at) => (at - input_shift) / input_scale),
      ...(input_shift === 0 ? [] : [centre]),
    ],
    scale: base.scale / Math.abs(input_scale),
    ...(base.jumps && { jumps: base.jumps }),
    ...(base.longest !== undefined && { longest: base.longest / Math.abs(input_scale) }),
    slopes: [output_scale * input_scale * sides[0], output_scale * input_scale * sides[1]],
  };
}
