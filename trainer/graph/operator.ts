import type { Graph, Value } from './graph.ts';

/**
 * The families of operators that a graph can be written in. `ort-training` is onnxruntime-web's training build, which
 * has gradients of its own in com.microsoft (TanhGrad, DropoutGrad, …). A runtime without them gets a dialect of its
 * own: a name here and a lowering in each operator's entry.
 */
export type Dialect = 'ort-training';

/** What an operator's vector–Jacobian product is made from. */
export type VjpArguments = {
  inputs: readonly Value[];
  outputs: readonly Value[];
  attributes: Readonly<Record<string, number>>;
  /** The gradient of the loss with respect to each output; undefined where the loss does not depend on it. */
  gradients: readonly (Value | undefined)[];
  /** Which inputs' gradients are wanted. */
  wanted: readonly boolean[];
};

/** How an operator is written in one dialect. */
export type Lowering = {
  /** Writes the forward nodes. Throws an Error that names the shapes when they do not fit. */
  forward(
    graph: Graph,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, number>>,
  ): readonly Value[];
  /** Writes the gradient of each wanted input; undefined for an input that was not wanted or that has none. */
  vjp(graph: Graph, from: VjpArguments): readonly (Value | undefined)[];
};

/**
 * A differentiable operator: an entry with its ONNX form and its vector–Jacobian product in each dialect. A network
 * that is written with such entries has its gradient ({@link differentiate}).
 */
export type Operator = { readonly name: string; readonly lowerings: Readonly<Record<Dialect, Lowering>> };

/**
 * An operator's only gradient, where it must be there.
 *
 * @example const dy = onlyGradient('tanh', from);
 */
export function onlyGradient(operator: string, from: VjpArguments): Value {
  const [gradient] = from.gradients;
  if (!gradient) throw new Error(`${operator}: its output has no gradient`);
  return gradient;
}
