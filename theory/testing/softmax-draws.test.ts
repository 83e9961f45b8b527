import { expect, test } from 'vitest';
import { drawOverlap } from './softmax-draws.ts';

/** The mean of f over a standard normal variable. */
function average(f: (z: number) => number): number {
  let total = 0;
  for (let z = -9; z < 9; z += 0.01) total += (0.01 * f(z) * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return total;
}

test.each([0.5, 4])('rows of two tokens: their weights are logistic functions, at nu = %d', (nu) => {
  // a₁ = σ(√(2 nu) z), a₂ = 1 − a₁: with a₁ = ½ + b, Σ a a′ = ½ + 2 b b′
  const b = (z: number) => Math.tanh(Math.sqrt(nu / 2) * z) / 2;
  const near = (kappa: number, wanted: number) => {
    const { mean, error } = drawOverlap(2, nu, kappa, 100_000, 3);
    expect(Math.abs(mean - wanted)).toBeLessThan(4 * error);
  };
  near(
    nu,
    average((z) => 0.5 + 2 * b(z) ** 2),
  );
  near(
    -nu,
    average((z) => 0.5 - 2 * b(z) ** 2),
  );
  near(0, 0.5);
  const along = 0.6;
  near(
    along * nu,
    average((z) => average((w) => 0.5 + 2 * b(z) * b(along * z + Math.sqrt(1 - along ** 2) * w))),
  );
});

test('the overlap rises from that of independent rows, 1/T, by (1 − S)²/(T − 1) for each unit of covariance', () => {
  // the slope at kappa = 0 is Σ (E ∂a/∂z)² (Price), with E ∂aᵢ/∂zᵢ = (1 − S)/T and E ∂aᵢ/∂zⱼ = −(1 − S)/(T(T − 1))
  const [tokens, nu, step] = [16, 1, 0.2];
  const square = drawOverlap(tokens, nu, nu, 100_000, 3).mean;
  const [up, down] = [step, -step].map((kappa) => drawOverlap(tokens, nu, kappa, 200_000, 5));
  const slope = ((up?.mean ?? 0) - (down?.mean ?? 0)) / (2 * step);
  const wanted = (1 - square) ** 2 / (tokens - 1);
  const error = Math.hypot(up?.error ?? 0, down?.error ?? 0) / (2 * step);
  expect(Math.abs(slope - wanted)).toBeLessThan(3 * error + 0.01 * wanted);
});
