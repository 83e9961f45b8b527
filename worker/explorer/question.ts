import { ARCHITECTURES } from '../../catalogue/architectures.ts';
import { type InitAlias, resolveInit } from '../../catalogue/inits.ts';
import type { BlockQuery } from '../../networks/from-block-query.ts';
import { initVariances } from '../../theory/index.ts';
import { isOwn, isPreset, KINDS, type State } from './state.ts';

/** Parameters of the API, as an address has them. */
export type Parameters = Readonly<Record<string, string>>;

/** What to ask of the API: the last part of the path, and the query. */
export type Query = { readonly path: string; readonly parameters: Parameters };

/**
 * The address of a query. Commas, colons and slashes stay readable.
 *
 * @param query what to ask
 * @param extension the format, or nothing for JSON
 * @example addressOf({ path: 'depth-scales', parameters: { sigma_w2: '1..4/31' } }, '.csv') // '/v1/depth-scales.csv?sigma_w2=1..4/31'
 */
export function addressOf({ path, parameters }: Query, extension = ''): string {
  const query = new URLSearchParams(parameters).toString().replaceAll('%2F', '/').replaceAll('%2C', ',');
  return `/v1/${path}${extension}${query && `?${query}`}`;
}

/** Whether the network of a state is a plain stack of layers. */
export const isPlain = ({ kind }: State): boolean => kind === 'plain';

const given = (values: Readonly<Record<string, string | number | undefined>>): Parameters =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === '' || value === undefined ? [] : [[name, String(value)]],
    ),
  );

/** The noise, where there is some. */
const noiseOf = ({ technique, drop }: State): Parameters =>
  technique === 'none'
    ? { technique }
    : { ...(technique !== 'bernoulli' && { technique }), ...given({ drop }) };

/** What the network is trained with. */
export const trainingOf = ({ optimiser, data, steps, batch, learning_rate }: State): Parameters =>
  given({ optimiser, data, steps, batch, learning_rate });

/** Variances and initialiser. */
function weightsOf({ init, sigma_w2, sigma_b2 }: State): Parameters {
  if (!isOwn(init)) return given({ init });
  return { ...(init === 'orthogonal' && { init }), ...given({ sigma_w2, sigma_b2 }) };
}

/**
 * The variances of the weights and biases of a plain stack: those that the reader gives, or the initialiser's in hidden layers of the width.
 *
 * @param state of the page
 * @example variancesOf(store.get()).sigma_w2
 */
export function variancesOf({ init, sigma_w2, sigma_b2, width }: State): {
  sigma_w2: number;
  sigma_b2: number;
} {
  if (isOwn(init)) return { sigma_w2: Number(sigma_w2), sigma_b2: Number(sigma_b2) };
  const units = Number(width);
  return initVariances(resolveInit(init as InitAlias), { fan_in: units, fan_out: units }, init);
}

/** The parameters that say which plain stack, for the endpoints that know no initialisers. */
function stackOf(state: State): Parameters {
  const { sigma_w2, sigma_b2 } = variancesOf(state);
  return { ...given({ activation: state.activation, sigma_w2, sigma_b2 }), ...noiseOf(state) };
}

/**
 * Whether a plain stack can be trained, and how deep.
 *
 * @param state of the page
 * @example addressOf(depthQuery(store.get()))
 */
export const depthQuery = (state: State): Query => ({
  path: 'trainable-depth',
  parameters: {
    ...given({ activation: state.activation }),
    ...noiseOf(state),
    ...weightsOf(state),
    ...given({ width: state.width, depth: state.depth }),
    ...trainingOf(state),
  },
});

/** The keep of a drop, without what rounding adds: 1 − 0.9 is 0.1. */
export const keepOf = (drop: number): number => Number((1 - drop).toPrecision(12));

/** The depth scales of a plain stack. */
export const scalesQuery = (state: State): Query => ({ path: 'depth-scales', parameters: stackOf(state) });

/** The values of the two axes of the plane. */
export function planeRanges({ w_low, w_high, y, sigma_b2, drop }: State): {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
} {
  const least = y === 'drop' ? 0.5 : 0.2;
  const own = Number(y === 'drop' ? drop : sigma_b2);
  // (so that a point that is dragged does not move its axis, it grows by halves)
  const high =
    own <= least
      ? least
      : Math.min(y === 'drop' ? 0.95 : 20, least * 1.5 ** Math.ceil(Math.log(own / least) / Math.log(1.5)));
  return { x: [w_low, w_high], y: [0, high] };
}

/**
 * The plane about a plain stack. The API has keep as an axis, and no drop.
 *
 * @param state of the page
 * @param count values along each axis
 */
