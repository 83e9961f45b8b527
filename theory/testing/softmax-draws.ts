import { normals, random } from './random.ts';
import { type Estimate, estimate } from './random-network.ts';

/**
 * E Σ a a′ of two rows of attention weights, by drawing: the softmax of scores of variance `nu`, independent between tokens, with covariance
 * `kappa` between the rows. E Σ a² is that of kappa = nu.
 *
 * @param kappa from −nu to nu
 * @param draws rounded up to a multiple of 40
 * @example drawOverlap(64, 1, -0.5, 200_000, 1)
 */
export function drawOverlap(
  tokens: number,
  nu: number,
  kappa: number,
  draws: number,
  seed: number,
): Estimate {
  const normal = normals(random(seed));
  const scale = Math.sqrt(nu);
  const along = kappa / nu;
  const across = Math.sqrt(1 - along * along);
  const batches = 40;
  const each = Math.ceil(draws / batches);
  const means = Array.from({ length: batches }, () => {
    let all = 0;
    for (let d = 0; d < each; d++) {
      let [one, other, both] = [0, 0, 0];
      for (let t = 0; t < tokens; t++) {
        const z = normal();
        const x = Math.exp(scale * z);
        const y = across === 0 && along > 0 ? x : Math.exp(scale * (along * z + across * normal()));
        one += x;
        other += y;
        both += x * y;
      }
      all += both / (one * other);
    }
    return all / each;
  });
  return estimate(means);
}
