import {
  ELSEWHERE,
  NO_FUNCTION,
  NO_FUNCTIONS,
  NOT_COVERED,
  PARAMETER_SYNONYMS,
  REMARKS,
  SYNONYMS,
} from '../catalogue/synonyms.ts';

/**
 * A name without what does not distinguish it: case, `-`, `_`, `+` and blanks, `()` and a last `_` as PyTorch's functions in place
 * have.
 */
export const fold = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\(\)$/, '')
    .replaceAll(/[-_+\s]/g, '');

/** A name of a framework, taken apart: the module's first part that says which framework, and the name itself. */
function withoutModule(given: string): { framework: string; name: string } {
  const parts = given.split('.');
  const name = fold(parts.at(-1) ?? '');
  const known = parts.slice(0, -1).map((part) => part.toLowerCase());
  const framework = known.includes('keras') ? 'keras' : (known[0] ?? '');
  return { framework, name };
}

/**
 * The one of some names that a name stands for: the name itself, another spelling, a synonym, or what a framework calls it
 * (`nn.ReLU`, `jax.nn.swish`, `kaiming_normal_`).
 */
export function nameFor<Name extends string>(given: string, names: readonly Name[]): Name | undefined {
  const same = names.find((name) => name === given);
  if (same !== undefined || given.length > 64) return same;
  const { framework, name } = withoutModule(given);
  // (with the module's name before it, as the initialisers have)
  const own = framework === '' ? undefined : names.find((known) => fold(known) === framework + name);
  if (own !== undefined) return own;
  if (`${framework}.${name}` in ELSEWHERE) return undefined;
  return (
    names.find((known) => fold(known) === name) ??
    names.find((known) => (SYNONYMS[known] ?? []).some((other) => fold(other) === name))
  );
}

/** What there is to say of a name that stands for none, as the rest of a sentence that begins with it. */
export function remarkOn(given: string): string | undefined {
  const { framework, name } = withoutModule(given.slice(0, 64));
  if (NO_FUNCTIONS.includes(name)) return NO_FUNCTION;
  return NOT_COVERED[name] ?? ELSEWHERE[`${framework}.${name}`];
}

/** What there is to say of a parameter that does not exist, where its name means one that does. */
export function parameterMeant(given: string, known: readonly string[]): string | undefined {
  const name = fold(given);
  const remark = REMARKS[name];
  if (remark !== undefined) return `"${given}" ${remark}`;
  const meant = known.find(
    (one) =>
      fold(one) === name || (PARAMETER_SYNONYMS[one]?.names ?? []).some((other) => fold(other) === name),
  );
  if (meant === undefined) return undefined;
  const about = PARAMETER_SYNONYMS[meant]?.about;
  return `"${given}" is "${meant}" here${about ? `: ${about}` : ''}. Did you mean "${meant}"?`;
}
