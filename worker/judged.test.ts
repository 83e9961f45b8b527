import { describe, expect, it } from 'vitest';
import { call } from './testing/api.ts';

type Row = Readonly<Record<string, unknown>>;

/** The rows of an answer, by the last part of its address. */
async function rows<T>(path: string): Promise<T[]> {
  const response = await call(`/v1/${path}`);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return ((await response.json()) as { rows: T[] }).rows;
}

const NETWORKS = [
  'activation=relu&drop=0.1&init=torch_default&width=512&optimiser=adam',
  'activation=tanh&keep=0.95&sigma_w2=1.76&sigma_b2=0.05&width=100',
  'activation=relu&keep=1&sigma_w2=2&width=100',
  'activation=gelu&drop=0.2&init=flax_default&width=256&optimiser=sgd&steps=2000',
];

describe.each(NETWORKS)('a depth of the network %s', (query) => {
  const depths = [1, 5, 10, 20, 40, 80, 160, 320, 640, 1000];

  it('is judged the more cautiously the deeper', async () => {
    const order = ['trainable', 'doubtful', 'not_trainable'];
    const verdicts = (await rows<Row>(`trainable-depth?${query}&depth=${depths}`)).map(({ verdict }) =>
      order.indexOf(String(verdict)),
    );
    expect(verdicts).not.toContain(-1);
    expect(verdicts).toEqual([...verdicts].sort());
    expect(verdicts[0]).toBe(0);
  });

  it('has a plane of the fitted depth that agrees with single points', async () => {
    const { sigma_w2, sigma_b2, keep } = (await rows<Row>(`trainable-depth?${query}`))[0] as Record<
      string,
      number
    >;
    const [network, training] = [/activation=\w+/, /&(width|optimiser|steps)=\w+/g].map((part) =>
      (query.match(part) ?? []).join(''),
    ) as [string, string];
    const axes = `sigma_w2=${sigma_w2},${2 * (sigma_w2 as number)}&sigma_b2=${sigma_b2},0.3&keep=${keep}`;
    for (const measure of ['fitted_depth', 'fitted_low', 'fitted_high']) {
      const plane = await rows<Row>(`phase-diagram?${network}&${axes}${training}&measure=${measure}`);
      const points = await rows<Row>(`trainable-depth?${network}&${axes}${training}`);
      const places = new Map(points.map((row) => [`${row.sigma_w2} ${row.sigma_b2}`, row[measure]]));
      expect(plane.length).toBe(4);
      for (const row of plane) expect(row[measure]).toBe(places.get(`${row.sigma_w2} ${row.sigma_b2}`));
    }
  });
});

it('the optimiser that advice is asked for is the one that it judges', async () => {
  const query = 'activation=relu&drop=0.1&depth=20&fan_in=256&optimiser=adam,sgd';
  const [adam, sgd] = await rows<Row>(`advice?${query}`);
  const at = async (optimiser: string, { sigma_w2, sigma_b2 }: Row) =>
    (
      await rows<Row>(
        `trainable-depth?activation=relu&drop=0.1&width=256&sigma_w2=${sigma_w2}&sigma_b2=${sigma_b2}&optimiser=${optimiser}`,
      )
    )[0]?.fitted_depth;
  expect(adam?.fitted_depth).toBe(await at('adam', adam as Row));
  expect(sgd?.fitted_depth).toBe(await at('sgd', sgd as Row));
  expect(adam?.fitted_depth).not.toBe(sgd?.fitted_depth);
});
