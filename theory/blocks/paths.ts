import { findAngle, misalignment } from '../averages/special.ts';
import { chebyshevFit, chebyshevPoints, chebyshevValue } from '../averages/tables.ts';
import type { Block, DropPath, Network, Op, SubLayer } from '../network.ts';
import { maskCorrelation } from '../noise.ts';
import { checkPositive, ParameterError } from '../parameter-error.ts';
import { random } from '../random.ts';
import { count } from '../work.ts';
import { checkBlocks, hasAttention } from './check.ts';
import { LOST, VARIANCE } from './operations.ts';
import { joinPairs } from './pairs.ts';
import { compileBranch, resetFactors } from './sub-layer.ts';

/** A mean over paths, and its standard error. */
export type Average = { readonly mean: number; readonly error: number };

/** Averages over the paths of two passes, block by block. */
export type PathRow = {
  readonly block: number;
  /** mean square of the stream */
  readonly q: Average;
  /** correlation of one input under two paths, of two inputs under two paths, and the difference of both */
  readonly masks: Average;
  readonly inputs: Average;
  readonly margin: Average;
  /** squared gradient of one input, and the products of one input's under two paths and of two inputs', over those at the top */
  readonly gradient: Average;
  readonly gradient_masks: Average;
  readonly gradient_inputs: Average;
};

const NAMES = ['q', 'masks', 'inputs', 'margin', 'gradient', 'gradient_masks', 'gradient_inputs'] as const;

/** What the branch of a sub-layer, without its path, makes of a stream of variance 1. */
type Branch = {
  readonly a2: number;
  readonly b2: number;
  readonly keep: number;
  readonly isPost: boolean;
  /** f_v, and the factor of one squared gradient */
  readonly size: number;
  readonly gain: number;
  /** the covariance of two passes and the factor of their product, at a misalignment */
  readonly covariance: (m: number) => number;
  readonly slope: (m: number) => number;
};

/** The ε of norms is left out where it is at most such a part of the stream. */
const EPS_SHARE = 1e-3;

/** Nodes over the angle between two inputs: they leave far less than paths do. */
const NODES = 48;

const isPath = (op: Op): op is DropPath => op.op === 'path';

function readBranch(layer: SubLayer, mask_correlation: number): Branch {
  const { a2, b2, norm, ops, after = [] } = layer;
  const keep = [...ops, ...after].find(isPath)?.keep ?? 1;
  const drop = (list: readonly Op[]) => list.filter((op) => !isPath(op));
  const alone = { ...layer, ops: drop(ops), after: drop(after), ...(norm && { norm: { ...norm, eps: 0 } }) };
  const setting = {
    ...joinPairs([{ name: 'masks', c0: 1, mask_correlation }]),
    seen: { condensation: 0, score_variance: 0 },
  };
  const run = compileBranch(alone, setting);
  const [signal, factors] = [new Float64Array(LOST + 1), new Float64Array(8)];
  const read = (m: number) => {
    signal.set([1, 0, m]);
    resetFactors(factors);
    run(signal, factors);
    const size = signal[VARIANCE] as number;
    return {
      size,
      covariance: size - (signal[LOST] as number),
      gain: factors[0] as number,
      slope: factors[4] as number,
    };
  };
  const angles = chebyshevPoints(NODES).map((x) => (x * Math.PI) / 2);
  const nodes = Array.from(angles, (angle) => read(misalignment(angle)));
  const series = (['covariance', 'slope'] as const).map((name) => {
    const fit = chebyshevFit(nodes.map((node) => node[name]));
    return (m: number) =>
      m <= 1 ? chebyshevValue(fit, findAngle(Math.max(m, 0)) / (Math.PI / 2)) : read(m)[name];
  });
  const { size, gain } = read(1);
  const [covariance, slope] = series as [Branch['covariance'], Branch['slope']];
  return { a2, b2, keep, isPost: norm?.at === 'post', size, gain, covariance, slope };
}

/** Sums of draws, of which a mean and its standard error are made. */
class Sums {
  readonly #sum = new Float64Array(NAMES.length);
  readonly #square = new Float64Array(NAMES.length);

