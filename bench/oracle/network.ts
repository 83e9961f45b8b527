/** What a wide network with noise does, followed literally: the oracle of `npm run verify`. */
import { type Definition, defined, type Parameters } from './activations.ts';
import { type Moments, momentsOf, type Noise } from './noise.ts';
import { one, two } from './quadrature.ts';

/** A network, in the names of queries. */
export type Network = Noise &
  Parameters & {
    readonly activation: string;
    readonly sigma_w2: number;
    readonly sigma_b2: number;
    readonly q0: number;
    /** the correlation of the noise of two inputs */
    readonly mask: number;
  };

/** Layers that are followed one by one before the search takes longer steps. */
const LAYERS = 300;

/** Beyond these a variance has left for good. */
const [LOWEST, HIGHEST] = [1e-25, 1e25];

/** Where q ends: a fixed point, `collapses`, `diverges`, or `unsettled` where it oscillates. */
export type End = number | 'collapses' | 'diverges' | 'unsettled';

/** A derivative by differences of sixth order. */
const derivative = (f: (x: number) => number, x: number, h: number) =>
  (45 * (f(x + h) - f(x - h)) - 9 * (f(x + 2 * h) - f(x - 2 * h)) + (f(x + 3 * h) - f(x - 3 * h))) / (60 * h);

/** The variance and correlation maps of a network. */
export class Oracle {
  readonly network: Network;
  readonly definition: Definition;
  readonly #noise: Moments;

  constructor(network: Network) {
    this.network = network;
    this.definition = defined(network.activation, network);
    this.#noise = momentsOf(network);
  }

  /** The next layer's variance. */
  next(q: number): number {
    const { square, mean } = one(this.definition, q);
    const { s2, t2, st } = this.#noise;
    const { sigma_w2, sigma_b2 } = this.network;
    return sigma_w2 * (s2 * square + 2 * st * mean + t2) + sigma_b2;
  }

  /** Where q ends from q0: by following layers, then by steps of 2 % in the direction in which it went. */
  end(): End {
    let q = this.network.q0;
    let before = q;
    for (let layer = 0; layer < LAYERS; layer++) {
      before = q;
      q = this.next(q);
      if (q < LOWEST) return 'collapses';
      if (q > HIGHEST) return 'diverges';
      if (Math.abs(q / before - 1) < 1e-13) return this.#bisected(q * (1 - 1e-6), q * (1 + 1e-6)) ?? q;
    }
    const up = q > before;
    const after = this.next(q);
    if (after > q !== up) return 'unsettled';
    while (q > LOWEST && q < HIGHEST) {
      const further = up ? q * 1.02 : q / 1.02;
      if (this.next(further) > further !== up)
        return (up ? this.#bisected(q, further) : this.#bisected(further, q)) ?? 'unsettled';
      q = further;
    }
    return up ? 'diverges' : 'collapses';
  }

  /** The variance between two at which q′ − q changes from one sign to the other. */
  #bisected(low: number, high: number): number | undefined {
    const rises = (q: number) => this.next(q) > q;
    const atLow = rises(low);
    if (rises(high) === atLow) return undefined;
    let [a, b] = [low, high];
    for (let step = 0; step < 60 && b - a > 2e-16 * b; step++) {
      const middle = (a + b) / 2;
      if (rises(middle) === atLow) a = middle;
      else b = middle;
    }
    return (a + b) / 2;
  }

  /** The slopes at a variance: of the variance map, of one input's gradient, of the correlation map at c = 1. */
  slopes(q: number) {
    const { square, slope2, radial, drift } = one(this.definition, q);
    const { s2, st } = this.#noise;
    const { sigma_w2 } = this.network;
    const chi_1 = sigma_w2 * s2 * slope2;
    return {
      chi_q: sigma_w2 * (s2 * radial + 2 * st * drift),
      bound_q: sigma_w2 * s2 * (this.definition.jumps ? square / q : Math.sqrt((square * slope2) / q)),
      chi_1,
      chi_aligned: (chi_1 / s2) * this.#shared,
    };
  }

  /** E[s_a s_b]. */
  get #shared(): number {
    const { s1, s2 } = this.#noise;
    return s1 * s1 + this.network.mask * (s2 - s1 * s1);
  }

  /** The next layer's misalignment 1 − c at a fixed variance, and the derivative of it. */
  misalignment(q: number, m: number): { readonly next: number; readonly slope: number } {
    const { next, slope } = this.#layer(q, m);
    if (!this.definition.jumps) return { next, slope };
    const step = 0.01 * Math.min(m, 2 - m);
    return { next, slope: derivative((at) => this.#layer(q, at).next, m, step) };
  }

  #layer(q: number, m: number): { readonly next: number; readonly slope: number } {
    const { square, mean } = one(this.definition, q);
    const { s1, s2, t1, t2, st } = this.#noise;
    const { sigma_w2, mask } = this.network;
    const { apart, slope } = two(this.definition, q, q, m);
    const own = 1 - mask;
    // what masks of their own take from the product of two equal inputs
    const taken = own * ((s2 - s1 * s1) * square + 2 * (st - s1 * t1) * mean + (t2 - t1 * t1));
    return {
      next: (sigma_w2 * (taken + this.#shared * apart)) / q,
      slope: sigma_w2 * this.#shared * slope,
    };
  }

  /** The fixed point of the misalignment at a variance, by bisection; 0 where equal inputs stay equal and attract. */
  settledMisalignment(q: number): number {
    const { s1, s2 } = this.#noise;
    const noisy = this.network.mask < 1 && s2 - s1 * s1 > 1e-14 * s2;
    if (!noisy && this.slopes(q).chi_aligned <= 1) return 0;
    let [low, high] = [1e-18, 1];
    for (let step = 0; step < 70 && high - low > 1e-15 * high; step++) {
      const middle = high > 2 * low ? Math.sqrt(low * high) : (low + high) / 2;
      if (this.#layer(q, middle).next > middle) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }
}
