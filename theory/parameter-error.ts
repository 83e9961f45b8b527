/** What is wrong with a parameter, for programs; the message says it for people. */
export type ParameterErrorCode =
  /** a name that is in no table */
  | 'unknown_name'
  /** a number outside its range */
  | 'out_of_range'
  /** a number that is needed and was left out */
  | 'missing'
  /** two parameters that exclude each other */
  | 'conflict'
  /** a parameter that does not apply to what was asked */
  | 'not_applicable'
  /** a schedule that would drop every unit of a layer */
  | 'drops_whole_layer'
  /** the variance does not settle, so what rests on a fixed point has no value */
  | 'no_fixed_point';

/** The range that a parameter must lie in. */
export type ParameterLimit = { readonly min?: number; readonly max?: number };

/**
 * The one error that `theory/` throws for what its caller asked; anything else that it throws is a bug. It extends RangeError,
 * but a plain RangeError (a stack overflow is one) is not a ParameterError.
 */
export class ParameterError extends RangeError {
  override readonly name = 'ParameterError';
  /** the name of the parameter, as the caller gave it; techniques have theirs without the prefix `noise_` */
  readonly parameter: string;
  readonly code: ParameterErrorCode;
  readonly limit: ParameterLimit | undefined;

  /**
   * @param parameter that is wrong
   * @param code what is wrong with it
   * @param message a sentence for people
   * @param limit the range that it must lie in, where there is one
   * @example throw new ParameterError('keep', 'out_of_range', 'keep must be above 0 and at most 1.', { min: 0, max: 1 });
   */
  constructor(parameter: string, code: ParameterErrorCode, message: string, limit?: ParameterLimit) {
    super(message);
    this.parameter = parameter;
    this.code = code;
    this.limit = limit;
  }
}

/**
 * Refuses numbers that are not positive and finite.
 *
 * @param numbers by their parameter's name
 * @throws ParameterError for the first of them
 * @example checkPositive({ q: 1 })
 */
export function checkPositive(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers))
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new ParameterError(name, 'out_of_range', `${name} must be a positive finite number.`, { min: 0 });
}

/**
 * Refuses numbers that are no correlations: below −1 or above 1.
 *
 * @param numbers by their parameter's name
 * @throws ParameterError for the first of them
 * @example checkCorrelation({ c: -0.5 })
 */
export function checkCorrelation(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers))
    if (!(value >= -1 && value <= 1))
      throw new ParameterError(name, 'out_of_range', `${name} must lie between −1 and 1.`, {
        min: -1,
        max: 1,
      });
}

/**
 * Refuses numbers that are negative or not finite.
 *
 * @param numbers by their parameter's name
 * @throws ParameterError for the first of them
 * @example checkNotNegative({ sigma_b2: 0 })
 */
export function checkNotNegative(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers))
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new ParameterError(
        name,
        'out_of_range',
        `${name} must be a finite number that is not negative.`,
        {
          min: 0,
        },
      );
}
