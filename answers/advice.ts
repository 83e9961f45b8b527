import type * as z from 'zod';
import { activationOf } from '../networks/from-block-query.ts';
import { activationFromQuery } from '../networks/from-query.ts';
import type { adviceContract } from '../schemas/endpoints/advice.ts';
import {
  type AdviceInput,
  type Change,
  count,
  depthScales,
  findLargestBranch,
  findSmallestKeep,
  hasDepthScales,
  type Judgement,
  judge,
  type Network,
  nearestChanges,
  normalises,
  type Recommendation,
  readActivation,
  readLayers,
  readNoise,
  readPlainLayer,
  recommend,
  recommendedNetwork,
  trajectoryWithin,
} from '../theory/index.ts';
import { adviseBlocks } from './block-advice.ts';
import { inWords, widerFor } from './changes.ts';
import { type Effort, TOO_MUCH_WORK } from './effort.ts';
import type { Point } from './point.ts';
import { type FittedAnswer, fittedColumns, fittedFor, type TrainingSettings } from './rule.ts';
import { writeBlockSnippet, writeSnippet } from './snippets/index.ts';
import { decide, measuredVerdict, reasonOf, type Verdict } from './verdict.ts';

/**
 * Activations to look at instead: closed forms, so that looking costs little. No linear one, which keeps any signal and computes
 * nothing.
 */
const ALTERNATIVES = ['relu', 'erf'] as const;

/** The work of writing the sentences and the code of an answer, in evaluations. */
const WORDS = 500;

type Query = Point<z.output<(typeof adviceContract)['query']>>;

/**
 * A row of `GET /v1/advice` about a network of blocks.
 *
 * @param query one combination of its values
 * @param effort how much work it may take
 * @throws ParameterError for what the theory of blocks does not cover
 */
export function adviseAboutBlocks(query: Query, effort: Effort) {
  const { technique, fan_in: _, depth: __, keep, ...asked } = query;
  const { row, verdict, reason, changes, complete, solved, network } = adviseBlocks(
    { ...asked, keep, technique },
    effort,
  );
  const { snippet, why } = effort.attempt(() =>
    writeBlockSnippet(query.framework, { ...asked, keep, technique }),
  ) ?? {
    snippet: null,
    why: `It ${TOO_MUCH_WORK}`,
  };
  return {
    activation: activationOf(query),
    keep: keep ?? null,
    depth: network.depth ?? null,
    fan_in: network.width ?? null,
    verdict,
    trainable: TRAINABLE[verdict] ?? null,
    reason: why === null ? reason : `${reason} snippet is null: ${why}`,
    theory_verdict: verdict,
    limit_low: row.depth_low,
    limit_high: row.depth_high,
    limited_by: row.limited_by,
    fitted_verdict: 'unknown' as const,
    ...fittedColumns(null),
    sigma_w2: query.sigma_w2 ?? null,
    sigma_b2: query.sigma_b2 ?? null,
    std: query.std ?? null,
    std_bias: null,
    criterion: null,
    q_star: null,
    stable: null,
    snippet,
    variance: null,
    changes,
    changes_complete: complete,
    kind: row.kind,
    xi_2: row.xi_2,
    kappa: row.kappa,
    margin: row.margin,
    gradient_ratio: row.gradient_ratio,
    basis: row.basis,
    flags: row.flags,
    ...(solved !== undefined && { solved }),
  };
}

/**
 * A row of `GET /v1/advice` about plain layers.
 *
 * @param query one combination of its values; it has a depth and an activation
 * @param effort how much work it may take
 * @throws ParameterError as `readActivation` and `readNoise`
 */
