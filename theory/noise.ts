/** The moments of the noise factor s that multiplies each activation. */
export type Noise = {
  /** E[s] */
  readonly s1: number;
  /** E[s²] */
  readonly s2: number;
  /** E[s²] − E[s]², computed without that subtraction */
  readonly variance: number;
};

/** How much noise there is, as the user gave it: one of the two, or neither. */
export type Strength = { readonly keep?: number | undefined; readonly drop?: number | undefined };

/** A noise technique as data. */
export type Technique = {
  readonly name: string;
  readonly reference: string;
  /** whether keep and drop mean anything to it */
  readonly takes_keep: boolean;
  readonly noise: (strength: Strength) => Noise;
};

/** Whether two inputs that are compared see masks of their own or the same mask. */
export type Mask = 'independent' | 'shared';

/** Correlation of the noise factors of two inputs. */
export const MASK_CORRELATION: Readonly<Record<Mask, number>> = { independent: 0, shared: 1 };
