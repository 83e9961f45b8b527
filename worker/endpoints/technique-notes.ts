import { TECHNIQUE_ENTRIES, type TechniqueName } from '../../catalogue/techniques.ts';
import { withoutStrength } from '../../schemas/network.ts';

/**
 * What answers with the techniques of a query rest on.
 *
 * @param query as it was parsed
 * @example techniqueNotes({ technique: ['bernoulli'] }) // []
 */
export function techniqueNotes(query: Readonly<Record<string, unknown>>): string[] {
  const names = [query.technique]
    .flat()
    .filter((name): name is TechniqueName => String(name) in TECHNIQUE_ENTRIES);
  return [
    ...[...new Set(names)].map((name) => TECHNIQUE_ENTRIES[name].note).filter((note) => note !== undefined),
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
    .map((name) => `${name}: no keep or drop was given, so that this is ${TECHNIQUE_ENTRIES[name].without}.`);
}
