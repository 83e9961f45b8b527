import { expect, it } from 'vitest';
import { TECHNIQUE_ENTRIES, TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { metaOf } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { computeNoise } from '../theory/index.ts';
import { call } from './testing/api.ts';

/** What each endpoint that takes a technique needs besides. */
const NEEDED: Readonly<Record<string, string>> = {
  'depth-scales': 'activation=relu&sigma_w2=2',
  trajectory: 'activation=relu&sigma_w2=2&depth=3',
  critical: 'activation=relu',
  'phase-diagram': 'activation=relu&measure=xi_2&sigma_w2=1,2&sigma_b2=0.1,0.2',
  'trainable-depth': 'activation=relu&sigma_w2=1.8&field=fitted_depth',
  advice: 'activation=relu&depth=5',
  diagnose: 'activation=relu&std=0.1',
  blocks: 'block=ffn&activation=relu&sigma_w2=2',
  'blocks/trajectory': 'block=ffn&activation=relu&sigma_w2=2&blocks=2',
};

/** The endpoints that take a technique; /v1/schedule needs a budget whatever the technique. */
const noisy = CONTRACTS.filter(({ name, query }) => 'technique' in query.shape && name !== 'schedule');

const ask = async (name: string, query: string) => {
  const response = await call(`/v1/${name}?${query}`);
  return {
    status: response.status,
    body: (await response.json()) as {
      errors?: { pointer: string; detail: string }[];
      meta?: { notes: string[] };
    },
  };
};

it('has a query of every endpoint with a technique', () => {
  expect(noisy.map(({ name }) => name).sort()).toEqual(Object.keys(NEEDED).sort());
});

it.each(
  noisy.map(({ name }) => name),
)('%s refuses noise of no strength, and says what to give', async (name) => {
  const taken = CONTRACTS.find((contract) => contract.name === name)?.query.shape.technique;
  const { names = [] } = taken ? metaOf(taken) : {};
  for (const technique of TECHNIQUE_NAMES) {
    if (!names.includes(technique)) continue;
    // (neither critical points of IC layers nor weights that are dropped before an activation)
    if (technique === 'ic' && name === 'critical') continue;
    const { status, body } = await ask(name, `${NEEDED[name]}&technique=${technique}`);
    const { keep, without } = TECHNIQUE_ENTRIES[technique];
    const refused = keep !== 'refused' && without === undefined;
    expect([technique, status]).toEqual([technique, refused ? 400 : 200]);
    if (!refused) continue;
    expect(body.errors).toEqual([
      { pointer: '#/keep', detail: expect.stringMatching(/technique=\w+ needs .*: give keep \(or drop\)/) },
    ]);
    const number = { gaussian: 'noise_variance', uniform: 'noise_low', vsd: 'noise_mean_alpha' }[
      technique as 'vsd'
    ];
    const takes = CONTRACTS.find((contract) => contract.name === name)?.query.shape ?? {};
    if (number)
      expect([technique, body.errors?.[0]?.detail.includes(number)]).toEqual([technique, number in takes]);
  }
});

it('refuses what would have been no noise, and nothing else', () => {
  for (const technique of TECHNIQUE_NAMES) {
    const { keep, without } = TECHNIQUE_ENTRIES[technique];
    const silent = computeNoise(technique, {}).variance === 0;
    expect([technique, silent]).toEqual([technique, keep !== 'refused' || technique === 'none']);
    expect([technique, without !== undefined]).toEqual([technique, ['bernoulli', 'ic'].includes(technique)]);
  }
});

it('takes a number of the technique, or a keep of each layer, for its strength', async () => {
  for (const query of [
    'technique=gaussian&noise_variance=0.1',
    'technique=uniform&noise_low=0.5',
    'technique=uniform&noise_high=1.5',
    'technique=vsd&noise_mean_alpha=0.1',
    'technique=gaussian&noise_variance=0',
    'technique=concrete&drop=0',
    'technique=tabu&keep_per_layer=0.9,0.9,0.9',
  ])
    expect([query, (await ask('trajectory', `${NEEDED.trajectory}&${query}`)).status]).toEqual([query, 200]);
  for (const query of ['technique=concrete&noise_temperature=0.2', 'technique=tabu&noise_tenure=2'])
    expect([query, (await ask('depth-scales', `${NEEDED['depth-scales']}&${query}`)).status]).toEqual([
      query,
      400,
    ]);
});

it('refuses one query of a batch, not the others', async () => {
  const query = { activation: 'relu', sigma_w2: 2 };
  const queries = [
    { endpoint: 'depth-scales', query: { ...query, technique: 'gaussian' } },
    { endpoint: 'depth-scales', query: { ...query, technique: ['bernoulli', 'vsd'] } },
    { endpoint: 'depth-scales', query },
  ];
  const response = await call('/v1/batch', { method: 'POST', body: JSON.stringify({ queries }) });
  const { rows } = (await response.json()) as { rows: { status: number }[] };
  expect(rows.map(({ status }) => status)).toEqual([400, 400, 200]);
});

it('notes that there is no dropout, where an answer is about its depth or normalises', async () => {
  const notes = async (name: string, query: string) =>
    (await ask(name, `${NEEDED[name]}&${query}`)).body.meta?.notes.join(' ');
  for (const name of ['trainable-depth', 'advice']) {
    expect(await notes(name, '')).toContain('this is a network without dropout');
    expect(await notes(name, 'keep=0.9')).not.toContain('without dropout');
    expect(await notes(name, 'technique=none')).not.toContain('without dropout');
  }
  expect(await notes('depth-scales', 'technique=ic')).toContain('ic: no keep or drop was given');
  expect(await notes('depth-scales', 'technique=ic&keep=0.9')).not.toContain('no keep or drop');
  expect(await notes('depth-scales', '')).not.toContain('without dropout');
});
