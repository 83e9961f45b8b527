import { describe, expect, it } from 'vitest';
import { hasText, readPng } from '../figures/testing/png.ts';
import { findAll, labels, type Node, parseXml } from '../figures/testing/xml.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';
import { call } from './testing/api.ts';

const GRIDS = ['mnist-tanh-keep-095', 'cifar10-tanh-keep-095', 'mnist-tanh-schedule-step-early'];

/** Every example of an endpoint that has pictures, and what its title has to name. */
const PICTURES = [
  ...CONTRACTS.filter(({ formats }) => formats.includes('svg')).flatMap(({ name, examples }) =>
    examples.map((query) => {
      const { activation = '', preset = '', block = '' } = query as Record<string, string>;
      return [
        `${name}.svg?${queryString(query)}`,
        [activation, preset, block].find((one) => one !== '') ?? '',
      ] as const;
    }),
  ),
  ...GRIDS.flatMap((id) => [
    [`grids/${id}.svg`, 'tanh'] as const,
    [`grids/${id}/frontier.svg`, 'tanh'] as const,
  ]),
];

async function draw(path: string): Promise<Node> {
  const response = await call(`/v1/${path}`);
  const text = await response.text();
  expect([path, response.status, text.slice(0, 200)]).toEqual([path, 200, expect.any(String)]);
  return parseXml(text);
}

const one = (root: Node, wanted: string) => findAll(root, wanted)[0] as Node;

describe('every picture', () => {
  it.each(
    PICTURES,
  )('%s has a title with its network, axes, a legend, and something in it', async (path, network) => {
    const root = await draw(path);
    // several networks are told apart in the legend
    const names = network.split(',');
    const legend = labels(one(root, '.legend'));
    const title = one(root, 'title').text;
    for (const name of names) expect([title, ...legend].join()).toContain(name);
    expect(title).toMatch(/: ./);
    const axes = one(root, '.axes');
    const [x, y] = labels(axes).slice(-2);
    expect([x, y]).toEqual([expect.stringMatching(/^\w/), expect.stringMatching(/^\w/)]);
    expect(labels(one(axes, '.x')).length).toBeGreaterThan(0);
    const [empty] = findAll(root, '.empty');
    // (where there are no numbers it says why)
    if (empty) return expect(empty.text).toMatch(/^no values: \w/);
    expect(labels(one(axes, '.y')).length).toBeGreaterThan(0);
    const heatMap = findAll(root, 'image').length > 0;
    if (heatMap) expect(labels(one(root, '.colours')).length).toBeGreaterThan(1);
    else {
      const lines = findAll(root, '.lines')[0]?.children ?? [];
      expect(lines.length).toBeGreaterThan(0);
      expect(legend.length).toBeGreaterThanOrEqual(lines.length);
      expect(new Set(legend).size).toBeGreaterThanOrEqual(lines.length);
      expect(
        findAll(one(root, '.lines'), 'circle').length + JSON.stringify(lines).split('L').length,
      ).toBeGreaterThan(1);
    }
  });

  it('names units at its axes', async () => {
    const axes = async (path: string) => labels(one(await draw(path), '.axes')).slice(-2);
    const network = 'activation=tanh&sigma_b2=0.05&keep=0.95';
    expect(await axes(`trainable-depth.svg?${network}&sigma_w2=1..2/3`)).toEqual([
      'sigma_w2',
      'fitted_depth (layers)',
    ]);
    expect(await axes(`trajectory.svg?${network}&sigma_w2=1.8&depth=5`)).toEqual(['layer (layers)', 'c']);
    expect(await axes('blocks.svg?preset=bert_base&drop=0,0.1')).toEqual(['drop', 'depth (blocks)']);
    expect(await axes('grids/mnist-tanh-keep-095/frontier.svg')).toEqual(['sigma_w2', 'layers']);
    expect(await axes('grids/mnist-tanh-keep-095.svg')).toEqual(['sigma_w2', 'depth (layers)']);
    const plane = await draw(
      `phase-diagram.svg?measure=xi_2&${network}&sigma_w2=1..2/3&sigma_b2=0.1,0.2`.replace(
        '&sigma_b2=0.05',
        '',
      ),
    );
    expect(labels(one(plane, '.colours')).at(-1)).toBe('xi_2 (layers)');
  });
});

