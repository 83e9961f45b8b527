import { ACTIVATION_PARAMETERS } from '../../catalogue/activations.ts';

/**
 * The activation's parameters among the values of a query, those that are given.
 *
 * @example activationParametersOf({ slope: 0.2, alpha: undefined, keep: 1 }) // { slope: 0.2 }
 */
export function activationParametersOf(values: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.keys(ACTIVATION_PARAMETERS)
      .filter((name) => values[name] !== undefined)
      .map((name) => [name, values[name] as number]),
  );
}
