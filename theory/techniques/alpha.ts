import type { Technique } from '../noise.ts';
import { keptOf } from './given.ts';

/** What a dropped unit is set to: the limit −λα of selu far on the left, with the published constants. */
const FLOOR = -1.7580993408473766;

/**
 * Alpha dropout: a unit is set to x₀ = −1.7581 with probability drop, and then a·x + b restores mean 0 and variance 1.
 * As noise that is s·x + t with s = a and t = b where the unit is kept, s = 0 and t = a x₀ + b where it is dropped;
 * a = (keep + x₀² keep drop)^−½ and b = −a x₀ drop make E[t] = 0. The maps need all five moments, and with t ≠ 0 the
 * effective keep s1²/s2 = keep does not tell the whole of it.
 *
 * @see Klambauer et al. 2017, "Self-normalizing neural networks"
 * @example alpha.noise({ keep: 0.9 }) // { s1: 0.82915…, s2: 0.76388…, …, t1: 0, t2: 0.23611…, st: 0.13429…, shifts: {…} }
 */
export const alpha: Technique = {
  name: 'alpha',
  reference: 'Klambauer et al. 2017',
  takes_keep: true,
  parameters: {},
  noise: (given) => {
    const { keep, drop } = keptOf(given);
    const square = 1 / (keep * (1 + FLOOR * FLOOR * drop)); // a²
    const spread = square * keep * drop;
    const a = Math.sqrt(square);
    const [kept, dropped] = [-a * FLOOR * drop, a * FLOOR * keep]; // t
    const joint = (s: number, t: number) => keep * a ** s * kept ** t;
    const alone = (t: number) => keep * kept ** t + drop * dropped ** t;
    return {
      s1: a * keep,
      s2: square * keep,
      variance: spread,
      s3: square * a * keep,
      s4: square * square * keep,
      t1: 0,
      t2: spread * FLOOR * FLOOR,
      st: -spread * FLOOR,
      shifts: {
        s2t: joint(2, 1),
        s3t: joint(3, 1),
        s2t2: joint(2, 2),
        st2: joint(1, 2),
        st3: joint(1, 3),
        t3: alone(3),
        t4: alone(4),
      },
    };
  },
};
