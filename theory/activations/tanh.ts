import type { Activation } from '../activation.ts';
import { tabulated } from '../averages/tabulated.ts';
import { tanhMoments } from './tanh-moments.ts';
import { tanhPair, tanhUnequal } from './tanh-pair.ts';

const exact: Activation = {
  name: 'tanh',
  formula: 'tanh(x)',
  reference: 'Poole et al. 2016; Schoenholz et al. 2017',
  parity: 'odd',
  homogeneous: false,
  level: 0,
  ratio_at_zero: 1,
  asymptote: [0, 0],
  kinks: [],
  features: [{ at: 0, width: Math.PI / 2 }],
  phi: Math.tanh,
  derivative: (x) => {
    const fall = Math.exp(-2 * Math.abs(x));
    return (4 * fall) / (1 + fall) ** 2;
  },
  moments: tanhMoments,
  pair: tanhPair,
  unequal: tanhUnequal,
};

/**
 * The hyperbolic tangent.
 *
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos"; Schoenholz et al.
 * 2017, "Deep information propagation"
 * @example tanh.moments(1).ratio // 0.39429449039784
 */
export const tanh: Activation = tabulated(exact, { last: 1 });
