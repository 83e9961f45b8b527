import type { Change } from '../theory/index.ts';
import type { FittedAnswer } from './rule.ts';
import { shorten } from './shorten.ts';
import { measuredVerdict } from './verdict.ts';

/** More units of a layer. */
export type Wider = { readonly change: 'wider'; readonly enough: true; readonly fan_in: number };

/** Multiples of the width that are tried. */
const WIDER = [2, 4, 8] as const;

/**
 * The smallest of a few larger widths with which a depth is trainable by the fitted rule, among the widths that were measured.
 *
 * @param depth layers wanted
 * @param fan_in units of a layer
 * @param ask what the rule says of a width
 * @returns one change, or none
 * @example widerFor(50, 100, ask)
 */
export function widerFor(
  depth: number,
  fan_in: number,
  ask: (width: number) => FittedAnswer | null,
): Wider[] {
  const width = WIDER.map((times) => times * fan_in).find((wider) => {
    const there = ask(wider);
    return there && !there.outside.includes('width') && measuredVerdict(depth, there) === 'trainable';
  });
  return width === undefined ? [] : [{ change: 'wider', enough: true, fan_in: width }];
}

/** Said of changes that the fitted rule does not know. */
const THEORY_ONLY = ' (by the theory alone)';

/**
 * A change as a sentence.
 *
 * @example inWords({ change: 'wider', enough: true, fan_in: 200 }) // 'Take layers of 200 units.'
 */
export function inWords(change: Change | Wider): string {
  switch (change.change) {
    case 'wider':
      return `Take layers of ${change.fan_in} units.`;
    case 'less_drop':
      return `Drop at most ${shorten(change.drop)}, with sigma_w2 ${shorten(change.sigma_w2, 5)}.`;
    case 'schedule':
      return `Spread the dropout as ${change.schedule}: up to ${shorten(change.drop)} in a layer${THEORY_ONLY}.`;
    case 'activation':
      return `Take ${change.activation} with sigma_w2 ${shorten(change.sigma_w2, 5)}, sigma_b2 ${shorten(change.sigma_b2)}.`;
    case 'smaller_bias':
      return `Take a bias variance of ${shorten(change.sigma_b2)} with sigma_w2 ${shorten(change.sigma_w2, 5)}: the network is then nearly linear at first.`;
    case 'residual':
      return change.branch === 1
        ? `Add skip connections, y = x + block(x)${THEORY_ONLY}.`
        : `Add skip connections with branches scaled by the depth, y = x + ${shorten(Math.sqrt(change.branch))} block(x)${THEORY_ONLY}.`;
  }
}
