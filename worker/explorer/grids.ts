import { Family } from '../../answers/measured/family.ts';
import type { MeasuredGrid } from '../../answers/measured/grid.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import type { FrontierAnswer } from '../../schemas/endpoints/frontier.ts';
import type { Grid, GridSummary } from '../../schemas/grid.ts';
import { describeNetwork } from '../../theory/index.ts';
import { ask, rowsOf } from './api.ts';
import { addressOf, depthQuery, readPoint, scalesQuery, trainingOf } from './question.ts';
import type { State } from './state.ts';

/** Whether this is the page of a static site, which has the shipped grids as files and no API: `scripts/explorer.ts` says it when it bundles. */
declare const STATIC_SITE: boolean;

/** Measured depths, one row a value of the axis other than depth. */
export type Frontier = readonly FrontierAnswer['rows'][number][];

/** The grid with the networks that are nearest to that of the page, how far they are, and how deep they train; null where nothing like it was measured. */
export type Nearest = {
  readonly id: string;
  readonly distance: number | null;
  readonly depth: number | null;
} | null;

/** Where measured grids come from. */
export type Grids = {
  readonly list: (signal: AbortSignal) => Promise<readonly GridSummary[]>;
  readonly grid: (id: string, signal: AbortSignal) => Promise<Grid>;
  readonly frontier: (id: string, signal: AbortSignal) => Promise<Frontier>;
  /** for plain stacks */
  readonly nearest: (state: State, signal: AbortSignal) => Promise<Nearest>;
};

const number = (value: unknown) => (typeof value === 'number' ? value : null);
const json = async <T>(address: string, signal: AbortSignal): Promise<T> =>
  (await (await ask(address, signal)).json()) as T;

const FROM_API: Grids = {
  list: async (signal) => rowsOf(await ask('/v1/grids?limit=999', signal)),
  grid: (id, signal) => json(`/v1/grids/${id}`, signal),
  frontier: async (id, signal) => rowsOf(await ask(`/v1/grids/${id}/frontier`, signal)),
  nearest: async (state, signal) => {
    const { path, parameters } = depthQuery(state);
    const { depth: _, ...asked } = parameters;
    const query = { path, parameters: { ...asked, field: 'grid,distance,measured_depth' } };
    const [row] = await rowsOf<readonly Readonly<Record<string, unknown>>[]>(
      await ask(addressOf(query), signal),
    );
    const id = /^\/v1\/grids\/([a-z0-9-]+)/.exec(String(row?.grid))?.[1];
    return id === undefined
      ? null
      : { id, distance: number(row?.distance), depth: number(row?.measured_depth) };
  },
};

/** The files that `scripts/site.ts` lays out. */
const FROM_FILES: Grids = {
  list: (signal) => json('grids/index.json', signal),
  grid: (id, signal) => json(`grids/${id}.json`, signal),
  frontier: (id, signal) => json(`grids/${id}.frontier.json`, signal),
  nearest: async (state, signal) => {
    const grids = await json<readonly MeasuredGrid[]>(`measured/${state.activation}.json`, signal);
    const network = networkFromQuery(readPoint<Parameters<typeof networkFromQuery>[0]>(scalesQuery(state)));
    const { data, optimiser, ...numbers } = trainingOf(state);
    const found = new Family(grids).nearest({
      ...describeNetwork(network),
      technique: state.technique,
      data,
      settings: {
        ...{ data, optimiser, width: Number(state.width) },
        ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, Number(text)])),
      },
    });
    return found ? { id: found.grid.id, distance: found.distance, depth: found.column.depth } : null;
  },
};

/** Where this page gets measured grids. */
export const GRIDS: Grids = STATIC_SITE ? FROM_FILES : FROM_API;

/** Whether there is an API behind this page, to take addresses of along. */
export const HAS_API = !STATIC_SITE;
