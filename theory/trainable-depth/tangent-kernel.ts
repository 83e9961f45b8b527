import type { Activation } from '../activation.ts';
import { quartics } from '../gradients/quartics.ts';
import type { Layer } from '../trajectory/layer.ts';
import { createStepper, type State } from '../trajectory/layer.ts';
import { count } from '../work.ts';

/** What the first updates of a network of some depth are made of. Logarithms, so that nothing overflows. */
export type Updates = {
  /** ln of what the tangent kernel of one input under two masks has more than that of two inputs */
  readonly signal: number;
  /** ln of the tangent kernel of one input in one pass: the squared gradient of an output by all weights */
  readonly size: number;
  /** N Var(ln g) of the squared gradient g over networks of width N, from the last layer to the first */
  readonly variance: number;
};

/** What the first layer reads. */
export type TangentStart = {
  /** of an input, over its numbers */
  readonly mean_square: number;
  /** of two inputs that are to be told apart, below 1 */
  readonly cosine: number;
};

/** A tangent kernel, by depth. */
export type TangentKernel = {
  /**
   * @param depth number of hidden layers, whole, not negative
   * @returns null from the depth on at which q or the kernel leaves the range of doubles, or the signal is less than 1e-11 of the
   * kernel, so that it is lost in rounding
   */
  readonly at: (depth: number) => Updates | null;
};

/** The work of a layer besides its averages, in evaluations. */
const LAYER = 30;

/** E[φ′⁴] is taken anew where ln q has moved by this much; it moves the depth by less than a thousandth. */
const SAME_Q = 0.02;

/** Sums are rescaled beyond these. */
const [SMALL, LARGE] = [1e-100, 1e100];

/** Of the kernel; a signal below it has less than four digits. */
const LOST = 1e-11;

/** Beyond these variances no network trains, and averages need care that nothing here pays for. */
const [LOWEST, HIGHEST] = [1e-250, 1e250];

/**
 * The tangent kernel of deep networks by depth: how much one step of gradient descent on one input moves the output for another,
 * Theta(x, x′) = Σ over weight matrices of E[what goes into it] × the product of chi_c of the layers above it. Weights only: biases move
 * the outputs for all inputs alike. All layers have the same variances, the one that reads the data and the read-out too;
 * every hidden activation has noise, with masks of its own for each pass.
 *
 * The unit: the products of the gradients of one output by the weights of a matrix, summed and divided by its fan-in. A network
 * whose layers all read N numbers has N times as much; linear, sigma_w2 1, no noise: Theta = (depth + 1) × the mean square of the input.
 *
 * The signal is Theta(x, x; two masks) − Theta(x, x′), and obeys a recursion of its own; what cancels in it is the difference of two
 * correlations, so that it is exact to about 1e-15 of the size. The size is Theta(x, x; one mask), with chi_1 in place of chi_c. The
 * variance is that of independent layers: what gains from q that strays with the weights is left out.
 *
 * @param activation φ
 * @param layer the layer that is repeated
 * @param start see {@link TangentStart}
 * @see Jacot et al. 2018, "Neural tangent kernel"; Xiao et al. 2020, "Disentangling trainability and generalization in deep
 * neural networks" (its dependence on depth); derived here for dropout: docs/theory.md
 * @example
 * // without noise one input is the same in both passes; linear, sigma_w2 1: Theta = depth + 1
 * Math.exp(tangentKernel(linear, { sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE }, { mean_square: 1, cosine: 0 }).at(9).size) // 10
 */
export function tangentKernel(
  activation: Activation,
  layer: Layer,
  { mean_square, cosine }: TangentStart,
): TangentKernel {
  const { sigma_w2, sigma_b2, noise } = layer;
  const step = createStepper(activation);
  // (with these weights a step gives what goes into them; to take the biases off q instead would cancel)
  const bare = { ...layer, sigma_w2: 1, sigma_b2: 0 };
  const tail = kurtosis(noise);
  /** Pre-activations, from the second moment of what goes into the weights and misalignments of it. */
  const weighted = (square: number, misalignments: readonly number[], common: number): State => {
    const q = sigma_w2 * square + sigma_b2;
    const share = q > 0 ? (sigma_w2 * square) / q : 0;
    return { q, misalignments: misalignments.map((m) => share * m), common: share * common };
  };
  const apart = 1 - cosine;
  let state = weighted(mean_square, [0, apart], apart);
  // sums over the layers below, in units of e^scale
  let scale = 0;
  let sums = { one: mean_square, other: mean_square * cosine, apart: mean_square * apart };
  let variance = 0;
  let spread = { q: Number.NaN, slope: 0 };
  const rows: Updates[] = [];
  const inRange = () =>
    state.q > LOWEST &&
    state.q < HIGHEST &&
    sums.apart > LOST * sums.one &&
    Number.isFinite(scale + variance);
  const push = () =>
    rows.push({ signal: Math.log(sums.apart) + scale, size: Math.log(sums.one) + scale, variance });
  if (inRange()) push();
  const advance = () => {
    count(LAYER);
    if (!(Math.abs(Math.log(state.q / spread.q)) < SAME_Q || (activation.homogeneous && spread.q > 0))) {
      const { slope2, slope4 } = quartics(activation, state.q);
      spread = { q: state.q, slope: 3 * (slope4 / slope2 ** 2) * tail - 1 };
    }
    variance += spread.slope;
    const { q: square, misalignments, common = 0, chi_1, chi_c } = step(state, bare);
    const [same = 0, other = 0] = misalignments;
    const [chi_same = 0, chi_other = 0] = chi_c.map((chi) => sigma_w2 * chi);
    const into = square * Math.exp(-scale);
    sums = {
      one: into + sigma_w2 * chi_1 * sums.one,
      other: into * (1 - other) + chi_other * sums.other,
      apart: into * (other - same) + chi_same * sums.apart + (chi_same - chi_other) * sums.other,
    };
    state = weighted(square, misalignments, common);
    if (sums.one > LARGE || sums.one < SMALL) {
      const by = sums.one;
      scale += Math.log(by);
      sums = { one: 1, other: sums.other / by, apart: sums.apart / by };
    }
    if (inRange()) push();
  };
  return {
    at: (depth) => {
      while (rows.length <= depth && inRange()) advance();
      return rows[depth] ?? null;
    },
  };
}

/** E[s⁴] / E[s²]² of the noise; that of a Bernoulli mask with as much variance where the fourth moment is not known. */
const kurtosis = ({ s1, s2, s4 }: Layer['noise']): number =>
  s4 === undefined ? s2 / (s1 * s1) : s4 / (s2 * s2);
