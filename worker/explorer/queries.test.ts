import { expect, it } from 'vitest';
import { blocksContract } from '../../schemas/endpoints/blocks.ts';
import { copyText } from './copy-as.ts';
import {
  addressOf,
  adviceQuery,
  blocksQuery,
  blockTrajectoryQuery,
  cutQuery,
  fittedQuery,
  planeQuery,
  pointQuery,
  trajectoryQuery,
} from './queries.ts';
import { BLOCK_CHOICES, DEFAULTS, type State } from './state.ts';

const state: State = { ...DEFAULTS, sigma_w2: 2.2, w_low: 1, w_high: 4 };

it('asks for a plane with sigma_w2 to the right, and readable ranges', () => {
  expect(addressOf(planeQuery(state, 60), '.npy')).toBe(
    '/v1/phase-diagram.npy?activation=tanh&measure=xi_2&sigma_w2=1..4/60&sigma_b2=0..0.5/60&technique=bernoulli&keep=0.95',
  );
  expect(addressOf(planeQuery({ ...state, y: 'keep' }, 20), '.csv')).toBe(
    '/v1/phase-diagram.csv?activation=tanh&measure=xi_2&sigma_w2=1..4/20&keep=0.5..1/20&sigma_b2=0.05&technique=bernoulli',
  );
});

it('asks about the network at the pointer', () => {
  const network = 'activation=tanh&sigma_b2=0.05&technique=bernoulli&keep=0.95';
  expect(addressOf(cutQuery(state, 61))).toBe(`/v1/depth-scales?${network}&sigma_w2=1..4/61`);
  expect(addressOf(pointQuery(state))).toBe(`/v1/depth-scales?${network}&sigma_w2=2.2`);
  expect(addressOf(fittedQuery(state))).toBe(
    `/v1/trainable-depth?${network}&sigma_w2=2.2&field=fitted_depth,fitted_low,fitted_high,fitted_extrapolates,reason`,
  );
  expect(addressOf(trajectoryQuery(state))).toBe(
    `/v1/trajectory?${network}&sigma_w2=2.2&depth=50&q0=1&c0=0.5`,
  );
  expect(addressOf(adviceQuery(state))).toBe(
    '/v1/advice?activation=tanh&technique=bernoulli&keep=0.95&depth=50&fan_in=256&framework=pytorch',
  );
});

it('names no keep where there is no noise', () => {
  const none: State = { ...state, technique: 'none' };
  for (const query of [planeQuery(none, 9), cutQuery(none, 9), adviceQuery(none)])
    expect(addressOf(query)).not.toContain('keep');
});

it('asks about blocks with the preset and what the reader puts in place of it', () => {
  expect(addressOf(blocksQuery(state))).toBe('/v1/blocks?preset=bert_base');
  expect(addressOf(blocksQuery({ ...state, drop: 0, norm_at: 'pre', blocks: 48 }), '.csv')).toBe(
    '/v1/blocks.csv?preset=bert_base&drop=0&blocks=48&norm_at=pre',
  );
  expect(addressOf(blocksQuery({ ...state, block_activation: 'relu', sigma_w2_attention: 2 }))).toBe(
    '/v1/blocks?preset=bert_base&activation=relu&sigma_w2_query=2&sigma_w2_key=2&sigma_w2_value=2&sigma_w2_projection=2',
  );
  expect(addressOf(blockTrajectoryQuery(state))).toBe(
    '/v1/blocks/trajectory?preset=bert_base&field=block_number,margin,c_masks,c_inputs',
  );
});

it('says whole blocks where there is no preset, tokens with attention alone', () => {
  const own: State = { ...state, preset: 'none', sigma_w2_output: 0.5, tokens: 64 };
  expect(addressOf(blocksQuery(own))).toBe(
    '/v1/blocks?block=ffn&drop=0.1&blocks=12&norm_at=pre&activation=relu&sigma_w2_hidden=2&sigma_w2_output=0.5',
  );
  expect(addressOf(blocksQuery({ ...own, block: 'transformer' }))).toContain('&tokens=64&');
});

it('asks about blocks in parameters that the API has', () => {
  const full: State = {
    ...state,
    drop: 0.1,
    blocks: 24,
    norm_at: 'sandwich',
    tokens: 64,
    block_activation: 'silu',
    norm: 'rms',
    sigma_w2_attention: 1,
    sigma_w2_hidden: 2,
    sigma_w2_output: 1,
  };
  for (const one of [
    state,
    full,
    ...BLOCK_CHOICES.block.map((block) => ({ ...full, preset: 'none', block })),
  ])
    expect(() => blocksContract.query.parse(blocksQuery(one).parameters)).not.toThrow();
});

it('asks the same in a shell, in pandas and in a spreadsheet', () => {
  const [json, csv] = ['https://x/v1/grids?a=1', 'https://x/v1/grids.csv?a=1'];
  expect(copyText('curl', json, csv)).toBe("curl -s 'https://x/v1/grids?a=1'");
  expect(copyText('pandas', json, csv)).toBe(
    'import pandas\ntable = pandas.read_csv("https://x/v1/grids.csv?a=1")',
  );
  expect(copyText('Sheets', json, csv)).toBe('=IMPORTDATA("https://x/v1/grids.csv?a=1";",";"en_US")');
});
