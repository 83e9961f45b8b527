import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Activate,
  type AddNoise,
  type Network,
  type Normalise,
  type Op,
  ParameterError,
  plainNetwork,
  readActivation,
  readNoise,
  type SubLayer,
  type Weigh,
} from '../../theory/index.ts';
import { layOut, listNoisePlaces, listSteps } from './layout.ts';

const activation: Activate = readActivation({ activation: 'tanh' });
const noise: AddNoise = readNoise({ technique: 'bernoulli', keep: 0.9 });
const norm: Normalise = { op: 'norm', kind: 'batch' };
const weights: Weigh = { op: 'linear', sigma_w2: 1, sigma_b2: 0 };

/** What is trained. */
const TRAINED: readonly Op[] = [activation, noise, norm, { ...norm, eps: 1e-3 }, weights];

/** An operation of each kind that is not trained, and what the message must name. */
const REFUSED: Readonly<Record<string, Op>> = {
  attention: {
    op: 'attention',
    ...{ sigma_w2_query: 1, sigma_w2_key: 1, sigma_w2_value: 1, sigma_w2_output: 1 },
  },
  gates: { op: 'gate', activation, sigma_w2_gate: 1, sigma_w2_value: 1 },
  path: { op: 'path', keep: 0.9 },
  'layer norm': { op: 'norm', kind: 'layer' },
  'rms norm': { op: 'norm', kind: 'rms' },
  gain2: { ...norm, gain2: 2 },
  shift2: { ...norm, shift2: 0.5 },
  channelwise: { ...noise, channelwise: true },
  'own cube': { ...activation, name: 'own cube' },
  parameters: readActivation({ activation: 'leaky_relu', slope: 0.3 }),
};

const stem = { q0: 1, ops: [weights] };
const networkOf = (layers: readonly SubLayer[], own: Partial<Network> = {}): Network => ({
  ...{ stem, blocks: layers, depth: 3, width: 7, mask: 'independent' },
  ...own,
});
const lay = (network: Network) => layOut({ network, inputs: 5, classes: 2 });

const someOps = fc.array(fc.constantFrom(...TRAINED), { maxLength: 6 });
const share = fc.constantFrom(0, 0.25, 1);
const subLayer = fc
  .record({ a2: share, b2: share, ops: someOps })
  .map((layer): SubLayer => ({ ...layer, ops: [...layer.ops, weights] }));
const block = fc.array(subLayer, { minLength: 1, maxLength: 3 });

test('sizes fit, kinds are numbered one by one, and noise knows the weights behind it', () => {
  fc.assert(
    fc.property(block, fc.integer({ min: 1, max: 5 }), fc.boolean(), (layers, depth, noisy) => {
      const own = { depth, stem: { q0: 1, ops: noisy ? [noise, weights] : [weights] } };
      const sections = lay(networkOf(layers, own));
      expect(sections).toHaveLength(2 + (depth - 1) * layers.length);
      const linears = listSteps(sections, 'linear');
      const hidden = layers.flatMap(({ ops }) => ops).filter(({ op }) => op === 'linear').length;
      expect(linears).toHaveLength(2 + (depth - 1) * hidden);
      linears.forEach(({ number, fanIn, fanOut }, i) => {
        const last = i === linears.length - 1;
        expect([number, fanIn, fanOut]).toEqual([i + 1, i === 0 ? 5 : 7, last ? 2 : 7]);
      });
      expect(listSteps(sections, 'norm').map(({ number }) => number)).toEqual(
        listSteps(sections, 'norm').map((_, i) => i + 1),
      );
      const places = listNoisePlaces(sections);
      expect(places.map(({ number }) => number)).toEqual(places.map((_, i) => i + (noisy ? 0 : 1)));
      for (const { number, units, fanOut } of places) {
        const after = linears.find(({ noises }) => noises.includes(number));
        expect([units, fanOut]).toEqual([after?.fanIn, after?.fanOut]);
      }
      // the read-out has no skip connection, and ends with its only weights
      const { carry, branch, steps } = sections.at(-1) as (typeof sections)[number];
      expect([carry, branch, steps.findIndex(({ op }) => op === 'linear')]).toEqual([0, 1, steps.length - 1]);
    }),
    { seed: 3 },
  );
});

test('an operation that is not trained is refused by its name, wherever it stands', () => {
  const names = Object.keys(REFUSED);
  fc.assert(
    fc.property(
      ...[fc.constantFrom(...names), subLayer, fc.nat(6), fc.boolean()],
      (name, layer, at, inStem) => {
        const ops = [...layer.ops];
        ops.splice(Math.min(at, ops.length - 1), 0, REFUSED[name] as Op);
        const network = inStem
          ? networkOf([layer], { stem: { q0: 1, ops } })
          : networkOf([{ ...layer, ops }]);
        expect(() => lay(network)).toThrow(ParameterError);
        expect(() => lay(network)).toThrow(name);
      },
    ),
    { seed: 4 },
  );
});

test('norms of sub-layers, of the read-out, sequences, and what has no weights are refused', () => {
  const layer = { a2: 1, b2: 1, ops: [activation, weights] };
  for (const at of ['pre', 'post', 'sandwich', 'out'] as const)
    expect(() => lay(networkOf([{ ...layer, norm: { kind: 'batch', at } }]))).toThrow(`"${at}"`);
  expect(() => lay(networkOf([{ ...layer, after: [noise] }]))).toThrow('after');
  expect(() => lay(networkOf([layer], { final_norm: norm }))).toThrow('final_norm');
  expect(() => lay(networkOf([layer], { tokens: 4 }))).toThrow('tokens');
  expect(() => lay(networkOf([{ ...layer, ops: [activation] }]))).toThrow('a last block without weights');
  expect(() => lay(networkOf([layer], { stem: { q0: 1, ops: [] } }))).toThrow('blocks read the images');
  const { depth: _, ...deep } = networkOf([layer]);
  const { width: __, ...wide } = networkOf([layer]);
  expect(() => lay(deep)).toThrow('depth');
  expect(() => lay({ ...deep, depth: 0 })).toThrow('at least 1');
  expect(() => lay(wide)).toThrow('width');
});

test('a plain stack has a section for each hidden layer, and a schedule its own keeps', () => {
  const network = plainNetwork({
    ...{ activation: 'tanh', technique: 'bernoulli', keep: 0.8, schedule: 'step_late' },
    ...{ sigma_w2: 1, sigma_b2: 0, mask: 'independent', q0: 1, reads_data: true, depth: 5, width: 7 },
  });
  const sections = lay(network);
  expect(sections.map(({ steps }) => steps.map(({ op }) => op).join(' '))).toEqual([
    'linear',
    ...Array(4).fill('activation noise linear'),
  ]);
  expect(listNoisePlaces(sections).map(({ keep }) => Number(keep?.toFixed(12)))).toEqual([1, 1, 0.6, 0.6]);
});
