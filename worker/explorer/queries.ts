import type { BlockParts, State } from './state.ts';

/** What to ask of the API: the last part of the path, and the query. */
export type Query = {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** How many values the axes of the phase diagram and of the cut have, unless the API has them take fewer. */
export const COUNTS = { plane: 60, cut: 61 } as const;

/**
 * The address of a query. Commas, colons and slashes stay readable.
 *
 * @param query what to ask
 * @param extension the format, or nothing for JSON
 * @example addressOf({ path: 'depth-scales', parameters: { sigma_w2: '1..4/31' } }, '.csv') // '/v1/depth-scales.csv?sigma_w2=1..4/31'
 */
export function addressOf({ path, parameters }: Query, extension: '' | '.csv' | '.npy' = ''): string {
  const query = new URLSearchParams(parameters).toString().replaceAll('%2F', '/').replaceAll('%2C', ',');
  return `/v1/${path}${extension}${query && `?${query}`}`;
}

/**
 * The addresses of an answer that a reader can take along.
 *
 * @param query what to ask
 * @example addressesOf(pointQuery(DEFAULTS)).csv
 */
export function addressesOf(query: Query): { json: string; csv: string } {
  return { json: addressOf(query), csv: addressOf(query, '.csv') };
}

/** The parameters that say which network, but for the weight variance. */
function network({ activation, technique, sigma_b2, keep }: State): Record<string, string> {
  return {
    activation,
    sigma_b2: String(sigma_b2),
    technique,
    ...(technique !== 'none' && { keep: String(keep) }),
  };
}

/**
 * The values of the two axes of the phase diagram.
 *
 * @param state what is shown
 */
export function planeRanges({ w_low, w_high, y }: State): {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
} {
  return { x: [w_low, w_high], y: y === 'keep' ? [0.5, 1] : [0, 0.5] };
}

/**
 * The query of the phase diagram; sigma_w2, which runs to the right, stands before what runs upwards.
 *
 * @param state what is shown
 * @param count values along each axis
 * @example addressOf(planeQuery(DEFAULTS, 60), '.npy')
 */
export function planeQuery(state: State, count: number): Query {
  const { x, y } = planeRanges(state);
  const { [state.y]: _, activation, ...fixed } = network(state);
  return {
    path: 'phase-diagram',
    parameters: {
      activation: activation as string,
      measure: state.measure,
      sigma_w2: `${x[0]}..${x[1]}/${count}`,
      [state.y]: `${y[0]}..${y[1]}/${count}`,
      ...fixed,
    },
  };
}

/**
 * The query of the depth scales along sigma_w2, through the pointer.
 *
 * @param state what is shown
 * @param count values of sigma_w2
 */
export function cutQuery(state: State, count: number): Query {
  return {
    path: 'depth-scales',
    parameters: { ...network(state), sigma_w2: `${state.w_low}..${state.w_high}/${count}` },
  };
}

/**
 * The query of everything about the network at the pointer.
 *
 * @param state what is shown
 */
export function pointQuery(state: State): Query {
  return { path: 'depth-scales', parameters: { ...network(state), sigma_w2: String(state.sigma_w2) } };
}

/**
 * The query of the depth to which such networks train, by the rule that was fitted to measured ones.
 *
 * @param state what is shown
 */
export function fittedQuery(state: State): Query {
  const { parameters } = pointQuery(state);
  return {
    path: 'trainable-depth',
    parameters: { ...parameters, field: 'fitted_depth,fitted_low,fitted_high,fitted_extrapolates,reason' },
  };
}

/**
 * The query of the layers of the network at the pointer.
 *
 * @param state what is shown
 */
export function trajectoryQuery(state: State): Query {
  return {
    path: 'trajectory',
    parameters: {
      ...network(state),
      sigma_w2: String(state.sigma_w2),
      depth: String(state.depth),
      q0: '1',
      c0: '0.5',
    },
  };
}

/**
 * The query of the advice.
 *
 * @param state what is shown
 */
export function adviceQuery(state: State): Query {
  const { sigma_b2: _, ...noise } = network(state);
  const { depth, fan_in, framework } = state;
  return {
    path: 'advice',
    parameters: { ...noise, depth: String(depth), fan_in: String(fan_in), framework },
  };
}

/** What is asked about where there is no preset and the reader leaves a part of the blocks empty. */
export const OWN_BLOCKS: BlockParts = {
  drop: 0.1,
  blocks: 12,
  norm_at: 'pre',
  tokens: 512,
  block_activation: 'relu',
  norm: '',
  sigma_w2_attention: 1,
  sigma_w2_hidden: 2,
  sigma_w2_output: 1,
};

/** The parameters of the API that the parts of a network of blocks are, where they are not those of the same name. */
const BLOCK_PARAMETERS: Partial<Record<keyof BlockParts, readonly string[]>> = {
  block_activation: ['activation'],
  sigma_w2_attention: ['sigma_w2_query', 'sigma_w2_key', 'sigma_w2_value', 'sigma_w2_projection'],
};

/** The parts that only blocks with attention have. */
export const OF_ATTENTION: readonly (keyof BlockParts)[] = ['tokens', 'sigma_w2_attention'];

/** The parameters that say which network of blocks. */
function blockNetwork(state: State): Record<string, string> {
  const own = state.preset === 'none';
  const parts = (Object.keys(OWN_BLOCKS) as (keyof BlockParts)[])
    .filter((name) => !own || state.block === 'transformer' || !OF_ATTENTION.includes(name))
    .map((name) => [name, state[name] === '' && own ? OWN_BLOCKS[name] : state[name]] as const)
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => (BLOCK_PARAMETERS[name] ?? [name]).map((to) => [to, String(value)]));
  return { ...(own ? { block: state.block } : { preset: state.preset }), ...Object.fromEntries(parts) };
}

/**
 * The query of how deep the network of blocks can be.
 *
 * @param state what is shown
 */
export function blocksQuery(state: State): Query {
  return { path: 'blocks', parameters: blockNetwork(state) };
}

/**
 * The query of the network of blocks, block by block.
 *
 * @param state what is shown
 */
export function blockTrajectoryQuery(state: State): Query {
  return {
    path: 'blocks/trajectory',
    parameters: { ...blockNetwork(state), field: 'block_number,margin,c_masks,c_inputs' },
  };
}
