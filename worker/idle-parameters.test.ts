import { describe, expect, it } from 'vitest';
import { FORMATS } from '../schemas/endpoint.ts';
import { call } from './testing/api.ts';

const GRID = 'grids/mnist-tanh-keep-095';

/** Addresses whose answers have formats in which some parameters would change nothing, and such parameters with an unusual value. */
const ADDRESSES: readonly (readonly [
  path: string,
  query: string,
  parameters: Readonly<Record<string, string>>,
])[] = [
  [GRID, '', { measure: 'test_accuracy', field: 'loss', layout: 'wide', meta: 'none', digits: '1' }],
  [
    `${GRID}/frontier`,
    '',
    { measure: 'test_accuracy', threshold: '0.9', field: 'xi_1', layout: 'wide', meta: 'none', digits: '1' },
  ],
  ['grids', '', { data: 'cifar10', limit: '1', field: 'title', layout: 'wide', meta: 'none' }],
  [
    'phase-diagram',
    'activation=relu&measure=xi_2&sigma_w2=1..3/4&keep=0.5..0.9/3',
    { field: 'keep', layout: 'wide', meta: 'none', digits: '1', sigma_b2: '0.1' },
  ],
  [
    'depth-scales',
    'activation=relu&sigma_w2=1..1.5/4&keep=0.9',
    { field: 'xi_1', layout: 'wide', meta: 'none', digits: '1', sigma_b2: '0.1' },
  ],
];

const bytes = async (path: string) => {
  const response = await call(`/v1/${path}`);
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()).join() };
};

describe.each(ADDRESSES)('/v1/%s', (path, query, parameters) => {
  it.each(FORMATS)('as %s refuses every parameter that would change nothing', async (format) => {
    const usual = await bytes(`${path}.${format}?${query}`);
    if (usual.status !== 200) return expect(usual.status).toBeLessThan(500);
    for (const [name, value] of Object.entries(parameters)) {
      const asked = `${path}.${format}?${query}&${name}=${value}`.replace('?&', '?');
      const { status, body } = await bytes(asked);
      expect([asked, status === 400 || (status === 200 && body !== usual.body)]).toEqual([asked, true]);
    }
  });
});

it('draws the measure that is asked for, and refuses a field in its place', async () => {
  const refused = await call(`/v1/${GRID}.svg?field=test_accuracy`);
  const { errors } = (await refused.json()) as { errors: { pointer: string; detail: string }[] };
  expect([refused.status, errors]).toEqual([
    400,
    [{ pointer: '#/field', detail: expect.stringContaining('say which as measure') }],
  ]);
  expect((await call(`/v1/${GRID}.svg?measure=test_accuracy`)).status).toBe(200);
  for (const query of [
    'csv?measure=test_accuracy',
    'json?measure=test_accuracy',
    'txt?field=loss&measure=test_accuracy',
  ])
    expect([query, (await call(`/v1/${GRID}.${query}`)).status]).toEqual([query, 400]);
  expect((await call(`/v1/${GRID}.csv?layout=wide&measure=test_accuracy`)).status).toBe(200);
});
