import { type InitAlias, resolveInit } from '../catalogue/inits.ts';
import { initVariances, type Network, type PlainStack, plainNetwork } from '../theory/index.ts';

/** What a query says of a network: the parameters of the contract, whichever the endpoint takes. */
export type NetworkQuery = Omit<PlainStack, 'sigma_w2' | 'sigma_b2' | 'mask' | 'q0' | 'reads_data'> & {
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
 * @throws ParameterError as `plainNetwork`
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
