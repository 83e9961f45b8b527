import { type InitAlias, resolveInit } from '../catalogue/inits.ts';
import {
  type Activate,
  type ActivationParameters,
  initVariances,
  type Network,
  ParameterError,
  type PlainStack,
  plainNetwork,
  readActivation,
} from '../theory/index.ts';
import { activationOf } from './formula.ts';

/** What a query says of an activation: a name, or a formula in its place, and parameters. */
export type ActivationQuery = ActivationParameters & {
  readonly activation: PlainStack['activation'] | 'custom';
  readonly formula?: string | undefined;
  readonly formula_kinks?: readonly number[] | undefined;
};

/**
 * The activation that a query describes.
 *
 * @throws ParameterError as `readActivation` and `activationOf`
 * @example activationFromQuery({ activation: 'custom', formula: 'x*sigmoid(x)' }).phi.phi(1) // 0.73105…
 */
export const activationFromQuery = (query: ActivationQuery): Activate =>
  readActivation({ ...query, activation: resolveActivation(query) });

function resolveActivation({
  activation,
  formula,
  formula_kinks,
}: ActivationQuery): PlainStack['activation'] {
  if (activation !== 'custom') return activation;
  if (formula === undefined)
    throw new ParameterError('formula', 'missing', 'activation=custom needs a formula.');
  return activationOf(formula, formula_kinks);
}

/** What a query says of a network: the parameters of the contract, whichever the endpoint takes. */
export type NetworkQuery = Omit<
  PlainStack,
  'activation' | 'sigma_w2' | 'sigma_b2' | 'mask' | 'q0' | 'reads_data'
> &
  ActivationQuery & {
    readonly [Name in 'sigma_w2' | 'sigma_b2' | 'mask' | 'q0']?: PlainStack[Name] | undefined;
  } & {
    readonly init?: InitAlias | undefined;
  };

/** The data that a network reads, where its trajectory starts: mean square and correlation of two of them. */
export type Data = { readonly mean_square: number; readonly cosine: number };

/**
 * The network that a query describes.
 *
 * @param query one combination of its values
 * @param options `data` that the first layer reads; `width` of the layers that an initialiser is asked for, where the query gives none
 * @throws ParameterError as `plainNetwork`, and for a formula as `activationOf`
 * @example networkFromQuery({ activation: 'tanh', technique: 'bernoulli', keep: 0.9, sigma_w2: 1.76 }).mask // 'independent'
 */
export function networkFromQuery(
  query: NetworkQuery,
  options: { readonly data?: Data | undefined; readonly width?: number } = {},
): Network {
  const { data, width } = options;
  const { mask = 'independent', q0 = 1 } = query;
  return plainNetwork({
    ...query,
    activation: resolveActivation(query),
    ...variancesOf(query, width),
    ...{ mask, q0 },
    ...(data && { reads_data: true, q0: data.mean_square, c0: data.cosine }),
  });
}

/** The variances that a query gives, or its initialiser in hidden layers of its width. */
function variancesOf(query: NetworkQuery, width: number | undefined): { sigma_w2: number; sigma_b2: number } {
  const { init, sigma_w2, sigma_b2 } = query;
  // (the contracts ask for sigma_w2 where no initialiser says it)
  if (init === undefined) return { sigma_w2: sigma_w2 as number, sigma_b2: sigma_b2 ?? 0 };
  const units = query.width ?? (width as number);
  const gain = sigma_w2 === undefined ? {} : { sigma_w2 };
  const own = initVariances(resolveInit(init), { fan_in: units, fan_out: units, ...gain }, init);
  return { ...own, ...(sigma_b2 !== undefined && { sigma_b2 }) };
}
