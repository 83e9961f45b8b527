import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import { TECHNIQUE_NAMES, type TechniqueName } from '../../catalogue/techniques.ts';
import type { AddNoise, Network, Normalise, NormPlacement, Op, SubLayer } from '../network.ts';
import { readNoise } from '../network.ts';
import { act, attention, drop, gate, linear } from './blocks.ts';

/** The techniques that take no keep. */
const WITHOUT_KEEP: readonly TechniqueName[] = ['none', 'beta', 'advanced'];

/**
 * A network drawn from the whole vocabulary, of one to three sub-layers in a block. Not every one is covered by the theory.
 *
 * @param next draws a number from 0 to 1
 * @example drawNetwork(random(1)).blocks
 */
export function drawNetwork(next: () => number): Network {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const maybe = (share: number) => next() < share;
  /** from e^−2 to e² of a size */
  const size = (about = 1) => about * Math.exp(4 * next() - 2);
  const hasAttention = maybe(0.4);
  const kinds = hasAttention ? (['layer', 'rms'] as const) : (['layer', 'rms', 'batch'] as const);
  const norm = (): Omit<Normalise, 'op'> => ({
    kind: pick(kinds),
    ...(maybe(0.5) && { eps: 1e-5 }),
    ...(maybe(0.2) && { gain2: size(), shift2: pick([0, size(0.1)]) }),
  });
  const noise = (): AddNoise => {
    const technique = pick(TECHNIQUE_NAMES);
    const keep = WITHOUT_KEEP.includes(technique) ? undefined : 0.3 + 0.7 * next();
    return readNoise({ technique, keep });
  };
  const noises = (): Op[] => (maybe(0.6) ? [maybe(0.7) ? drop(0.3 + 0.7 * next()) : noise()] : []);
  const weights = () => linear(size(), maybe(0.3) ? size(0.05) : 0);
  const feedForward = (): Op[] => [
    ...(maybe(0.7)
      ? [weights(), act(pick(ACTIVATION_NAMES))]
      : [gate(pick(ACTIVATION_NAMES), size(), size())]),
    ...(maybe(0.15) ? [{ op: 'norm', ...norm() } as const] : []),
    ...noises(),
    weights(),
  ];
  const branch = (): Op[] =>
    hasAttention && maybe(0.6)
      ? [
          attention([size(), size(), size(), size()], {
            ...(maybe(0.3) && { noise: noise() }),
            ...(maybe(0.3) && { causal: true }),
            ...(maybe(0.3) && { qk_norm: size() }),
          }),
        ]
      : feedForward();
  const subLayer = (): SubLayer => {
    const at = pick<NormPlacement | undefined>(['pre', 'pre', 'post', 'sandwich', 'out', undefined]);
    const path: Op[] = maybe(0.1) ? [{ op: 'path', keep: 0.5 + 0.5 * next() }] : [];
    const isBehind = at === 'sandwich' || at === 'out';
    return {
      ...{ a2: pick([1, 1, 0, size()]), b2: pick([1, size(), size(0.01)]) },
      ops: [...branch(), ...noises(), ...(isBehind ? [] : path)],
      ...(at && { norm: { at, ...norm() } }),
      ...(isBehind && { after: path }),
    };
  };
  const q0 = size();
  const c_batch = 0.5 * next();
  const tokens = hasAttention ? pick([1, 2, 5, 32, 512, 100_000]) : undefined;
  return {
    stem: {
      ...{ q0, c0: hasAttention ? next() : c_batch + (1 - c_batch) * (2 * next() - 1), c_batch },
      ops: maybe(0.3) ? [weights(), ...noises()] : [],
      mean: maybe(0.3) ? 0.3 * Math.sqrt(q0) * next() : 0,
    },
    blocks: Array.from({ length: 1 + Math.floor(3 * next()) }, subLayer),
    mask: pick(['independent', 'shared', 0.5] as const),
    depth: 6,
    ...(tokens !== undefined && { tokens }),
    ...(maybe(0.5) && { final_norm: { op: 'norm', ...norm() } }),
  };
}
