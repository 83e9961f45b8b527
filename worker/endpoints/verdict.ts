import type { VERDICTS } from '../../schemas/endpoints/advice.ts';
import type { FittedDepth, Judgement } from '../../theory/index.ts';

/** Whether a depth can be trained. */
export type Verdict = (typeof VERDICTS)[number];

/** Verdicts that say something, the least cautious first. */
const CAUTION: readonly Verdict[] = ['trainable', 'doubtful', 'not_trainable'];

/** What is said of a depth, and who was the more cautious. */
export type Decision = { readonly verdict: Verdict; readonly by: 'theory' | 'measurements' | 'both' };

/**
 * Where a depth lies beside the interval of the fitted rule.
 *
 * @param depth layers wanted
 * @param fitted null where the rule has no answer
 * @example measuredVerdict(30, { depth: 43, low: 32, high: 58, outside: [] }) // 'trainable'
 */
export function measuredVerdict(depth: number, fitted: FittedDepth | null): Verdict {
  if (!fitted) return 'unknown';
  if (depth <= fitted.low) return 'trainable';
  return depth <= fitted.high ? 'doubtful' : 'not_trainable';
}

/**
 * What of a network makes the rule a guess: what no measured network was like. That none was measured which trains so deep is no
 * such thing, because then a network like it was.
 */
const guessedFor = ({ outside }: FittedDepth) => outside.filter((name) => name !== 'depth');

/**
 * The more cautious of what the theory and the fitted rule say of a depth. A guess of the rule does not exclude a depth: it makes it
 * doubtful at most.
 *
 * @param depth layers wanted
 * @param theory verdict by the limits of the theory
 * @param fitted null where the rule has no answer
 * @example decide(1000, 'trainable', { depth: 150, low: 69, high: 327, outside: ['depth'] }) // { verdict: 'not_trainable', by: 'measurements' }
 */
export function decide(depth: number, theory: Verdict, fitted: FittedDepth | null): Decision {
  const rank = (verdict: Verdict) => CAUTION.indexOf(verdict);
  const most = fitted && guessedFor(fitted).length > 0 ? rank('doubtful') : CAUTION.length;
  const [own, measured] = [rank(theory), Math.min(rank(measuredVerdict(depth, fitted)), most)];
  if (own === measured) return { verdict: theory, by: 'both' };
  return own > measured
    ? { verdict: theory, by: 'theory' }
    : { verdict: CAUTION[measured] as Verdict, by: 'measurements' };
}

const PLACES: Record<Verdict, string> = {
  trainable: 'fewer',
  doubtful: 'between the two',
  not_trainable: 'more',
  unknown: '',
};

const DECIDES: Record<Decision['by'], string> = {
  theory: 'The theory decides: it is the more cautious.',
  measurements: 'The measurements decide: they are the more cautious.',
  both: 'Both say the same.',
};

const short = (x: number) => String(Number(x.toPrecision(3)));

/**
 * Why a depth is said to be trainable or not, in sentences: what theory and fitted rule say of it, the one that decides first.
 *
 * @param depth layers wanted
 * @param judgement of the theory
 * @param fitted null where the rule has no answer
 * @param decision see {@link decide}
 * @param noisy whether the network has any noise
 * @example reasonOf(1000, judgement, fitted, decision, false)
 */
export function reasonOf(
  depth: number,
  { limits, verdict }: Judgement,
  fitted: FittedDepth | null,
  { by }: Decision,
  noisy: boolean,
): string {
  if (!limits)
    return 'No weight variance keeps the gradient or the variance at its size with this bias variance.';
  const theory = byTheory(depth, limits, verdict, noisy);
  if (!fitted) return `${theory} The rule fitted to measurements has no answer here.`;
  const said = [theory, byMeasurements(depth, fitted)];
  return [...(by === 'measurements' ? said.reverse() : said), DECIDES[by]].join(' ');
}

function byTheory(
  depth: number,
  { low, high }: NonNullable<Judgement['limits']>,
  verdict: Verdict,
  noisy: boolean,
): string {
  if (low.depth === null) return `By the theory two inputs stay distinguishable well beyond ${depth} layers.`;
  const cause =
    low.limited_by === 'float_range'
      ? 'the variance leaves the range of float32'
      : noisy
        ? 'the noise makes all pairs of inputs alike'
        : 'two inputs become alike';
  const [to, place] =
    high.depth === null && verdict === 'doubtful'
      ? ['', 'more, but not so many that nothing would be left']
      : [high.depth === null ? '' : ` to ${short(high.depth)}`, PLACES[verdict]];
  return `By the theory ${cause} after about ${short(low.depth)}${to} layers; ${depth} layers are ${place}.`;
}

function byMeasurements(depth: number, fitted: FittedDepth): string {
  const { low, high } = fitted;
  if (!Number.isFinite(fitted.depth)) return 'By the rule fitted to measurements nothing limits the depth.';
  const guessed = guessedFor(fitted);
  const guess =
    guessed.length > 0
      ? `, which is a guess: ${guessed.join(', ')} lie${guessed.length === 1 ? 's' : ''} beyond what was measured`
      : '';
  return `By the rule fitted to measurements such networks train down to about ${short(fitted.depth)} layers (${short(low)} to ${short(high)})${guess}; ${depth} layers are ${PLACES[measuredVerdict(depth, fitted)]}.`;
}
