import type { Activation, Moments, Pair } from '../activation.ts';
import { wrap } from '../activations/wrap.ts';
import { twoInputs } from '../trajectory/averages.ts';
import { commonNodes, isSteep } from './normalised.ts';

/** Where evaluation and training stand at a layer. */
export type EvaluationState = {
  /** variance of the pre-activations in evaluation */
  readonly q: number;
  /** the same in training, where the running statistics come from */
  readonly trained_q: number;
  /** the part of the latter that all inputs of a batch share; below both */
  readonly common_variance: number;
};

/** Activations normalised by the statistics of training. */
export type Evaluated = {
  /** unit-averaged second moment, 1 in training */
  readonly square: number;
  /** E[φ′²] over the variance that the normalisation divides by */
  readonly gain: number;
  /** what two inputs of misalignment m do not share of `square`, and E[φ′φ′] over the variance */
  readonly at: (m: number) => { readonly lost: number; readonly gradient: number };
};

/**
 * What an IC layer makes of φ in evaluation: noise off, mean M and variance V of every unit as the training had them. All
 * inputs of the training share the part g of a unit's pre-activation, and in evaluation it is there too, so that given g
 * M, V are averages over N(g, trained_q − common) and the second moment is that over N(g, q − common):
 *
 * square = E_g[(Var φ + (E φ − M)²) / V],   lost(m) = E_g[(E[φ²] − E[φ_a φ_b]) / V].
 *
 * @param activation φ
 * @param state see {@link EvaluationState}
 * @returns the averages, all NaN where the sum over g would take thousands of terms
 * @see Li et al. 2019, "Understanding the disharmony between dropout and batch normalization by variance shift", for the
 * effect; the averages are derived here: docs/theory.md
 * @example averageEvaluated(relu, { q: 2, trained_q: 2.5, common_variance: 0 }).square // 0.8052…
 */
export function averageEvaluated(activation: Activation, state: EvaluationState): Evaluated {
  const { q, trained_q, common_variance } = state;
  const [own, trained] = [q - common_variance, trained_q - common_variance];
  const nodes = commonNodes(common_variance, Math.min(own, trained), activation.parity !== 'none');
  if (nodes === null) return UNKNOWN;
  const { parts, scale } = isSteep(
    nodes.map(({ weight, shift }) => partOf(wrap(activation, { input_shift: shift }), weight)),
  );
  const sum = (of: (part: Part) => number) =>
    scale * parts.reduce((total, part) => total + part.over * of(part), 0);
  return {
    square: sum(({ now, before }) => now.variance * own + (now.lift * own - before.lift * trained) ** 2),
    gain: sum(({ now }) => now.slope2),
    at: (m) => {
      const inner = (q * m) / own;
      const lost = sum(({ pair }) => pair(inner).gap * own);
      const gradient = sum(({ pair }) => {
        const { slope, gradient: own = slope } = pair(inner);
        return own;
      });
      return { lost, gradient };
    },
  };

  function partOf(shifted: Activation, weight: number): Part {
    const before = shifted.moments(trained);
    const { slope2 } = before;
    const over = weight / (before.variance * trained);
    return { weight, slope2, over, before, now: shifted.moments(own), pair: twoInputs(shifted, own) };
  }
}

const UNKNOWN: Evaluated = {
  square: Number.NaN,
  gain: Number.NaN,
  at: () => ({ lost: Number.NaN, gradient: Number.NaN }),
};

/** The averages given g; `over` is the weight of g over V. */
type Part = {
  readonly weight: number;
  readonly slope2: number;
  readonly over: number;
  readonly before: Moments;
  readonly now: Moments;
  readonly pair: (m: number) => Pair;
};
