/** The range of a parameter, ends included, and what the parameter is. */
export type Range = {
  readonly min: number;
  readonly max: number;
  /** whether `min` itself is out of range */
  readonly above?: true;
  /** the smallest value that a query or a plan may give, where `min` is out of range */
  readonly smallest?: number;
  /** whether it counts something */
  readonly whole?: true;
  readonly about: string;
};

/** The same with the value that stands where none is given. */
export type DefaultedRange = Range & { readonly default: number };
