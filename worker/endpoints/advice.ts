import { adviceContract } from '../../schemas/endpoints/advice.ts';
import type { Absent } from '../../schemas/problem.ts';
import {
  ACTIVATIONS,
  type Activation,
  type AdviceInput,
  type Change,
  type Changed,
  count,
  depthScales,
  type FittedDepth,
  judge,
  layersOf,
  type Noise,
  nearestChanges,
  type Recommendation,
  recommend,
  trajectoryWithin,
} from '../../theory/index.ts';
import type { Budget } from '../budget.ts';
import { fittedColumns, fittedFor, RULE_NOTE } from '../rule.ts';
import { snippetOf } from '../snippets/index.ts';
import { activationParametersOf } from './activation-parameters.ts';
import { inWords, widerFor } from './changes.ts';
import { endpoint, type Point } from './endpoint.ts';
import { activationOf, keepIn, mapsOf, noiseIn } from './network.ts';
import { withoutDropout } from './technique-notes.ts';
import { decide, measuredVerdict, reasonOf, type Verdict } from './verdict.ts';

/**
 * Activations to look at instead: closed forms, so that looking costs little. No linear one, which keeps any signal and computes
 * nothing.
 */
const ALTERNATIVES = ['relu', 'erf'] as const;

/** The work of writing the sentences and the code of an answer, in evaluations. */
const WORDS = 500;

/** What the depth depends on and the advice does not ask for: why there is no such parameter. */
const OF_TRAINING: Absent = new Map(
  ['data', 'steps', 'batch', 'learning_rate', 'optimiser'].map((name) => [
    name,
    'is no parameter here: meta.notes say how the networks of fitted_verdict are trained. /v1/trainable-depth takes it.',
  ]),
);

/** `GET /v1/advice`: how to initialise, whether the depth trains, and what else would help. */
export const adviceEndpoint = endpoint(adviceContract, {
  answer: (query, { budget }) => {
    count(WORDS);
    const { technique, depth, fan_in, sigma_b2, framework } = query;
    const keep = keepIn(query);
    const activation = activationOf(query);
    const own = noiseIn(query);
    const noise = keep === null ? () => own : (strength: { keep: number }) => noiseIn(query, strength.keep);
    const alternatives = ALTERNATIVES.map((name) => ACTIVATIONS[name]);
    const maps = mapsOf(technique);
    const input = { activation, noise, keep: keep ?? 1, maps, depth, fan_in, sigma_b2, alternatives };
    const judgement = budget.attempt(() => judge(input)) ?? {
      recommended: recommend(activationOf(query), own, input),
      limits: null,
      verdict: 'unknown' as const,
    };
    const { recommended, limits, verdict: theory } = judgement;
    // (before the changes, which take whatever is left of the budget)
    const start = recommended && startOf(activation, own, recommended, depth, budget);
    const measured = (changed: Changed, width = fan_in) =>
      fittedOf({ ...query, fan_in: width }, changed, keep !== null);
    const drop = query.drop ?? 1 - input.keep;
    const asked = recommended && { ...recommended, activation, drop, noise: own };
    const fitted = asked && budget.attempt(() => measured(asked));
    const decision = decide(depth, theory, fitted);
    const also = (changed: Changed) => {
      const there = measured(changed);
      // (where the rule has no answer the theory's satisfaction says something only if it was not satisfied before)
      return there ? decide(depth, 'trainable', there).verdict === 'trainable' : theory !== 'trainable';
    };
    // (the theory's limits do not know the width)
    const wide =
      asked && theory === 'trainable' && decision.verdict !== 'trainable'
        ? (budget.attempt(() => widerFor(depth, fan_in, (width) => measured(asked, width))) ?? [])
        : [];
    const found =
      recommended && decision.verdict !== 'trainable'
        ? changesWithin({ ...input, also }, recommended, budget)
        : ALL;
    return [
      {
        keep,
        verdict: decision.verdict,
        trainable: TRAINABLE[decision.verdict] ?? null,
        reason: reasonOf({ depth, sigma_b2 }, judgement, fitted, decision, own.variance > 0),
        theory_verdict: theory,
        limit_low: limits?.low.depth ?? null,
        limit_high: limits?.high.depth ?? null,
        limited_by: limits?.low.limited_by ?? null,
        fitted_verdict: measuredVerdict(depth, fitted),
        ...fittedColumns(fitted),
        sigma_w2: recommended?.sigma_w2 ?? null,
        sigma_b2: recommended?.sigma_b2 ?? null,
        std: recommended?.std ?? null,
        std_bias: recommended ? Math.sqrt(recommended.sigma_b2) : null,
        criterion: recommended?.criterion ?? null,
        q_star: recommended?.q_star ?? null,
        stable: recommended?.stable ?? null,
        snippet: start
          ? snippetOf(framework, {
              activation: query.activation,
              parameters: activationParametersOf(query),
              technique,
              keep,
              noise: own,
              depth,
              width: fan_in,
              ...start,
            })
          : null,
        variance: recommended?.variance ?? null,
        changes_complete: found.complete,
        changes: [...wide, ...found.changes].map((change) => ({ ...change, what: inWords(change) })),
      },
    ];
  },
  absent: OF_TRAINING,
  notes: (query) => [RULE_NOTE, ...withoutDropout(query, ['bernoulli'])],
});

