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
