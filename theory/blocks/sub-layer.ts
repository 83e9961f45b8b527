import type { Block, Op, SubLayer } from '../network.ts';
import { count } from '../work.ts';
import { multiply } from './attention.ts';
import { compileNorm, compileOps, LOST, MEAN, type Run, type Setting, VARIANCE } from './operations.ts';

/** The work of a sub-layer and of its operations besides numeric averages, in evaluations. Attention counts its own. */
const SUB_LAYER = 2;
const OPERATION: Readonly<Partial<Record<Op['op'], number>>> = { activation: 8, gate: 8 };
const CHEAP_OPERATION = 0.5;

/** Writes unit matrices. */
export function resetFactors(factors: Float64Array): void {
  for (let at = 0; at < factors.length; at++) factors[at] = at % 4 === 0 || at % 4 === 3 ? 1 : 0;
}

/**
 * The branch f of a sub-layer x → a x + b f(x), with the norms before and behind it.
 *
 * @param layer see `SubLayer`
 * @param setting the pairs that are followed
 * @example compileBranch(layer, setting)(signal, null)
 */
export function compileBranch({ norm, ops, after = [] }: SubLayer, setting: Setting): Run {
  const own: readonly Op[] = norm ? [{ op: 'norm', ...norm }] : [];
  const at = norm?.at;
  const runs = compileOps(
    [
      ...(at === 'pre' || at === 'sandwich' ? own : []),
      ...ops,
      ...(at === 'sandwich' || at === 'out' ? own : []),
      ...after,
    ],
    setting,
  );
  return (signal, factors) => {
    for (const run of runs) run(signal, factors);
  };
}

/**
 * A sub-layer, ready to run.
 *
 * @param layer see `SubLayer`
 * @param setting the pairs that are followed
 * @returns v′ = a² v + b² f_v, the same for what pairs lack, and the factors a² + b² φ of gradients
 * @see docs/blocks.md; Yang, Schoenholz 2017, "Mean field residual networks: on the edge of chaos", for the case without norms
 * @example compileSubLayer(layer, setting)(signal, null)
 */
export function compileSubLayer(layer: SubLayer, setting: Setting): Run {
  const { a2, b2, norm } = layer;
  const runBranch = compileBranch(layer, setting);
  const normaliseSum = norm?.at === 'post' ? compileNorm(norm, setting) : undefined;
  const all = [...layer.ops, ...(layer.after ?? [])];
  const work = all.reduce((sum, { op }) => sum + (OPERATION[op] ?? CHEAP_OPERATION), SUB_LAYER);
  const { length } = setting.pairs;
  const branch = new Float64Array(LOST + length);
  const own = new Float64Array(4 * setting.couples.length);
  const matrix = new Float64Array(4);
  return (signal, factors) => {
    count(work);
    for (let i = 0; i < branch.length; i++) branch[i] = signal[i] as number;
    if (factors) resetFactors(own);
    runBranch(branch, factors && own);
    // (the branch and the stream are independent at each unit, but their means may not be 0)
    const mean = signal[MEAN] as number;
    const more = branch[MEAN] as number;
    const both = 2 * Math.sqrt(a2 * b2) * mean * more;
    signal[VARIANCE] = a2 * (signal[VARIANCE] as number) + b2 * (branch[VARIANCE] as number) + both;
    signal[MEAN] = Math.sqrt(a2) * mean + Math.sqrt(b2) * more;
    for (let i = LOST; i < signal.length; i++)
      signal[i] = a2 * (signal[i] as number) + b2 * (branch[i] as number);
    if (factors)
      for (let at = 0; at < factors.length; at += 4) {
        for (let j = 0; j < 4; j++) matrix[j] = (j === 0 || j === 3 ? a2 : 0) + b2 * (own[at + j] as number);
        multiply(factors, at, matrix);
      }
    normaliseSum?.(signal, factors);
  };
}

/**
 * A block, ready to run: its sub-layers one after the other.
 *
 * @param block see `Block`
 * @param setting the pairs that are followed
 * @example compileBlock([layer], setting)(signal, null)
 */
export function compileBlock(block: Block, setting: Setting): Run {
  const runs = block.map((layer) => compileSubLayer(layer, setting));
  return (signal, factors) => {
    for (const run of runs) run(signal, factors);
  };
}
