import { TOO_MUCH_WORK } from '../../answers/effort.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import { scheduleContract } from '../../schemas/endpoints/schedule.ts';
import {
  changeKeep,
  count,
  effectiveDepthScale,
  exactDepthScale,
  measureContrast,
  ParameterError,
  type PlainLayer,
  reach,
  readKeeps,
  readLayers,
  readPlainLayer,
  scalingPoint,
  trajectory,
} from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

/** The work of the surrogate, in evaluations. */
const SCALING = 600;

/** Where a schedule would drop a whole layer there are no numbers, only the reason. */
const NO_NUMBERS = {
  largest_drop: null,
  depth_scale_surrogate: null,
  depth_scale_exact: null,
  gain_surrogate: null,
  gain_exact: null,
  c_end: null,
  contrast: null,
  reach: null,
  keeps: null,
};

/** `GET /v1/schedule`: named schedules of dropout under one budget. */
export const scheduleEndpoint = endpoint(scheduleContract, {
  answer: ({ q0, c0, ...query }, { budget }) => {
    count(SCALING);
    const start = { q0, c0 };
    const drop = query.drop ?? 1 - (query.keep ?? 1);
    const network = networkFromQuery({ ...query, q0 });
    let keeps: readonly number[];
    try {
      keeps = readKeeps(network).filter((keep) => keep !== null);
    } catch (error) {
      if (!(error instanceof ParameterError && error.code === 'drops_whole_layer')) throw error;
      return [{ ...NO_NUMBERS, drop, reason: error.message }];
    }
    const { activation, layers } = readLayers(network);
    const same = networkFromQuery({ ...query, q0, schedule: 'constant' });
    const { layers: constant } = readLayers(same);
    const [surrogate, surrogateConstant] = computeSurrogates(readPlainLayer(same), keeps, drop);
    // (null is not followed: it takes too much work)
    const within = <T>(ask: () => T) => budget.attempt(() => ({ value: ask() }));
    const exact = within(() => exactDepthScale(activation, layers, start));
    const end = within(() => trajectory(activation, layers, start).rows.at(-1)?.c ?? null);
    const exactConstant = within(() => exactDepthScale(activation, constant, start));
    const contrast = within(() => measureContrast(activation, layers, { q0, c_diff: c0 }).contrast);
    const costly = Object.entries({
      depth_scale_exact: exact,
      c_end: end,
      gain_exact: exact && exactConstant,
      contrast,
    }).flatMap(([name, found]) => (found ? [] : [name]));
    const drops = keeps.map((keep) => 1 - keep);
    const ratio = (a: number | null | undefined, b: number | null | undefined) => (a && b ? a / b : null);
    return [
      {
        drop,
        largest_drop: Math.max(...drops),
        depth_scale_surrogate: surrogate ?? null,
        depth_scale_exact: exact?.value ?? null,
        gain_surrogate: ratio(surrogate, surrogateConstant),
        gain_exact: ratio(exact?.value, exactConstant?.value),
        c_end: end?.value ?? null,
        contrast: contrast?.value ?? null,
        reach: surrogateConstant ? reach(drops, surrogateConstant) : null,
        keeps: [...keeps],
        reason:
          [
            surrogate === undefined ? explainNoSurrogate(readPlainLayer(same)) : null,
            costly.length > 0 ? `${costly.join(', ')}: ${TOO_MUCH_WORK}` : null,
          ]
            .filter(Boolean)
            .join('; ') || null,
      },
    ];
  },
});

const explainNoSurrogate = ({ batch_norm, activation }: PlainLayer) =>
  batch_norm
    ? 'there is no surrogate of layers that normalise'
    : activation.phi.steps
      ? 'there is no surrogate of an activation that jumps'
      : 'near criticality q does not settle: there is no surrogate';

/** The surrogate depth scales of a schedule and of the constant one; undefined where q does not settle. */
function computeSurrogates(
  { activation, batch_norm, noise, sigma_w2, sigma_b2 }: PlainLayer,
  keeps: readonly number[],
  drop: number,
): (number | null | undefined)[] {
  const { phi } = activation;
  // (a surrogate knows the noise alone)
  if (batch_norm || phi.steps) return [];
  try {
    const at = (keep: number) =>
      scalingPoint(phi, { sigma_w2, sigma_b2, noise: changeKeep(noise, { keep }).noise });
    const { form, t } = at(1);
    if (form === null) return [];
    const fields = new Map([...new Set([...keeps, 1 - drop])].map((keep) => [keep, at(keep).h]));
    const scale = (list: readonly number[]) =>
      effectiveDepthScale(
        form,
        list.map((keep) => fields.get(keep) as number),
        t,
      );
    return [scale(keeps), scale([1 - drop])];
  } catch (error) {
    if (error instanceof ParameterError && error.code === 'no_fixed_point') return [];
    throw error;
  }
}
