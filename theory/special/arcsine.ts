/** The angle and the slope that {@link arcsinePair} gives. */
export type ArcsinePair = { angle: number; slope: number };

/**
 * The arcsine kernel of two steps with Gaussian noise, without cancellation: for Gaussian inputs of variance q and
 * correlation c = 1 − m, with E[sgn(u₁ + n₁) sgn(u₂ + n₂)] = (2/π) asin(q c / P), P² = (q + v₁)(q + v₂), and noises n
 * of variances v₁, v₂, the answer is
 *
 * - `angle` = asin(q / P) − asin(q (1 − m) / P),
 * - `slope` = 1 / √(P² − q² c²), so that d angle / dm = q · slope.
 *
 * @param q variance of the inputs
 * @param m misalignment, 0 to 2
 * @param own v₁v₂ + q (v₁ + v₂), which is P² − q²
 * @see Williams 1998, "Computation with infinite neural networks", the kernel of erf (erf x is E sgn(x + n) with v = 1/2)
 * @example arcsinePair(1, 1, 1.25).angle // asin(2/3) = 0.7297…
 */
export function arcsinePair(q: number, m: number, own: number): ArcsinePair {
  const aligned = Math.sqrt(own);
  const apart = Math.sqrt(own + q * q * m * (2 - m));
  // sine and cosine of the angle, both times P²; the difference in the sine is multiplied out by its conjugate
  const sine =
    m <= 1
      ? (q * m * (2 - m) * (own + q * q)) / (apart + (1 - m) * aligned)
      : q * (apart - (1 - m) * aligned);
  const cosine = q * q * (1 - m) + aligned * apart;
  return { angle: Math.atan2(sine, cosine), slope: 1 / apart };
}
