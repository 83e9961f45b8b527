import type { Graph, Value } from './graph.ts';

/**
 * The families of operators that a graph can be written in. `plain` has the operators of ONNX alone, which every
 * runtime knows. `ort-training` is onnxruntime-web's training build, which has gradients of its own in com.microsoft
 * (TanhGrad, DropoutGrad, …) besides.
 */
export type Dialect = 'ort-training' | 'plain';

/** An operator's numbers: a probability, a slope, the axes of a sum. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** What an operator's vector–Jacobian product is made from. */
export type VjpArguments = {
  inputs: readonly Value[];
  outputs: readonly Value[];
  attributes: Attributes;
  /** The gradient of the loss with respect to each output; undefined where the loss does not depend on it. */
  gradients: readonly (Value | undefined)[];
  /** Which inputs' gradients are wanted. */
  wanted: readonly boolean[];
};

/** How an operator is written in one dialect. */
export type Lowering = {
  /** Writes the forward nodes. Throws an Error that names the shapes when they do not fit. */
  forward(graph: Graph, inputs: readonly Value[], attributes: Attributes): readonly Value[];
  /** Writes the gradient of each wanted input; undefined for an input that was not wanted or that has none. */
  vjp(graph: Graph, from: VjpArguments): readonly (Value | undefined)[];
};

/**
 * A differentiable operator: an entry with its ONNX form and its vector–Jacobian product in each dialect. A network
 * that is written with such entries has its gradient ({@link differentiate}).
 */
export type Operator = {
  readonly name: string;
  readonly lowerings: Readonly<Record<Dialect, Lowering>>;
  /** No gradient flows through it, so none is written for what comes after it. */
  readonly stops?: boolean;
};

/**
 * An operator that is written with the operators of ONNX alone, the same in every dialect.
 *
 * @param name its name, for values and messages
 * @param lowering its one form
 * @example plainOperator('reshape', { forward, vjp })
 */
export function plainOperator(name: string, lowering: Lowering): Operator {
  return { name, lowerings: { 'ort-training': lowering, plain: lowering } };
}

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
