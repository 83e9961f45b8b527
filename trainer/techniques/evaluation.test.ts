import { expect, test } from 'vitest';
import { TECHNIQUE_ENTRIES, TRAINED_TECHNIQUES } from '../../catalogue/techniques.ts';
import { ACTIVATIONS, computeNoise, trajectory } from '../../theory/index.ts';
import { layersOf } from '../../theory/testing/layers.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { placeOf, scattered } from '../testing/noise.ts';
import { feedsOf, trainOneNoise } from '../testing/one-noise.ts';
import { readStrength } from './factors.ts';
import { techniques } from './index.ts';

const UNITS = 5;

/** Numbers of each technique with which its factors have a mean other than 1, where they can. */
const OPTIONS: Readonly<Record<string, Record<string, number>>> = {
  uniform: { noise_low: 0.2, noise_high: 0.6 },
  beta: { noise_a: 2, noise_b: 0.5 },
  concrete: { noise_temperature: 2 },
  advanced: { noise_mu: 1, noise_sigma: 2 },
};

/** IC layers do not multiply in evaluation: their statistics are held against the theory elsewhere. */
const multiplying = TRAINED_TECHNIQUES.filter((name) => name !== 'ic');

test.each(
  multiplying.flatMap((name) => listAvailableBackends().map((backend) => ({ name, backend }))),
)('$name on $backend.name: what multiplies with the noise off is what the theory says', async ({
  name,
  backend,
}) => {
  const keep = TECHNIQUE_ENTRIES[name].keep === 'refused' ? 1 : 0.7;
  const place = placeOf({ keep, options: OPTIONS[name] ?? {}, dialect: backend.dialect });
  const { s1, off = 1, ...moments } = computeNoise(name, readStrength(name, place));
  const layer = techniques[name].layer(place);
  const x = scattered(30);
  let y = x;
  if (layer) {
    const { trainer, labels } = await trainOneNoise(backend, layer, x, UNITS);
    ({ logits: y } = (await trainer.evaluate(feedsOf(labels, undefined))) as { logits: typeof x });
    await trainer.release();
  }
  const ratios = Array.from(y, (value, i) => value / (x[i] as number));
  for (const ratio of ratios) expect(ratio).toBeCloseTo(off, 6);
  // and so does a trajectory: q by the square, of a linear layer of variance 1
  const layers = layersOf({
    depth: 2,
    sigma_w2: 1,
    sigma_b2: 0,
    noise: { s1, off, ...moments },
    mode: 'eval',
  });
  const { rows } = trajectory(ACTIVATIONS.linear, layers, { q0: 1, c0: 0.5 });
  expect(rows[2]?.q).toBeCloseTo((ratios[0] as number) ** 4, 6);
  expect(rows[2]?.c).toBeCloseTo(0.5, 12);
});

test('there are techniques whose mean stays, and others whose mean is not 1 and does not', () => {
  const means = multiplying.map((name) => {
    const place = placeOf({
      keep: TECHNIQUE_ENTRIES[name].keep === 'refused' ? 1 : 0.7,
      options: OPTIONS[name] ?? {},
    });
    const { s1, off = 1 } = computeNoise(name, readStrength(name, place));
    return { name, moves: s1 !== 1, stays: off !== 1 };
  });
  expect(means.filter(({ stays }) => stays).map(({ name }) => name)).toEqual(['uniform', 'concrete']);
  expect(means.filter(({ moves, stays }) => moves && !stays).map(({ name }) => name)).toEqual([
    'advanced',
    'alpha',
  ]);
});
