/** Moments of the noise that turns x into s·x + t, from the definitions of the techniques; written for `npm run verify` alone. */
export type Moments = {
  readonly s1: number;
  readonly s2: number;
  readonly t1: number;
  readonly t2: number;
  readonly st: number;
};

/** A technique and its numbers, in the names of queries. */
export type Noise = { readonly technique: string; readonly keep?: number } & Readonly<
  Partial<Record<`noise_${string}`, number>>
>;

const factor = (s1: number, s2: number): Moments => ({ s1, s2, t1: 0, t2: 0, st: 0 });

/** E[f(X)] of a logistic or normal X, by the trapezoid rule. */
function over(law: 'logistic' | 'normal', f: (x: number) => number): number {
  const [reach, step] = law === 'normal' ? [10, 1 / 512] : [60, 1 / 256];
  let [sum, weights] = [0, 0];
  for (let x = -reach; x <= reach; x += step) {
    const tail = Math.exp(-Math.abs(x));
    const weight = law === 'normal' ? Math.exp((-x * x) / 2) : tail / (1 + tail) ** 2;
    sum += weight * f(x);
    weights += weight;
  }
  return sum / weights;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The moments of a noise.
 *
 * @param noise technique and numbers
 * @throws Error for a technique that has no definition here
 */
export function momentsOf({ technique, keep = 1, ...numbers }: Noise): Moments {
  const given = (name: string) => numbers[`noise_${name}`] as number;
  const spread = (1 - keep) / keep;
  switch (technique) {
    case 'none':
      return factor(1, 1);
    case 'bernoulli':
    case 'dropconnect':
      return factor(1, keep * (1 / keep) ** 2);
    case 'gaussian':
      return factor(1, 1 + given('variance'));
    case 'vsd':
      return factor(1, 1 + given('mean_alpha'));
    case 'uniform': {
      const [low, high] = [given('low'), given('high')];
      return factor((low + high) / 2, (high * high + high * low + low * low) / 3);
    }
    case 'beta': {
      const [a, b] = [given('a'), given('b')];
      const mean = a / (a + b);
      return factor(1, (a * (a + 1)) / ((a + b) * (a + b + 1)) / mean ** 2);
    }
    case 'concrete': {
      if (spread === 0) return factor(1, 1);
      const mask = (x: number) => logistic((Math.log(keep / (1 - keep)) + x) / given('temperature')) / keep;
      return factor(
        over('logistic', mask),
        over('logistic', (x) => mask(x) ** 2),
      );
    }
    case 'advanced': {
      const [mu, sigma] = [given('mu'), given('sigma')];
      const mask = (z: number) =>
        logistic(mu + sigma * z) / logistic(mu / Math.sqrt(1 + (3.14 * sigma ** 2) / 8));
      return factor(
        over('normal', mask),
        over('normal', (z) => mask(z) ** 2),
      );
    }
    case 'tabu': {
      // a unit that was dropped in any of the last `tenure` passes cannot be dropped: d = p (1 − tenure d)
      const p = 1 - keep;
      const dropped = p / (1 + given('tenure') * p);
      return factor(1, 1 / (1 - dropped));
    }
    case 'alpha': {
      const floor = -1.7580993408473766;
      const a = 1 / Math.sqrt(keep + floor ** 2 * keep * (1 - keep));
      const b = -a * floor * (1 - keep);
      const [kept, dropped] = [b, a * floor + b];
      return {
        s1: keep * a,
        s2: keep * a * a,
        t1: keep * kept + (1 - keep) * dropped,
        t2: keep * kept ** 2 + (1 - keep) * dropped ** 2,
        st: keep * a * kept,
      };
    }
    default:
      throw new Error(`no moments of "${technique}" in bench/oracle/noise.ts`);
  }
}
