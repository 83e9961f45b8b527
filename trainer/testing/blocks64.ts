import type { LayerOp } from '../../catalogue/techniques.ts';
import { affine, type Matrix, matrix } from './float64.ts';
import { computeBatchStatistics, normalised, type Statistics } from './normalisation.ts';

// A network of blocks in float64, written without anything of the graph builder or of the theory.

/** A network of blocks with tanh, and what its noise multiplies by. */
export type Blocks = {
  readonly depth: number;
  readonly ops: readonly LayerOp[];
  readonly carry: number;
  readonly branch: number;
  readonly classes: number;
  /** row-major factors of the noise of this number, 1 from the first block on; undefined where it is off */
  readonly factors: (number: number) => ArrayLike<number> | undefined;
  /** whether the factors are those of the weights that follow */
  readonly ofWeights?: boolean;
};

type Values = Readonly<Record<string, ArrayLike<number>>>;

/**
 * The forward pass.
 *
 * @param values parameters and states by their names
 * @param images rows
 * @param byBatch whether norms normalise by the batch, or by the running statistics among the values
 * @returns logits, and the statistics of the batch at each norm (unbiased variance)
 */
export function forwardBlocks(
  { depth, ops, carry, branch, classes, factors, ofWeights }: Blocks,
  values: Values,
  images: Matrix,
  byBatch: boolean,
): { logits: Matrix; statistics: Statistics[] } {
  const statistics: Statistics[] = [];
  const of = (name: string) => values[name] ?? [];
  let [linears, norms, noises] = [0, 0, 0];
  let open: ArrayLike<number> | undefined;
  const scaled = (rows: Matrix, by: ArrayLike<number> | undefined) =>
    by ? rows.map((row, i) => row.map((x, j) => x * (by[i * row.length + j] as number))) : rows;
  const apply: Record<LayerOp, (x: Matrix) => Matrix> = {
    activation: (x) => x.map((row) => row.map(Math.tanh)),
    noise(x) {
      const by = factors(++noises);
      if (!ofWeights) return scaled(x, by);
      open = by;
      return x;
    },
    norm(x) {
      const name = `norm ${++norms}`;
      statistics.push(computeBatchStatistics(x, true));
      const running = { mean: Array.from(of(`${name} mean`)), variance: Array.from(of(`${name} variance`)) };
      const by = byBatch ? computeBatchStatistics(x) : running;
      return normalised(x, by, of(`${name} gamma`), of(`${name} beta`));
    },
    linear(x) {
      const biases = of(`b${++linears}`);
      const weights = scaled(matrix(of(`W${linears}`), biases.length), open);
      open = undefined;
      return affine(x, weights, biases);
    },
  };
  let z = apply.linear(images);
  for (let block = 2; block <= depth; block++) {
    const f = ops.reduce((x, name) => apply[name](x), z);
    z = z.map((row, i) =>
      row.map((x, j) => Math.sqrt(carry) * x + Math.sqrt(branch) * (f[i]?.[j] as number)),
    );
  }
  const logits = ops.slice(0, ops.indexOf('linear') + 1).reduce((x, name) => apply[name](x), z);
  if (logits[0]?.length !== classes) throw new Error('the read-out has another number of classes');
  return { logits, statistics };
}
