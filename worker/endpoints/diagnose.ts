import { diagnoseContract } from '../../schemas/endpoints/diagnose.ts';
import { oneInit } from '../../schemas/names.ts';
import { estimateDepth, INITS, initVariances } from '../../theory/index.ts';
import { alone, TOO_DEAR } from '../meter.ts';
import { networkCost } from '../network-cost.ts';
import { LAYER } from '../prices.ts';
import { DEEPEST } from '../work.ts';
import { diagnosis, recommendedFor } from './diagnosis.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, mapsOf, noiseIn } from './network.ts';
import { scalesWithin } from './scales.ts';
import { beyondAll } from './why-null.ts';

/** The columns that need a trajectory to be followed. */
const FOLLOWED = ['signal_dies_at', 'looked_to', 'dies_of', 'reason', 'advice'];

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseEndpoint = endpoint(diagnoseContract, {
  cost: (query) => ({ rows: 1, work: 300 + networkCost(query) + DEEPEST * LAYER }),
  answer: (query, { budget, fields }) => {
    const { init, gain, std, bias_std, fan_in, fan_out = fan_in } = query;
    const weights = variances({ init, gain, std, fan_in, fan_out });
    const sigma_b2 = bias_std === undefined ? weights.sigma_b2 : bias_std ** 2;
    const { sigma_w2 } = weights;
    const [activation, noise] = [activationOf(query, budget), noiseIn(query)];
    const maps = mapsOf(query.technique);
    // (the cheap part first; no weights are critical that a normalisation undoes)
    const found = maps ? NONE : alone(() => recommendedFor(activation, noise, sigma_b2), budget);
    const { recommended, critical_sigma_w2 } = found ?? NONE;
    const {
      fixed_points: _,
      max_depth_low: __,
      max_depth_high: ___,
      ...scales
    } = scalesWithin({ ...query, sigma_w2, sigma_b2 }, budget);
    const common = {
      sigma_w2,
      sigma_b2,
      ...scales,
      fan_out,
      usage: init === undefined ? null : INITS[oneInit(init)].usage,
      std: Math.sqrt(sigma_w2 / fan_in),
      gradient_factor: scales.chi_1 === null ? null : finite(scales.chi_1 ** 10),
    };
    const layer = { sigma_w2, sigma_b2, noise, maps };
    const looked = !fields || fields.some((name) => FOLLOWED.includes(name));
    const dies = looked
      ? alone(() => estimateDepth(activation, layer, { q0: query.q0, max_layers: DEEPEST }), budget)
      : null;
    const reasons = [
      scales.reason,
      !found && `critical_sigma_w2, recommended_sigma_w2, recommended_sigma_b2: ${TOO_DEAR}`,
      looked && !dies && `signal_dies_at, looked_to, dies_of: ${TOO_DEAR}`,
    ].filter(Boolean);
    return [
      {
        ...common,
        signal_dies_at: dies?.depth ?? null,
        looked_to: dies && DEEPEST,
        dies_of: dies?.limited_by ?? null,
        critical_sigma_w2,
        reason:
          reasons.join('; ') ||
          (dies?.depth === null ? `signal_dies_at: ${beyondAll(DEEPEST, scales)}` : null),
        advice: diagnosis({
          ...{ scales, given: { sigma_w2, sigma_b2 }, fan_in, std, dies, recommended },
          normalised: maps !== null,
        }),
        recommended_sigma_w2: recommended?.sigma_w2 ?? null,
        recommended_sigma_b2: recommended?.sigma_b2 ?? null,
      },
    ];
  },
});

function variances(given: {
  init: Parameters<typeof oneInit>[0] | undefined;
  gain: number | undefined;
  std: number | undefined;
  fan_in: number;
  fan_out: number;
}): { sigma_w2: number; sigma_b2: number } {
  const { init, gain, std, fan_in, fan_out } = given;
  if (init !== undefined)
    return initVariances(oneInit(init), {
      fan_in,
      fan_out,
      ...(gain !== undefined && { gain }),
    });
  return { sigma_w2: std === undefined ? (gain as number) ** 2 : std ** 2 * fan_in, sigma_b2: 0 };
}

/** Where nothing is recommended. */
const NONE = { recommended: null, critical_sigma_w2: null };

const finite = (x: number) => (Number.isFinite(x) ? x : null);
