import type { Activation } from '../activation.ts';

/**
 * The slope of E[φφ]/q in c at c = 1: E[φ′²], or infinite where φ jumps, because two inputs that differ ever so little then
 * lie on different sides of the jump with a probability of the order of √(1 − c).
 *
 * @param activation φ
 * @param slope2 its E[φ′²] at some variance
 * @see Price 1958, "A useful theorem for nonlinear devices having Gaussian inputs"
 * @example alignedSlope(relu, 0.5) // 0.5
 */
export const alignedSlope = ({ steps = [] }: Activation, slope2: number): number =>
  steps.length > 0 ? Number.POSITIVE_INFINITY : slope2;
