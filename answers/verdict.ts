import type { VERDICTS } from '../schemas/endpoints/verdicts.ts';
import { DEEPEST_FORM, type Judgement, type Recommendation } from '../theory/index.ts';
import { caveatOf } from './caveat.ts';
import type { FittedAnswer } from './rule.ts';
import { shorten } from './shorten.ts';

/** Whether a depth can be trained. */
export type Verdict = (typeof VERDICTS)[number];

/** Verdicts that say something, the least cautious first. */
const CAUTION: readonly Verdict[] = ['trainable', 'doubtful', 'not_trainable'];

/** What is said of a depth, and who decided that. */
export type Decision = {
  readonly verdict: Verdict;
  readonly by: 'theory' | 'measurements' | 'both';
  /** why, in a sentence */
  readonly because: string;
};

/**
 * Where a depth lies beside the interval of the fitted rule.
 *
 * @param depth layers wanted
 * @param fitted null where the rule has no answer
 * @example measuredVerdict(30, { depth: 43, low: 32, high: 58, learning_rate: 0.03, outside: [], limited_by: 'weak_updates' }) // 'trainable'
 */
export function measuredVerdict(depth: number, fitted: FittedAnswer | null): Verdict {
  if (!fitted) return 'unknown';
  if (depth <= fitted.low) return 'trainable';
  return depth <= fitted.high ? 'doubtful' : 'not_trainable';
}

/**
 * The more cautious of what the theory and the fitted rule say of a depth. Where a setting lies beyond what was measured, or no network
 * like this one was, the rule is a guess: it does not exclude a depth, and alone does not allow it; it makes it doubtful.
 *
 * @param depth layers wanted
 * @param theory verdict by the limits of the theory
 * @param fitted null where the rule has no answer
 * @example decide(1000, 'trainable', { depth: 150, low: 69, high: 327, learning_rate: 0.03, outside: [], limited_by: 'weak_updates' }).verdict // 'not_trainable'
 */
export function decide(depth: number, theory: Verdict, fitted: FittedAnswer | null): Decision {
  const measured = measuredVerdict(depth, fitted);
  const guess = fitted !== null && fitted.outside.length > 0;
  if (measured === 'unknown')
    return { verdict: theory, by: 'theory', because: 'The rule fitted to measurements has no answer here.' };
  if (theory === 'unknown')
    return {
      verdict: guess ? 'doubtful' : measured,
      by: 'measurements',
      because: `The theory names no limit; ${guess ? 'a guess alone leaves a depth doubtful' : 'the measurements decide'}.`,
    };
  if (theory === measured && !guess) return { verdict: theory, by: 'both', because: 'Both say the same.' };
  const rank = (verdict: Verdict) => CAUTION.indexOf(verdict);
  if (rank(theory) > rank(measured))
    return { verdict: theory, by: 'theory', because: 'The theory decides: it is the more cautious.' };
  if (!guess)
    return {
      verdict: measured,
      by: 'measurements',
      because: 'The measurements decide: they are the more cautious.',
    };
  return theory === 'trainable' && measured !== 'trainable'
    ? {
        verdict: 'doubtful',
        by: 'measurements',
        because: 'The rule is the more cautious, but as a guess makes a depth doubtful at most.',
      }
    : { verdict: theory, by: 'theory', because: 'The theory decides: the rule is a guess here.' };
}

const PLACES: Record<Verdict, string> = {
  trainable: 'fewer',
  doubtful: 'between the two',
  not_trainable: 'more',
  unknown: '',
};

/**
 * Why a depth is said to be trainable or not, in sentences: what theory and fitted rule say of it, the one that decides first, and what
 * is to be known of the recommended variances.
 *
 * @param asked the depth, and the bias variance where one was given
 * @param judgement of the theory
 * @param fitted null where the rule has no answer
 * @param decision see {@link decide}
 * @param noisy whether the network has any noise
 * @example reasonOf({ depth: 1000 }, judgement, fitted, decision, false)
 */
export function reasonOf(
  { depth, sigma_b2 }: { readonly depth: number; readonly sigma_b2?: number | undefined },
  { limits, verdict, recommended }: Judgement,
  fitted: FittedAnswer | null,
  { by, because }: Decision,
  noisy: boolean,
): string {
  if (!recommended)
    return 'No weight variance keeps the gradient or the variance at its size with this bias variance.';
  const theory = limits
    ? describeTheory(depth, limits, verdict, noisy)
    : 'To follow the signals of this network, as the theory does, takes more work than one request may take.';
  const said = [theory, ...(fitted ? [describeMeasurements(depth, fitted)] : [])];
  if (by === 'measurements') said.reverse();
  return [...said, because, ...describeDepth(recommended, sigma_b2)].join(' ');
}

/** What is to be known of recommended variances. */
function describeDepth(recommended: Recommendation, asked: number | undefined): string[] {
  const { sigma_w2, sigma_b2 } = recommended;
  const caveat = caveatOf(recommended);
  const there = caveat ? [`In the recommended network ${caveat}.`] : [];
  if (asked === undefined || asked === sigma_b2) return there;
  return [
    `With sigma_b2 ${shorten(asked)} there is no point at which gradients keep their size and from which q does not run away: recommended are sigma_w2 ${shorten(sigma_w2, 5)} and sigma_b2 ${shorten(sigma_b2, 5)}.`,
    ...there,
  ];
}

function describeTheory(
  depth: number,
  { low, high }: NonNullable<Judgement['limits']>,
  verdict: Verdict,
  noisy: boolean,
): string {
  if (verdict === 'unknown')
    return 'By the theory the correlation of equal inputs sets no limit, but gradients explode and do: to how many layers, is not known.';
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
      : [high.depth === null ? '' : ` to ${shorten(high.depth)}`, PLACES[verdict]];
  return `By the theory ${cause} after about ${shorten(low.depth)}${to} layers; ${depth} layers are ${place}.`;
}

function describeMeasurements(depth: number, fitted: FittedAnswer): string {
  const { low, high, outside } = fitted;
  const guess = outside.length > 0 ? `, which is a guess: ${describeGuess(outside)}` : '';
  if (!Number.isFinite(fitted.depth))
    return `By the rule fitted to measurements nothing limits the depth within ${DEEPEST_FORM} layers${guess}.`;
  return `By the rule fitted to measurements such networks train down to about ${shorten(fitted.depth)} layers (${shorten(low)} to ${shorten(high)})${guess}; ${depth} layers are ${PLACES[measuredVerdict(depth, fitted)]}.`;
}

/**
 * Why the rule is a guess: settings beyond what was measured, and the network as a whole.
 *
 * @param outside see `FittedAnswer`
 * @example describeGuess(['width']) // 'width lies beyond what was measured'
 */
export function describeGuess(outside: readonly string[]): string {
  const settings = outside.filter((name) => name !== 'network');
  const verb = settings.length === 1 ? 'lies' : 'lie';
  return [
    ...(settings.length > 0 ? [`${settings.join(', ')} ${verb} beyond what was measured`] : []),
    ...(outside.includes('network') ? ['no network much like this one was measured'] : []),
  ].join(', and ');
}
