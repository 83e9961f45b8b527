/**
 * A number as a sentence has it; NaN where there is none.
 *
 * @param digits significant ones
 * @example shorten(0.123456) // '0.123'
 */
export const shorten = (x: number | null | undefined, digits = 3): string =>
  String(Number((x ?? Number.NaN).toPrecision(digits)));
