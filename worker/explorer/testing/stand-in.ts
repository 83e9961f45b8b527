import type { Page, Route } from 'playwright-core';
import type { Grid } from '../../../schemas/grid.ts';
import {
  type ActivationName,
  activationAt,
  advise,
  layersOf,
  noiseOf,
  type PlaneMeasure,
  plane,
  type TechniqueName,
  trajectory,
} from '../../../theory/index.ts';
import { encodeNpy } from '../../formats/npy.ts';
import { measured } from '../measured.ts';

/** The values of `1..4/60`. */
function range(text: string): number[] {
  const [, start, stop, count] = /^(.+)\.\.(.+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (count === undefined) return [Number(text)];
  return Array.from(
    { length: count },
    (_, i) => (start as number) + (((stop as number) - (start as number)) * i) / (count - 1),
  );
}

type Answer = { contentType: string; body: string | Buffer };
const json = (rows: readonly unknown[]): Answer => ({
  contentType: 'application/json',
  body: JSON.stringify({ meta: {}, rows }),
});

function phaseDiagram(query: URLSearchParams): Answer {
  const ranged = [...query].filter(([, value]) => value.includes('..'));
  const [x, y] = ranged.map(([name, value]) => ({ name: name as 'sigma_w2' | 'keep', values: range(value) }));
  if (!x || !y) throw new Error('two ranges are needed');
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const base = {
    activation: query.get('activation') as ActivationName,
    technique: query.get('technique') as TechniqueName,
    mask: 'independent' as const,
    q0: 1,
    ...(query.get('technique') !== 'none' && { keep: number('keep') }),
    ...(query.has('sigma_b2') && { sigma_b2: number('sigma_b2') as number }),
  };
  const values = plane(base as Parameters<typeof plane>[0], x, y, query.get('measure') as PlaneMeasure);
  return {
    contentType: 'application/octet-stream',
    body: Buffer.from(encodeNpy(values, [y.values.length, x.values.length])),
  };
}

function layers(query: URLSearchParams): Answer {
  const number = (name: string) => Number(query.get(name));
  const noise = noiseOf(
    query.get('technique') as TechniqueName,
    query.has('keep') ? { keep: number('keep') } : {},
  );
  const stack = layersOf({
    depth: number('depth'),
    sigma_w2: number('sigma_w2'),
    sigma_b2: number('sigma_b2'),
    noise,
  });
  const start = { q0: number('q0'), c0: number('c0') };
  return json(trajectory(activationAt(query.get('activation') as ActivationName, {}), stack, start).rows);
}

/** The depths between which a grid's accuracy passes one half. */
async function frontier(route: Route): Promise<Answer> {
  const response = await route.fetch({ url: route.request().url().replace('/frontier', '') });
  const { x, y, field } = measured((await response.json()) as Grid);
  const rows = x.values.map((value, column) => {
    const high = y.values.findIndex((_, row) => (field.values[row * field.columns + column] as number) < 0.5);
    const ends = [y.values[high - 1] ?? null, y.values[high] ?? null];
    const middle =
      ends[0] === null || ends[1] === null ? null : ((ends[0] as number) + (ends[1] as number)) / 2;
    return { [x.name]: value, measured_depth: middle, measured_low: ends[0], measured_high: ends[1] };
  });
  return json(rows);
}

function advice(query: URLSearchParams): Answer {
  const name = query.get('technique') as TechniqueName;
  const { recommended, limits, verdict, changes } = advise({
    activation: activationAt(query.get('activation') as ActivationName, {}),
    noise: ({ keep }) => noiseOf(name, name === 'none' ? {} : { keep }),
    keep: Number(query.get('keep') ?? 1),
    depth: Number(query.get('depth')),
    fan_in: Number(query.get('fan_in')),
  });
  const std = recommended?.std ?? 0;
  return json([
    {
      trainable: verdict === 'trainable',
      limit: limits?.low.depth ?? null,
      reason: limits?.low.limited_by ?? null,
      sigma_w2: recommended?.sigma_w2 ?? null,
      sigma_b2: recommended?.sigma_b2 ?? null,
      std,
      changes,
      snippet: `torch.nn.init.normal_(layer.weight, std=${std.toPrecision(4)})`,
    },
  ]);
}

/**
 * Answers what the API in this checkout does not answer yet (404), from the same theory.
 *
 * @param page whose requests may be answered
 */
export async function standIn(page: Page): Promise<void> {
  await page.route(/\/v1\/(phase-diagram|trajectory|advice|grids\/.*frontier)/, async (route) => {
    const real = await route.fetch();
    if (real.status() !== 404) return route.fulfill({ response: real });
    const url = new URL(route.request().url());
    if (url.pathname.endsWith('/frontier')) return route.fulfill(await frontier(route));
    const answer = /phase/.test(url.pathname) ? phaseDiagram : /traj/.test(url.pathname) ? layers : advice;
    await route.fulfill(answer(url.searchParams));
  });
}