  add(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      this.#sum[i] = (this.#sum[i] as number) + value;
      this.#square[i] = (this.#square[i] as number) + value * value;
    }
  }

  averages(draws: number): Omit<PathRow, 'block'> {
    const entries = NAMES.map((name, i) => {
      const mean = (this.#sum[i] as number) / draws;
      const variance = Math.max((this.#square[i] as number) / draws - mean * mean, 0);
      return [name, { mean, error: Math.sqrt(variance / Math.max(draws - 1, 1)) }];
    });
    return Object.fromEntries(entries) as Omit<PathRow, 'block'>;
  }
}

/** The work of one sub-layer on one path, in evaluations. */
const STEP = 8;

/**
 * A network with stochastic depth, averaged over the paths of two passes: whole branches are there or not, so that nothing averages over the
 * units, and each pass has a variance of its own.
 *
 * @param network with a depth and a norm in every sub-layer (pre, post, sandwich), without attention and without batch norms. ε of the norms
 * is taken as 0
 * @param draws pairs of paths
 * @param seed of the paths
 * @returns a row a block, from the stream before the first one
 * @throws ParameterError for other networks, and for what `checkBlocks` refuses
 * @see Huang et al. 2016, "Deep networks with stochastic depth"; Hayou, Ayed 2021, "Regularization in ResNet with stochastic depth"; docs/blocks.md
 * @example pathAverages(network, 4096, 1).at(-1)?.masks.mean
 */
export function pathAverages(network: Network, draws: number, seed: number): PathRow[] {
  checkBlocks(network);
  checkPositive({ draws });
  const { blocks, depth, stem, mask } = network;
  if (depth === undefined) throw new ParameterError('depth', 'missing', 'Paths have a depth.');
  const all = Array.from({ length: depth }, (_, i) =>
    typeof blocks === 'function' ? blocks(i + 1, depth) : blocks,
  );
  const isEps = all.flat().some(({ norm }) => (norm?.eps ?? 0) > EPS_SHARE * stem.q0);
  if (isEps || all.flat().some(({ a2 }) => a2 === 0))
    throw new ParameterError(
      'blocks',
      'not_applicable',
      'Paths are drawn for streams far above the eps of their norms, with skip connections (without one a dropped branch leaves nothing).',
    );
  const norms = all.flat().map(({ norm }) => norm);
  if (
    hasAttention(all) ||
    stem.ops.length > 0 ||
    norms.some((norm) => !norm || norm.at === 'out' || norm.kind === 'batch')
  )
    throw new ParameterError(
      'blocks',
      'not_applicable',
      'Paths are drawn for sub-layers with a layer or rms norm at pre, post or sandwich, without attention and from a stream without noise. Leave paths out for the averaged answer (flag annealed).',
    );
  const correlation = maskCorrelation(mask);
  const known = new Map<SubLayer, Branch>();
  const readBlock = (block: Block) =>
    block.map((layer) => {
      const branch = known.get(layer) ?? readBranch(layer, correlation);
      known.set(layer, branch);
      return branch;
    });
  const layers = all.map(readBlock);
  const next = random(seed);
  const sums = Array.from({ length: depth + 1 }, () => new Sums());
  const { q0, c0 = 0 } = stem;
  const flat = layers.flat();
  // of each sub-layer: the factors of one gradient, and of the products of one input's and of two inputs'
  const back = flat.map(() => new Float64Array(3));
  const ahead = Array.from({ length: depth + 1 }, () => new Float64Array(4));
  for (let draw = 0; draw < draws; draw++) {
    count(STEP * flat.length);
    let [va, vb, same, other] = [q0, q0, q0, c0 * q0];
    let layer = 0;
    const note = (block: number) => {
      const size = Math.sqrt(va * vb);
      (ahead[block] as Float64Array).set([va, same / size, other / size]);
    };
    note(0);
    for (let block = 1; block <= depth; block++) {
      for (const { a2, b2, keep, isPost, size, gain, covariance, slope } of layers[
        block - 1
      ] as readonly Branch[]) {
        const on = next() < keep;
        const too = correlation > 0 && next() < correlation ? on : next() < keep;
        const [pa, pb] = [on ? 1 / keep : 0, too ? 1 / keep : 0];
        const scale = Math.sqrt(va * vb);
        const [m, m2] = [1 - same / scale, 1 - other / scale];
        const both = b2 * pa * pb;
        const factors = back[layer++] as Float64Array;
        const carried = isPost ? 1 : 1 / scale;
        factors[0] = a2 + (b2 * pa * pa * gain) / (isPost ? 1 : va);
        factors[1] = a2 + (both === 0 ? 0 : both * slope(m) * carried);
        factors[2] = a2 + (both === 0 ? 0 : both * slope(m2) * carried);
        same = a2 * same + (both === 0 ? 0 : both * covariance(m));
        other = a2 * other + (both === 0 ? 0 : both * covariance(m2));
        va = a2 * va + b2 * pa * pa * size;
        vb = a2 * vb + b2 * pb * pb * size;
        if (isPost) {
          const root = Math.sqrt(va * vb);
          factors[0] = (factors[0] as number) / va;
          factors[1] = (factors[1] as number) / root;
          factors[2] = (factors[2] as number) / root;
          [va, vb, same, other] = [1, 1, same / root, other / root];
        }
      }
      note(block);
    }
    let [one, two, three] = [1, 1, 1];
    for (let block = depth; block >= 0; block--) {
      const [q, masks, inputs] = ahead[block] as unknown as [number, number, number];
      (sums[block] as Sums).add([q, masks, inputs, masks - inputs, one, two, three]);
      for (let k = (layers[block - 1] ?? []).length; k > 0; k--) {
        const factors = back[--layer] as Float64Array;
        one *= factors[0] as number;
        two *= factors[1] as number;
        three *= factors[2] as number;
      }
    }
  }
  return sums.map((sum, block) => ({ block, ...sum.averages(draws) }));
}
