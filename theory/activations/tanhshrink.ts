import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';
import { lag } from './tanh-moments.ts';

/**
 * φ(x) = x − tanh x: x³/3 near 0.
 *
 * @see PyTorch, torch.nn.Tanhshrink; Schoenholz et al. 2017, "Deep information propagation", for what is averaged
 * @example tanhshrink.moments(1).ratio // 0.18288347…
 */
export const tanhshrink = tabulated(
  numeric({
    name: 'tanhshrink',
    formula: 'x − tanh(x)',
    reference: 'torch.nn.Tanhshrink; Gauss–Legendre panels, tabulated',
    parity: 'odd',
    asymptote: [1, 1],
    kinks: [],
    features: [{ at: 0, width: Math.PI / 2 }],
    phi: (x) => Math.sign(x) * lag(Math.abs(x), Math.tanh(Math.abs(x))),
    derivative: (x) => Math.tanh(x) ** 2,
  }),
);
