import { describe, expect, test } from 'vitest';
import { ARCHITECTURE_NAMES, ARCHITECTURES } from '../catalogue/architectures.ts';
import {
  blockDepth,
  blockTrajectory,
  checkBlocks,
  type Network,
  type Op,
  ParameterError,
  repeatedBlock,
} from '../theory/index.ts';
import { type BlockQuery, networkFromBlockQuery, readParameters } from './from-block-query.ts';

const opsOf = (network: Network): Op[] => (repeatedBlock(network) ?? []).flatMap(({ ops }) => [...ops]);
const keepsOf = (network: Network) => opsOf(network).flatMap((op) => (op.op === 'noise' ? [op.keep] : []));

const FFN: BlockQuery = { block: 'ffn', activation: 'relu', sigma_w2: 2, blocks: 4 };
const TRANSFORMER: BlockQuery = {
  block: 'transformer',
  activation: 'gelu',
  sigma_w2: 1,
  tokens: 16,
  blocks: 4,
};

describe('a preset', () => {
  test.each(ARCHITECTURE_NAMES)('%s is a network that the theory covers, with a margin', (preset) => {
    const network = networkFromBlockQuery({ preset });
    expect(() => checkBlocks(network)).not.toThrow();
    const { margin } = blockDepth(network, { most: 1 });
    expect(margin).toBeGreaterThan(0);
    expect(margin).toBeLessThanOrEqual(1);
  });

  test('has the noise that drop says, at its own sites and no others', () => {
    const network = networkFromBlockQuery({ preset: 'bert_base', drop: 0.2 });
    expect(keepsOf(network)).toEqual([0.8, 0.8]);
    expect(network.stem.ops.at(-1)).toMatchObject({ op: 'noise', keep: 0.8 });
    const all = networkFromBlockQuery({ preset: 'bert_base', drop: 0.2, drop_hidden: 0.3, keep_output: 0.6 });
    expect(keepsOf(all)).toEqual([0.8, 0.7, 0.6]);
  });

  test('says what it and the query say together', () => {
    expect(readParameters({ preset: 'bert_base', drop: 0.2, blocks: 48 })).toMatchObject({
      ...{ blocks: 48, drop_output: 0.2, drop_attention: 0.2, norm_at: 'post' },
    });
    expect(readParameters({ preset: 'bert_base', drop: 0.2 }).drop_hidden).toBeUndefined();
  });

  test('has its weights scaled with the blocks of the query', () => {
    const last = (blocks: number) => {
      const op = opsOf(networkFromBlockQuery({ preset: 'gpt2_small', blocks })).findLast(
        (one) => one.op === 'linear',
      );
      return op?.op === 'linear' ? op.sigma_w2 : Number.NaN;
    };
    expect(last(12)).toBeCloseTo((0.02 ** 2 * 3072) / 24, 14);
    expect(last(48)).toBeCloseTo((0.02 ** 2 * 3072) / 96, 14);
    const deep = repeatedBlock(networkFromBlockQuery({ preset: 'deepnorm', blocks: 24 }));
    expect(deep?.[0]?.a2).toBeCloseTo(Math.sqrt(48), 12);
  });

  test('has no norm in its very first branch where it says so', () => {
    const { blocks, depth } = networkFromBlockQuery({ preset: 'ft_transformer' });
    const at = (block: number) => (typeof blocks === 'function' ? blocks(block, depth as number) : blocks);
    expect(at(1).map(({ norm }) => norm?.at)).toEqual([undefined, 'pre']);
    expect(at(2).map(({ norm }) => norm?.at)).toEqual(['pre', 'pre']);
  });
});

describe('weights', () => {
  const variances = (query: BlockQuery) =>
    opsOf(networkFromBlockQuery(query)).flatMap((op) =>
      op.op === 'linear' ? [op.sigma_w2, op.sigma_b2] : [],
    );

  test('come from a standard deviation and the sizes, from an initialiser, or from each matrix alone', () => {
    const sizes = { block: 'ffn', activation: 'relu', width: 100, hidden_width: 300 } as const;
    expect(variances({ ...sizes, std: 0.1 })).toEqual([1, 0, 3, 0].map((x) => expect.closeTo(x, 12)));
    expect(variances({ ...sizes, init: 'torch_default' })).toEqual(
      [1 / 3, 1 / 300, 1 / 3, 1 / 900].map((x) => expect.closeTo(x, 12)),
    );
    expect(variances({ ...sizes, init: 'xavier_uniform' })).toEqual(
      [0.5, 0, 1.5, 0].map((x) => expect.closeTo(x, 12)),
    );
    expect(variances({ ...sizes, sigma_w2: 2, sigma_w2_output: 1, sigma_b2: 0.1 })).toEqual([2, 0.1, 1, 0.1]);
  });

  test('of attention are those of its own matrices', () => {
    const network = networkFromBlockQuery({ ...TRANSFORMER, sigma_w2_value: 3, sigma_w2_projection: 4 });
    expect(opsOf(network)[0]).toMatchObject({ sigma_w2_query: 1, sigma_w2_value: 3, sigma_w2_output: 4 });
  });
});

