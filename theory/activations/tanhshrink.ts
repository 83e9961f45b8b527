import type { Pair } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';
import { lag, tanhMoments } from './tanh-moments.ts';
import { tanhPair } from './tanh-pair.ts';

const exact = numeric({
  name: 'tanhshrink',
  formula: 'x − tanh(x)',
  reference: 'torch.nn.Tanhshrink; Gauss–Legendre panels, tabulated; the averages of tanh',
  parity: 'odd',
  asymptote: [1, 1],
  kinks: [],
  features: [{ at: 0, width: Math.PI / 2 }],
  phi: (x) => Math.sign(x) * lag(Math.abs(x), Math.tanh(Math.abs(x))),
  derivative: (x) => Math.tanh(x) ** 2,
});

/** From here on the averages of tanh give those of x − tanh x without losing more than a digit. */
const NOT_SMALL = 1;

/** With E[x₁ tanh x₂] = q c E[tanh′] and tanh′ = 1 − tanh². */
function fromTanh(q: number): (m: number) => Pair {
  const lead = 2 * q * tanhMoments(q).ratio - 1;
  const pair = tanhPair(q);
  return (m) => {
    const { gap, slope } = pair(m);
    return { gap: gap + m * lead, slope: slope + lead };
  };
}

/**
 * φ(x) = x − tanh x: x³/3 near 0.
 *
 * @see PyTorch, torch.nn.Tanhshrink; Schoenholz et al. 2017, "Deep information propagation", for what is averaged
 * @example tanhshrink.moments(1).ratio // 0.18288347…
 */
export const tanhshrink = tabulated(
  { ...exact, pair: (q) => (q < NOT_SMALL ? exact.pair(q) : fromTanh(q)) },
  { last: -1 },
);