type Query = Point<ReturnType<(typeof adviceContract)['query']['parse']>>;

/** `trainable` of a verdict; null of those that leave it open. */
const TRAINABLE: Partial<Record<Verdict, boolean>> = { trainable: true, not_trainable: false };

/**
 * What the fitted rule says of a network with the technique of a query; null for schedules and skip connections, and where the
 * theory has no scales.
 */
function fittedOf(query: Query, changed: Changed, takesKeep: boolean): FittedDepth | null {
  const { activation, sigma_w2, sigma_b2, q_star, drop, carry } = changed;
  if (typeof sigma_w2 !== 'number' || carry !== undefined) return null;
  const network = {
    ...(activation.name === query.activation && activationParametersOf(query)),
    ...{ activation: activation.name as Query['activation'], technique: query.technique },
    ...(takesKeep && { drop }),
    ...({ sigma_w2, sigma_b2, mask: 'independent', q0: q_star || 1 } as const),
  };
  return fittedFor(network, { width: query.fan_in }, depthScales(network));
}

type Found = { readonly changes: readonly Change[]; readonly complete: boolean };

const ALL: Found = { changes: [], complete: true };

/** The changes that there was work left to look at. */
function changesWithin(input: AdviceInput, recommended: Recommendation, budget: Budget): Found {
  const changes: Change[] = [];
  const complete = budget.attempt(() => {
    for (const change of nearestChanges(input, recommended)) changes.push(change);
    return true;
  });
  return { changes, complete: complete ?? false };
}

/** Variances for a snippet, the variance to start at, and what the theory predicts of it at some layers. */
function startOf(
  activation: Activation,
  noise: Noise,
  { sigma_w2, sigma_b2, q_star, maps }: Recommendation,
  depth: number,
  budget: Budget,
) {
  const q = q_star || sigma_w2 + sigma_b2;
  const layers = layersOf({ depth: depth - 1, sigma_w2, sigma_b2, noise, maps: maps ?? null });
  const { rows } = trajectoryWithin(activation, layers, { q0: q, c0: 0 }, budget.goesOn);
  const shown = new Set([1, Math.ceil(depth / 2), depth]);
  const predicted = rows
    .map((row) => ({ layer: row.layer + 1, q: row.q }))
    .filter((row): row is { layer: number; q: number } => shown.has(row.layer) && row.q !== null);
  return { sigma_w2, sigma_b2, q, predicted };
}
