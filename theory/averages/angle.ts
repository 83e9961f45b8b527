/**
 * The angle arccos(1 − m) between two inputs, written so that it keeps its digits as m → 0.
 *
 * @param m misalignment 1 − c, 0 to 2
 * @returns 0 to π
 * @example angleOf(1) // π/2
 */
export const angleOf = (m: number): number => 2 * Math.asin(Math.sqrt(Math.min(m / 2, 1)));

/**
 * 1 − cos of an angle, without cancellation: the misalignment of two inputs at that angle.
 *
 * @param angle 0 to π
 * @example misalignment(Math.PI / 2) // 1
 */
export const misalignment = (angle: number): number => 2 * Math.sin(angle / 2) ** 2;
