import { shorten } from '../../answers/shorten.ts';
import { activationFromQuery } from '../../networks/from-query.ts';
import { criticalContract } from '../../schemas/endpoints/critical.ts';
import {
  type CriticalPoint,
  criticalPoints,
  normalises,
  ParameterError,
  type Recommendation,
  readNoise,
  recommend,
  variancePreserving,
} from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/critical`: critical weight variances. */
export const criticalEndpoint = endpoint(criticalContract, {
  rows: () => 3,
  answer: (query) => {
    const { kind, sigma_b2, mask, q } = query;
    if (normalises(query.technique))
      throw new ParameterError(
        'technique',
        'not_applicable',
        'an IC layer normalises the variance away, so that no weight variance is critical. Ask /v1/depth-scales, /v1/trajectory, /v1/trainable-depth or /v1/advice.',
      );
    const { phi: activation } = activationFromQuery(query);
    const { noise, keep } = readNoise(query);
    const { points, reason } =
      kind === 'variance'
        ? variancePreserving(activation, noise, sigma_b2, q)
        : criticalPoints(activation, noise, sigma_b2, kind, mask);
    const best = recommend(activation, noise, { sigma_b2 });
    const marked = points.map((point) => ({ ...point, recommended: best !== null && isOf(best, point) }));
    const none = marked.some(({ recommended }) => recommended)
      ? null
      : describeAlternative(best, points.length, kind);
    if (points.length === 0) {
      const nothing = { sigma_w2: null, q_star: null, chi_q: null, stable: null, status: 'none' as const };
      return [{ ...nothing, keep, recommended: false, reason: [reason, none].filter(Boolean).join('; ') }];
    }
    return marked.map((point) => ({ ...point, keep, reason: none }));
  },
});

/** How near two numbers are the same, relatively. */
const EQUAL_WITHIN = 1e-9;

const isSame = (a: number, b: number) => Math.abs(a - b) <= EQUAL_WITHIN * Math.max(Math.abs(a), Math.abs(b));

/** Whether a point is the recommended one; a free q is any. */
function isOf(best: Recommendation, { sigma_w2, sigma_b2, q_star }: CriticalPoint): boolean {
  const free = best.q_star === null || q_star === null || isSame(best.q_star, q_star);
  return isSame(best.sigma_w2, sigma_w2) && isSame(best.sigma_b2, sigma_b2) && free;
}

/** What is recommended where none of the points is. */
function describeAlternative(best: Recommendation | null, count: number, kind: string): string | null {
  if (kind !== 'chi_1') return null;
  const all = count > 0 ? 'q runs away from every such point' : '';
  const other =
    best &&
    `recommended is sigma_w2 ${shorten(best.sigma_w2, 5)} with sigma_b2 ${shorten(best.sigma_b2, 5)}, where ${WHERE[best.criterion]}`;
  return [all, other].filter(Boolean).join('; ') || null;
}

const WHERE: Record<Recommendation['criterion'], string> = {
  'chi_1 = 1': 'chi_1 is 1',
  'chi_1 = chi_q = 1': 'chi_1 and chi_q are 1 (half-stable)',
  'q* = 1': 'q stays at 1',
};
