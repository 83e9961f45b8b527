import type { Activation } from '../activation.ts';
import { quartics } from '../gradients/quartics.ts';
import type { Layer } from '../trajectory/layer.ts';
import { type State, stepper } from '../trajectory/layer.ts';

/** What the first updates of a network of some depth are made of. Logarithms, so that nothing overflows. */
export type Updates = {
  /** ln of what the tangent kernel of one input under two masks has more than that of two inputs */
  readonly signal: number;
  /** ln of the tangent kernel of one input in one pass: the squared gradient of an output by all weights */
  readonly size: number;
  /** N Var(ln g) of the squared gradient g over networks of width N, from the last layer to the first */
  readonly variance: number;
};

/** Where a network starts. */
export type TangentStart = {
  /** variance of the first pre-activations */
  readonly q0: number;
  /** correlation of the first pre-activations of two inputs that are to be told apart */
  readonly c_diff: number;
};

/** A tangent kernel, by depth. */
export type TangentKernel = {
  /**
   * @param depth number of hidden layers, whole, not negative
   * @returns null beyond the depth at which q, or the kernel, leaves the range of doubles
   */
  readonly at: (depth: number) => Updates | null;
};

/** Work that no average of one or two inputs stands for: a layer, and averages of fourth order. */
export type KernelWork = 'layer' | 'quartics';

/** E[φ′⁴] is taken anew where ln q has moved by this much; it moves the depth by less than a thousandth. */
const SAME_Q = 0.02;

/** Sums are rescaled beyond these. */
const [SMALL, LARGE] = [1e-100, 1e100];

/** Beyond these variances no network trains, and averages need care that nothing here pays for. */
const [LOWEST, HIGHEST] = [1e-250, 1e250];

/**
 * The tangent kernel of deep networks by depth: how much one step of gradient descent on one input moves the output for another,
 * Theta(x, x′) = Σ over weight matrices of E[what goes into it] × the product of chi_2 of the layers above it. Weights only: biases move
 * the outputs for all inputs alike. All layers have the same variances, the one that reads the data and the read-out too;
 * every hidden activation has noise, with masks of its own for each pass.
 *
 * The signal is Theta(x, x; two masks) − Theta(x, x′), for which everything else cancels in ln D before it is taken; the size is
 * Theta(x, x; one mask), with chi_1 in place of chi_2.
 *
 * @param activation φ
 * @param layer the layer that is repeated
 * @param start see {@link TangentStart}
 * @param watch is called before each piece of work that the averages of the activation do not count; what it throws ends the answer
 * @see Jacot et al. 2018, "Neural tangent kernel"; Xiao et al. 2020, "Disentangling trainability and generalization in deep
 * neural networks" (its dependence on depth); derived here for dropout: docs/theory.md
 * @example
 * // without noise one input is the same in both passes; linear, sigma_w2 1: Theta = (depth + 1) q
 * Math.exp(tangentKernel(linear, { sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE }, { q0: 1, c_diff: 0 }).at(9).size) // 10
 */
export function tangentKernel(
  activation: Activation,
  layer: Layer,
  { q0, c_diff }: TangentStart,
  watch: (work: KernelWork) => void = () => {},
): TangentKernel {
  const { sigma_w2, sigma_b2, noise } = layer;
  const step = stepper(activation);
  const tail = kurtosis(noise);
  // sums over the layers below, in units of e^scale
  let scale = 0;
  let state: State = { q: q0, misalignments: [0, 1 - c_diff], common: 1 - c_diff };
  const entering = ({ q, misalignments: [same = 0, other = 0] }: State) => ({
    one: (q - sigma_b2) / sigma_w2,
    other: (q * (1 - other) - sigma_b2) / sigma_w2,
    apart: (q * (other - same)) / sigma_w2,
  });
  let sums = entering(state);
  let variance = 0;
  let spread = { q: Number.NaN, slope: 0 };
  const rows: Updates[] = [];
  const inRange = () => state.q > LOWEST && state.q < HIGHEST && sums.one > 0;
  const push = () =>
    rows.push({ signal: Math.log(sums.apart) + scale, size: Math.log(sums.one) + scale, variance });
  if (inRange()) push();
  const advance = () => {
    watch('layer');
    // (of homogeneous φ it is the same at every q)
    const same = activation.homogeneous ? spread.q > 0 : Math.abs(Math.log(state.q / spread.q)) < SAME_Q;
    if (!same) {
      watch('quartics');
      const { slope2, slope4 } = quartics(activation, state.q);
      spread = { q: state.q, slope: 3 * (slope4 / slope2 ** 2) * tail - 1 };
    }
    variance += spread.slope;
    const next = step(state, layer);
    const [chi_same = 0, chi_other = 0] = next.chi_2;
    const weight = Math.exp(-scale);
    const into = entering(next);
    sums = {
      one: into.one * weight + next.chi_1 * sums.one,
      other: into.other * weight + chi_other * sums.other,
      apart: into.apart * weight + chi_same * sums.apart + (chi_same - chi_other) * sums.other,
    };
    state = next;
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
