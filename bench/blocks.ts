/**
 * How long answers about networks of blocks take, against the maps as one writes them down (product rules at every block, softmax weights by
 * their definition) in the same run, alternating; writes the table of docs/performance.md.
 *
 *   npm run bench:blocks
 */
import { Bench } from 'tinybench';
import { writeTable } from '../scripts/tables.ts';
import {
  ACTIVATIONS,
  type ActivationName,
  blockDepth,
  blockLimits,
  blockTrajectory,
  type Network,
  readActivation,
  readNoise,
  type SubLayer,
} from '../theory/index.ts';
import { median } from './median.ts';
import { type PublishedBlock, publishedMargin } from './published.ts';

const KEEP = 0.9;
const noise = readNoise({ technique: 'bernoulli', keep: KEEP });

/** Blocks behind a norm of the sum, with dropout behind each branch. */
function networkOf(
  name: ActivationName,
  { s1, s2, tokens, scores = 0, values = 0 }: PublishedBlock,
  depth: number,
): Network {
  const layer = (ops: SubLayer['ops'], at: 'pre' | 'post' = 'post'): SubLayer => ({
    ...{ a2: 1, b2: 1, norm: { at, kind: 'layer' }, ops: [...ops, noise] },
  });
  const [query, value] = [Math.sqrt(scores), Math.sqrt(values)];
  const weights = {
    sigma_w2_query: query,
    sigma_w2_key: query,
    sigma_w2_value: value,
    sigma_w2_output: value,
  };
  const feedForward = layer([
    { op: 'linear', sigma_w2: s1, sigma_b2: 0 },
    readActivation({ activation: name }),
    { op: 'linear', sigma_w2: s2, sigma_b2: 0 },
  ]);
  return {
    stem: { q0: 1, c0: tokens === undefined ? 0.28 : 0, ops: [] },
    blocks: tokens === undefined ? [feedForward] : [layer([{ op: 'attention', ...weights }]), feedForward],
    mask: 'independent',
    depth,
    ...(tokens !== undefined && { tokens }),
  };
}

/** The same before the branch, for a walk to the end of the search. */
const before = (network: Network): Network => ({
  ...network,
  blocks: (network.blocks as readonly SubLayer[]).map((one) => ({
    ...one,
    norm: { at: 'pre', kind: 'layer' },
  })),
});

const CASES = (['relu', 'gelu', 'tanh'] as const).flatMap((name) => {
  const shared = { activation: ACTIVATIONS[name], keep: KEEP };
  return [
    { what: `feed-forward, ${name}`, name, blocks: 20, block: { ...shared, s1: 2, s2: 1 } },
    {
      what: `transformer, 512 tokens, ${name}`,
      name,
      blocks: 12,
      block: { ...shared, s1: 0.3072, s2: 1.2288, tokens: 512, scores: 0.0944, values: 0.0944 },
    },
  ];
});

const lines = [
  '| network | a row (limits, depth), µs | trajectory and gradients, µs | search to 2000 blocks, norm before the branch, µs | the maps as written, µs | ratio to the trajectory |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
];
for (const { what, name, blocks, block } of CASES) {
  const network = networkOf(name, block, blocks);
  const open = before(network);
  const times: number[][] = [[], [], [], []];
  for (let round = 0; round < 5; round++) {
    const bench = new Bench({ time: 200, warmupTime: 100 });
    bench.add('row', () => {
      blockLimits(network);
      blockDepth(network);
    });
    bench.add('trajectory', () => {
      blockTrajectory(network);
    });
    bench.add('search', () => {
      blockDepth(open);
    });
    bench.add('maps', () => {
      publishedMargin(block, blocks);
    });
    await bench.run();
    bench.tasks.forEach(({ result }, i) => {
      if (result.state !== 'completed') throw new Error(`${what}: the benchmark did not complete`);
      times[i]?.push(result.latency.p50 * 1000);
    });
  }
  const [row, path, search, maps] = times.map(median) as [number, number, number, number];
  lines.push(
    `| ${what} | ${row.toFixed(0)} | ${path.toFixed(0)} | ${search.toFixed(0)} | ${maps.toFixed(0)} | ${(maps / path).toFixed(0)} |`,
  );
  console.log(lines.at(-1));
}
writeTable('blocks', lines);
