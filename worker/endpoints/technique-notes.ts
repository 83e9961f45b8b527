import { TECHNIQUE_NUMBERS } from '../../schemas/names.ts';
import { withoutStrength } from '../../schemas/network.ts';
import { TECHNIQUES, type TechniqueName } from '../../theory/index.ts';

/** What an answer about a technique rests on that is an approximation, or one reading of its paper among others. */
const NOTES: Partial<Record<TechniqueName, string>> = {
  concrete:
    'concrete: the mask is divided by keep, as is usual, which is not quite its mean: s1 is not quite 1. With the noise off activations are multiplied by s1.',
  uniform:
    'uniform: the factor is not divided by its mean, s1, by which activations are multiplied with the noise off.',
  tabu: 'tabu: moments of the long run, scaled to the mean 1; keep is 1 − p of the proposal. The first passes drop more.',
  vsd: 'vsd: s1 and s2 are averages over the units; correlations between the units of a layer, which the rotation makes, do not enter.',
  advanced:
    'advanced: the moments are those of noise_mu and noise_sigma, which training moves; where they start depends on fan_in and E[φ] (docs/theory.md).',
  dropconnect:
    'dropconnect: in the limit of wide layers its maps are those of inverted dropout; narrow networks stray less.',
  ic: 'ic: large batches are assumed; the gradients of batches of 64 grow a few per cent faster.',
};

/**
 * What answers with the techniques of a query rest on.
 *
 * @param query as it was parsed
 * @example techniqueNotes({ technique: ['bernoulli'] }) // []
 */
export function techniqueNotes(query: Readonly<Record<string, unknown>>): string[] {
  const names = [query.technique].flat().filter((name): name is TechniqueName => String(name) in TECHNIQUES);
  return [
    ...[...new Set(names)].map((name) => NOTES[name]).filter((note) => note !== undefined),
    ...withoutDropout(query, ['ic']),
  ];
}

/**
 * That an answer is about layers without dropout, where the query gives no keep.
 *
 * @param query as it was parsed
 * @param among the techniques to say it of
 * @example withoutDropout({ technique: ['bernoulli'] }, ['bernoulli']) // ['bernoulli: no keep or drop was given, so that …']
 */
export function withoutDropout(
  query: Readonly<Record<string, unknown>>,
  among: readonly TechniqueName[],
): string[] {
  return withoutStrength(query)
    .filter((name) => among.includes(name))
    .map((name) => `${name}: no keep or drop was given, so that this is ${TECHNIQUE_NUMBERS[name].without}.`);
}