export function adviseAboutLayers(query: Query, effort: Effort) {
  count(WORDS);
  // (the contract asks for both)
  const [depth, name] = [query.depth as number, query.activation as NonNullable<Query['activation']>];
  const {
    technique,
    fan_in = 256,
    sigma_b2,
    framework,
    data,
    steps,
    batch,
    learning_rate,
    optimiser,
  } = query;
  const training = { data, steps, batch, learning_rate, optimiser };
  const [activation, noise] = [activationFromQuery({ ...query, activation: name }), readNoise(query)];
  const { keep } = noise;
  const alternatives = ALTERNATIVES.map((name) => readActivation({ activation: name }));
  const batch_norm = normalises(technique);
  const input = { activation, noise, batch_norm, depth, fan_in, sigma_b2, alternatives };
  const judgement = effort.attempt(() => judge(input)) ?? {
    recommended: recommend(activation.phi, noise.noise, input),
    limits: null,
    verdict: 'unknown' as const,
  };
  const { recommended, limits, verdict: theory } = judgement;
  const network = recommended && recommendedNetwork(input, recommended);
  // (before the changes, which take whatever is left of the effort)
  const start = network && predictVariances(network, recommended, effort);
  const measured = (changed: Network, width = fan_in) => askRule(changed, { ...training, width });
  const fitted = network && effort.attempt(() => measured(network));
  const decision = decide(depth, theory, fitted);
  const also = (changed: Network) => {
    const there = measured(changed);
    // (where the rule has no answer the theory's satisfaction says something only if it was not satisfied before)
    return there ? decide(depth, 'trainable', there).verdict === 'trainable' : theory !== 'trainable';
  };
  // (the theory's limits do not know the width)
  const wide =
    network && theory === 'trainable' && decision.verdict !== 'trainable'
      ? (effort.attempt(() => widerFor(depth, fan_in, (width) => measured(network, width))) ?? [])
      : [];
  const found =
    recommended && decision.verdict !== 'trainable'
      ? collectChanges({ ...input, also }, recommended, effort)
      : NO_CHANGES;
  return {
    // (masks, and what gradients come from, are nothing that is asked of plain layers)
    activation: name,
    mask: undefined,
    loss: undefined,
    keep,
    depth,
    fan_in,
    verdict: decision.verdict,
    trainable: TRAINABLE[decision.verdict] ?? null,
    reason: reasonOf({ depth, sigma_b2 }, judgement, fitted, decision, noise.noise.variance > 0),
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
    snippet:
      start && network && name !== 'custom'
        ? writeSnippet(framework, { ...readPlainLayer(network), depth, width: fan_in, ...start })
        : null,
    variance: recommended?.variance ?? null,
    changes_complete: found.complete,
    changes: [...wide, ...found.changes].map((change) => ({ ...change, what: inWords(change) })),
    ...(query.solve !== undefined && { solved: solvePlain(query.solve, input, judgement, effort) }),
  };
}

/** The number that a query about plain layers asks to be solved for. */
function solvePlain(
  solve: NonNullable<Query['solve']>,
  input: AdviceInput,
  { recommended, limits }: Judgement,
  effort: Effort,
): number | null {
  if (!recommended) return null;
  if (solve === 'depth') return limits?.low.depth ?? null;
  if (solve === 'sigma_w2') return recommended.sigma_w2;
  const find = solve === 'keep' ? findSmallestKeep : findLargestBranch;
  return effort.attempt(() => find(input, recommended));
}

/** `trainable` of a verdict; null of those that leave it open. */
const TRAINABLE: Partial<Record<Verdict, boolean>> = { trainable: true, not_trainable: false };

/** What the fitted rule says of a network; null for schedules and skip connections, and where the theory has no scales. */
function askRule(network: Network, settings: TrainingSettings): FittedAnswer | null {
  return hasDepthScales(network) ? fittedFor(network, settings, depthScales(network)) : null;
}

type Found = { readonly changes: readonly Change[]; readonly complete: boolean };

const NO_CHANGES: Found = { changes: [], complete: true };

/** The changes that there was work left to look at. */
function collectChanges(input: AdviceInput, recommended: Recommendation, effort: Effort): Found {
  const changes: Change[] = [];
  const complete = effort.attempt(() => {
    for (const change of nearestChanges(input, recommended)) changes.push(change);
    return true;
  });
  return { changes, complete: complete ?? false };
}

/** The variance to start at, and what the theory predicts of it at some layers. */
function predictVariances(network: Network, { q_star, sigma_w2, sigma_b2 }: Recommendation, effort: Effort) {
  const { depth = 1 } = network;
  const q = q_star || sigma_w2 + sigma_b2;
  const { activation, layers } = readLayers({ ...network, depth: depth - 1 });
  const { rows } = trajectoryWithin(activation, layers, { q0: q, c0: 0 }, effort.goesOn);
  const shown = new Set([1, Math.ceil(depth / 2), depth]);
  const predicted = rows
    .map((row) => ({ layer: row.layer + 1, q: row.q }))
    .filter((row): row is { layer: number; q: number } => shown.has(row.layer) && row.q !== null);
  return { q, predicted };
}