test('stochastic depth grows linearly from 0 to its rate, and stands behind the norm of a sandwich', () => {
  const { blocks } = networkFromBlockQuery({ ...FFN, drop_path: 0.3, blocks: 4 });
  const keeps = [1, 2, 3, 4].map((block) => {
    const op = typeof blocks === 'function' ? blocks(block, 4)[0]?.ops.at(-1) : undefined;
    return op?.op === 'path' ? op.keep : 1;
  });
  expect(keeps).toEqual([1, 0.9, 0.8, 0.7].map((x) => expect.closeTo(x, 12)));
  const sandwich = networkFromBlockQuery({ ...FFN, drop_path: 0.3, norm_at: 'sandwich' });
  expect(() => blockTrajectory(sandwich)).not.toThrow();
});

test('any technique stands at the sites of feed-forward blocks', () => {
  for (const technique of ['gaussian', 'uniform', 'concrete', 'vsd', 'alpha'] as const)
    expect(blockDepth(networkFromBlockQuery({ ...FFN, technique, drop: 0.1 })).margin).toBeLessThan(0.72);
  for (const technique of ['beta', 'advanced'] as const)
    expect(blockDepth(networkFromBlockQuery({ ...FFN, technique })).margin).toBeLessThan(0.72);
  expect(keepsOf(networkFromBlockQuery({ ...FFN, technique: 'none' }))).toEqual([]);
});

test.each<[string, BlockQuery, string]>([
  ['weights that nothing says', { block: 'ffn', activation: 'relu' }, 'sigma_w2'],
  ['no activation', { block: 'ffn', sigma_w2: 1 }, 'activation'],
  ['a standard deviation without a width', { block: 'ffn', activation: 'relu', std: 0.02 }, 'width'],
  ['weights twice', { ...FFN, std: 0.02 }, 'std'],
  ['a preset with a kind of block', { preset: 'bert_base', block: 'ffn' }, 'block'],
  ['noise at a site of attention where there is none', { ...FFN, drop_attention: 0.1 }, 'drop_attention'],
  ['keep at a site of attention where there is none', { ...FFN, keep_projection: 0.9 }, 'keep_projection'],
  ['tokens without attention', { ...FFN, tokens: 4 }, 'tokens'],
  ['heads that do not divide the width', { preset: 'bert_base', heads: 7 }, 'heads'],
  ['attention without tokens', { ...TRANSFORMER, tokens: undefined }, 'tokens'],
  ['keep and drop', { ...FFN, keep: 0.9, drop: 0.1 }, 'drop'],
  ['keep and drop of a site', { ...FFN, keep_hidden: 0.9, drop_hidden: 0.1 }, 'drop_hidden'],
  ['noise of technique none', { ...FFN, technique: 'none', drop_hidden: 0.1 }, 'drop_hidden'],
  [
    'a scaling without a number of blocks',
    { ...FFN, blocks: undefined, depth_scaling: 'branches' },
    'blocks',
  ],
  ['paths without a number of blocks', { ...FFN, blocks: undefined, drop_path: 0.1 }, 'blocks'],
])('%s is refused', (_, query, parameter) => {
  try {
    networkFromBlockQuery(query);
  } catch (error) {
    expect(error).toBeInstanceOf(ParameterError);
    expect((error as ParameterError).parameter).toBe(parameter);
    return;
  }
  expect.unreachable();
});

test('every preset says its sites by its own rates', () => {
  for (const preset of ARCHITECTURE_NAMES) {
    const { parameters } = ARCHITECTURES[preset];
    const { drop_output, drop_hidden } = readParameters({ preset });
    expect(drop_output).toBe(parameters.drop_output);
    expect(drop_hidden).toBe(parameters.drop_hidden);
  }
});
