import { add, div, mul, sub } from '../graph/arithmetic.ts';
import { sqrt } from '../graph/elementwise.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { matmul, reduceSum, reshape } from '../graph/matrix.ts';

/**
 * A product of Householder reflections U = H_T … H_1, H_t = I − 2 u_t u_tᵀ, as U = I − Σ_t u_t r_tᵀ: vectors of length K
 * each, in the order of t.
 */
export type Rotation = { readonly left: readonly Value[]; readonly right: readonly Value[] };

/**
 * Writes the product of reflections along vectors: r_t = 2 Uᵀ u_t with the U of the reflections before it.
 *
 * @param graph the graph to write into, with differentiable operators
 * @param vectors v_1 … v_T, [K] each, not 0
 * @see Bischof and Van Loan 1987, "The WY representation for products of Householder matrices"
 * @example rotationBy(graph, [v1, v2])
 */
export function rotationBy(graph: Graph, vectors: readonly Value[]): Rotation {
  const left: Value[] = [];
  const right: Value[] = [];
  for (const v of vectors) {
    const u = graph.call(div, [v, graph.call(sqrt, [dot(graph, v, v)])]);
    let turned = u;
    for (const [j, before] of left.entries()) {
      const part = graph.call(mul, [right[j] as Value, dot(graph, before, u)]);
      turned = graph.call(sub, [turned, part]);
    }
    left.push(u);
    right.push(graph.call(mul, [turned, graph.scalar(2)]));
  }
  return { left, right };
}

/**
 * Writes U x for each row x of a matrix.
 *
 * @param rows [B, K]
 * @returns [B, K]
 * @example rotate(graph, rotation, noise)
 */
export function rotate(graph: Graph, { left, right }: Rotation, rows: Value): Value {
  const units = rows.shape[1] as number;
  return left.reduce((rest, u, t) => {
    const column = graph.call(reshape, [right[t] as Value], { shape: [units, 1] });
    const along = graph.call(matmul, [rows, column]);
    return graph.call(sub, [rest, graph.call(mul, [along, u])]);
  }, rows);
}

/**
 * Writes the diagonal of U diag(alpha) Uᵀ without a K × K matrix: alpha_i (1 − 2 Σ_t u_ti r_ti) + Σ_st u_si u_ti (r_sᵀ diag(alpha) r_t).
 *
 * @param alpha [K]
 * @returns [K]
 * @example diagonalOfRotated(graph, rotation, alpha)
 */
export function diagonalOfRotated(graph: Graph, { left, right }: Rotation, alpha: Value): Value {
  const times = (a: Value, b: Value) => graph.call(mul, [a, b]);
  let sum = alpha;
  for (const [t, u] of left.entries()) {
    const r = right[t] as Value;
    sum = graph.call(sub, [sum, times(times(alpha, times(u, r)), graph.scalar(2))]);
    for (const [s, other] of left.slice(0, t + 1).entries()) {
      const form = dot(graph, times(alpha, r), right[s] as Value);
      // each pair of two different reflections stands twice
      const weight = s === t ? form : times(form, graph.scalar(2));
      sum = graph.call(add, [sum, times(times(u, other), weight)]);
    }
  }
  return sum;
}

function dot(graph: Graph, a: Value, b: Value): Value {
  return graph.call(reduceSum, [graph.call(mul, [a, b])]);
}
