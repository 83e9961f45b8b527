import { median as medianOrNone } from 'd3-array';

/** The median of some numbers, of which there is at least one. */
export const median = (values: readonly number[]): number => medianOrNone(values) as number;
