import { adviceContract } from '../../schemas/endpoints/advice.ts';
import {
  ACTIVATIONS,
  type Activation,
  type AdviceInput,
  type Change,
  depthScales,
  type FittedDepth,
  type Judgement,
  judge,
  layersOf,
  type Noise,
  nearestChanges,
  type Recommendation,
  trajectory,
} from '../../theory/index.ts';
import { metered, OutOfWork } from '../meter.ts';
import { networkCost } from '../network-cost.ts';
import { LAYER } from '../prices.ts';
import { FITTED_WORK, fittedColumns, fittedFor, RULE_NOTE } from '../rule.ts';
import { snippetOf } from '../snippets/index.ts';
import type { Budget } from '../work.ts';
import { activationParametersOf } from './activation-parameters.ts';
import { endpoint, type Point } from './endpoint.ts';
import { activationOf, keepIn, mapsOf, noiseIn } from './network.ts';

/** Activations to look at instead: closed forms, so that looking costs little. */
const ALTERNATIVES = ['linear', 'relu', 'erf'] as const;

/** `GET /v1/advice`: how to initialise, whether the depth trains, and what else would help. */
export const adviceEndpoint = endpoint(adviceContract, {
  cost: (query) => ({ rows: 1, work: 2000 + 20 * query.depth * LAYER }),
  answer: (query, { budget }) => {
    const { technique, depth, fan_in, sigma_b2, framework } = query;
    const keep = keepIn(query);
    const activation = activationOf(query, budget);
    const own = noiseIn(query);
    const noise = keep === null ? () => own : (strength: { keep: number }) => noiseIn(query, strength.keep);
    const alternatives = ALTERNATIVES.map((name) => metered(ACTIVATIONS[name], budget));
    const maps = mapsOf(technique);
    const input = { activation, noise, keep: keep ?? 1, maps, depth, fan_in, sigma_b2, alternatives };
    const judgement = judge(input);
    const { recommended, limits, verdict } = judgement;
    // (before the changes, which take whatever is left of the budget)
    const start = recommended && startOf(activation, own, recommended, depth);
    const fitted = recommended && fittedWithin(query, recommended, activation, budget);
    const found = recommended && verdict !== 'trainable' ? changesWithin(input, recommended) : ALL;
    return [
      {
        keep,
        verdict,
        trainable: verdict === 'trainable' ? true : verdict === 'not_trainable' ? false : null,
        reason: reasonOf(judgement, depth, technique),
        limit_low: limits?.low.depth ?? null,
        limit_high: limits?.high.depth ?? null,
        limited_by: limits?.low.limited_by ?? null,
        fitted_verdict: fitted ? verdictOf(depth, fitted) : 'unknown',
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
        changes_complete: found.complete,
        changes: found.changes.map((change) => ({ ...change, what: inWords(change) })),
      },
    ];
  },
  notes: () => [RULE_NOTE],
});

type Query = Point<ReturnType<(typeof adviceContract)['query']['parse']>>;

/** What the fitted rule says of the recommended network; null where that takes more than is left of the budget. */
function fittedWithin(
  query: Query,
  { sigma_w2, sigma_b2, q_star }: Recommendation,
  activation: Activation,
  budget: Budget,
): FittedDepth | null {
  const network = { ...query, sigma_w2, sigma_b2, mask: 'independent', q0: q_star || 1 } as const;
  const work = networkCost(network) + FITTED_WORK;
  if (work > budget.work) return null;
  budget.work -= work;
  try {
    return fittedFor(network, { width: query.fan_in }, { scales: depthScales(network), activation });
  } catch (error) {
    // (a trajectory costs what its averages do, which nobody knows beforehand)
    if (error instanceof OutOfWork) return null;
    throw error;
  }
}

function verdictOf(depth: number, { low, high }: FittedDepth): Judgement['verdict'] {
  if (depth <= low) return 'trainable';
  return depth <= high ? 'doubtful' : 'not_trainable';
}

type Found = { readonly changes: readonly Change[]; readonly complete: boolean };

const ALL: Found = { changes: [], complete: true };

/** The changes that there was time to look at. */
function changesWithin(input: AdviceInput, recommended: Recommendation): Found {
  const changes: Change[] = [];
  try {
    for (const change of nearestChanges(input, recommended)) changes.push(change);
    return { changes, complete: true };
  } catch (error) {
    if (error instanceof OutOfWork) return { changes, complete: false };
    throw error;
  }
}

/** Variances for a snippet, the variance to start at, and what the theory predicts of it at some layers. */
function startOf(
  activation: Activation,
  noise: Noise,
  { sigma_w2, sigma_b2, q_star, maps }: Recommendation,
  depth: number,
) {
  const q = q_star || sigma_w2 + sigma_b2;
  const layers = layersOf({ depth: depth - 1, sigma_w2, sigma_b2, noise, maps: maps ?? null });
  const { rows } = trajectory(activation, layers, { q0: q, c0: 0 });
  const shown = new Set([1, Math.ceil(depth / 2), depth]);
  const predicted = rows
    .map((row) => ({ layer: row.layer + 1, q: row.q }))
    .filter((row): row is { layer: number; q: number } => shown.has(row.layer) && row.q !== null);
  return { sigma_w2, sigma_b2, q, predicted };
}

const short = (x: number, digits = 3) => String(Number(x.toPrecision(digits)));

function reasonOf({ limits, verdict }: Judgement, depth: number, technique: string): string {
  if (!limits)
    return 'No weight variance keeps the gradient or the variance at its size with this bias variance.';
  const { depth: low, limited_by } = limits.low;
  if (low === null) return `Two inputs stay distinguishable well beyond ${depth} layers.`;
  const cause =
    limited_by === 'float_range'
      ? 'the variance leaves the range of float32'
      : technique === 'none'
        ? 'two inputs become alike'
        : 'the noise makes all pairs of inputs alike';
  const high = limits.high.depth === null ? '' : ` to ${short(limits.high.depth)}`;
  return `After about ${short(low)}${high} layers ${cause}; ${depth} layers are ${verdict === 'trainable' ? 'fewer' : verdict === 'doubtful' ? 'between the two' : 'more'}.`;
}

function inWords(change: Change): string {
  switch (change.change) {
    case 'less_drop':
      return `Drop at most ${short(change.drop)}, with sigma_w2 ${short(change.sigma_w2, 5)}.`;
    case 'schedule':
      return `Spread the dropout as ${change.schedule}: up to ${short(change.drop)} in a layer.`;
    case 'activation':
      return `Take ${change.activation} with sigma_w2 ${short(change.sigma_w2, 5)}, sigma_b2 ${short(change.sigma_b2)}.`;
    case 'smaller_bias':
      return `Take a bias variance of ${short(change.sigma_b2)} with sigma_w2 ${short(change.sigma_w2, 5)}: the network is then nearly linear at first.`;
    case 'residual':
      return change.branch === 1
        ? 'Add skip connections, y = x + block(x).'
        : `Add skip connections with branches scaled by the depth, y = x + ${short(Math.sqrt(change.branch))} block(x).`;
  }
}