export function planeQuery(state: State, count: number): Query {
  const { x, y } = planeRanges(state);
  const { sigma_b2, drop: _, sigma_w2: __, ...rest } = stackOf(state);
  const fitted = state.measure.startsWith('fitted');
  const axis: Parameters =
    state.y === 'drop'
      ? { keep: `1..${keepOf(y[1])}/${count}`, ...given({ sigma_b2 }) }
      : { sigma_b2: `${y[0]}..${y[1]}/${count}`, ...noiseOf(state) };
  return {
    path: 'phase-diagram',
    parameters: {
      ...rest,
      measure: state.measure,
      sigma_w2: `${x[0]}..${x[1]}/${count}`,
      ...axis,
      ...(fitted && { ...given({ width: state.width }), ...trainingOf(state) }),
    },
  };
}

/** A plain stack layer by layer: two inputs, and the gradient of one. */
export const trajectoryQuery = (state: State): Query => ({
  path: 'trajectory',
  parameters: { ...stackOf(state), ...given({ depth: state.depth }), q0: '1', c0: '0.5' },
});

/** Advice on a plain stack, or on a network of blocks. */
export const adviceQuery = (state: State): Query => ({
  path: 'advice',
  parameters: isPlain(state)
    ? {
        ...given({ activation: state.activation }),
        ...noiseOf(state),
        ...given({ depth: state.depth, fan_in: state.width, framework: state.framework }),
        ...trainingOf(state),
      }
    : { ...blockParameters(state), framework: state.framework },
});

/** The parameters that say which network of blocks. */
function blockParameters(state: State): Parameters {
  const { kind, activation, tokens, width, depth } = state;
  const own = isPreset(kind) ? { preset: kind } : (KINDS[kind].query ?? {});
  const attends = 'block' in own && own.block === 'transformer';
  return {
    ...own,
    ...given({ activation }),
    ...noiseOf(state),
    ...weightsOf(state),
    ...given({ width, blocks: depth, tokens: attends && tokens === '' ? USUAL_TOKENS : tokens }),
  };
}

/** Tokens of a sequence where the reader says nothing. */
export const USUAL_TOKENS = 512;

/** How deep a network of blocks can be. */
export const blocksQuery = (state: State): Query => ({ path: 'blocks', parameters: blockParameters(state) });

/** A network of blocks, block by block. */
export const blockTrajectoryQuery = (state: State): Query => ({
  path: 'blocks/trajectory',
  parameters: { ...blockParameters(state), field: 'block_number,margin,c_masks,c_inputs' },
});

/**
 * The parameters of a query as its contract reads them: numbers as numbers, and what the contract takes for what is left out.
 * A test holds them to the contracts.
 *
 * @param query whose values are single ones
 * @example readPoint({ path: 'depth-scales', parameters: { activation: 'relu', drop: '0.1' } }).drop // 0.1
 */
export function readPoint<Point extends object>({ path, parameters }: Query): Point {
  const values = Object.entries(parameters).map(([name, text]) => [
    name,
    WORDS.has(name) ? text : Number(text),
  ]);
  return { ...USUAL[path], ...Object.fromEntries(values) } as Point;
}

/** The parameters that are no numbers. */
const WORDS = new Set([
  ...['activation', 'technique', 'init', 'optimiser', 'data', 'framework', 'preset', 'block'],
  ...['norm', 'norm_at', 'measure', 'field'],
]);

const NOISE = { technique: 'bernoulli', mask: 'independent' };
const STACK = { ...NOISE, schedule: 'constant', carry: 0, branch: 1, q0: 1 };

/** What the contracts take for what a query leaves out. */
const USUAL: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'trainable-depth': { ...STACK, c_diff: 0.27 },
  'depth-scales': { ...NOISE, q0: 1 },
  trajectory: { ...STACK, mode: 'train' },
  advice: { ...NOISE, loss: 'token' },
  blocks: { ...NOISE, loss: 'token' },
  'blocks/trajectory': { ...NOISE, loss: 'token', seed: 1 },
};

/** The number of a preset, or the state's own where the reader gives one. */
export function numberOf(state: State, name: 'drop' | 'width' | 'depth' | 'tokens'): number | undefined {
  const own = state[name];
  if (own !== '') return own;
  if (!isPreset(state.kind)) return name === 'tokens' ? USUAL_TOKENS : undefined;
  const { parameters } = ARCHITECTURES[state.kind] as {
    parameters: Readonly<Record<string, unknown>>;
  };
  const rates = Object.entries(parameters).flatMap(([key, value]) =>
    key.startsWith('drop') && typeof value === 'number' ? [value] : [],
  );
  if (name === 'drop') return Math.max(0, ...rates);
  const found = parameters[name === 'depth' ? 'blocks' : name];
  return typeof found === 'number' ? found : undefined;
}

/** A query of blocks, typed. */
export type BlockPoint = BlockQuery & { readonly loss: 'token' | 'pooled' };