describe('a frontier', () => {
  it('shows what was measured with its interval, and what is predicted', async () => {
    const root = await draw('grids/mnist-tanh-keep-095/frontier.svg');
    expect(labels(one(root, '.legend'))).toEqual([
      ...[
        'measured_depth',
        'measured_low to measured_high',
        'fitted',
        'calibrated',
        'six_xi_2',
        'twelve_xi_2',
      ],
    ]);
    const lines = one(root, '.lines').children;
    expect(lines).toHaveLength(5);
    const [measured, ...predicted] = lines as [Node, ...Node[]];
    expect(findAll(measured, 'circle')).toHaveLength(7);
    expect(one(measured, '.bar').attributes.d?.match(/M/g)).toHaveLength(7);
    for (const line of predicted) expect(one(line, 'path').attributes.d?.match(/L/g)).toHaveLength(6);
    expect(one(root, 'title').text).toBe(
      'Trainable depth of tanh networks (bernoulli, mnist), measured and predicted: sigma_b2 0.05, keep 0.95, width 100, learning_rate 0.03',
    );
  });
});

describe('a trajectory', () => {
  it('is one line a network, whatever the keep rates of its layers', async () => {
    const network = 'activation=relu&sigma_w2=1.8&depth=10';
    const series = async (more: string) =>
      labels(one(await draw(`trajectory.svg?${network}&${more}`), '.legend'));
    expect(await series('drop=0.1')).toEqual(['c']);
    expect(await series('drop=0.1&schedule=step_early')).toEqual(['c']);
    expect(await series('keep=0.9,0.95&field=q,c')).toEqual([
      ...['q, keep = 0.9', 'q, keep = 0.95', 'c, keep = 0.9', 'c, keep = 0.95'],
    ]);
  });
});

describe('a trainable depth', () => {
  const network = 'activation=tanh&sigma_b2=0.05';
  it('has the interval of the rule', async () => {
    const root = await draw(`trainable-depth.svg?${network}&sigma_w2=1..4/7&keep=0.95`);
    expect(one(root, '.band').attributes.d?.match(/M/g)).toHaveLength(6);
    const alone = await draw(`trainable-depth.svg?${network}&sigma_w2=1.8&keep=0.95`);
    expect(one(one(alone, '.lines'), '.bar').attributes.d?.match(/M/g)).toHaveLength(1);
    const measured = await draw(
      `trainable-depth.svg?${network}&sigma_w2=1..4/7&keep=0.95&field=fitted_depth,measured_depth`,
    );
    expect(labels(one(measured, '.legend'))).toEqual([
      ...['fitted_depth', 'fitted_low to fitted_high', 'measured_depth', 'measured_low to measured_high'],
    ]);
  });

  it('says why where there is none', async () => {
    const root = await draw('trainable-depth.svg?activation=relu&sigma_w2=1,2&keep=0.9&carry=1');
    expect(one(root, '.empty').text).toMatch(/^no values: .*depth scales are those of equal layers/);
  });
});

it.each([
  [
    'phase-diagram.png?activation=tanh&measure=xi_2&sigma_w2=1..4/5&sigma_b2=0.01..0.5/4&keep=0.95',
    'xi_2: tanh, bernoulli, keep 0.95',
    ['sigma_w2', 'xi_2 (layers)'],
    'sigma_b2',
  ],
  [
    'grids/mnist-tanh-keep-095.png',
    'train accuracy',
    ['sigma_w2', 'train_accuracy', '0.8'],
    'depth (layers)',
  ],
] as const)('a PNG has its title, axes with units and colours too: %s', async (path, title, texts, y) => {
  const response = await call(`/v1/${path}`);
  const picture = await readPng(new Uint8Array(await response.arrayBuffer()));
  for (const text of [title, ...texts]) expect([text, hasText(picture, text)]).toEqual([text, true]);
  expect(hasText(picture, y, true)).toBe(true);
});
