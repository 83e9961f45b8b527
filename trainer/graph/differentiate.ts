import type { Graph, ParameterShape, Value } from './graph.ts';

/**
 * Writes the backward pass of everything that was applied to a graph so far: reverse-mode differentiation (Griewank
 * and Walther, Evaluating Derivatives, 2008, section 3.2). Only what leads from the parameters to the loss is written.
 *
 * @param graph the graph; nodes are added to it
 * @param loss a float scalar that the graph computes
 * @param parameters the values whose gradients are wanted
 * @returns the gradient of each parameter, in the order given, with the parameter's shape
 * @throws when the loss is no scalar or does not depend on a parameter
 * @example const [gradient] = differentiate(graph, loss, [weights]);
 */
export function differentiate(graph: Graph, loss: Value, parameters: readonly ParameterShape[]): Value[] {
  if (loss.shape.length > 0) throw new Error(`the loss is no scalar: [${loss.shape.join(' × ')}]`);
  const reached = new Set(parameters.map(({ name }) => name));
  for (const { operator, inputs, outputs } of graph.calls)
    if (!operator.stops && inputs.some(({ name }) => reached.has(name)))
      for (const { name } of outputs) reached.add(name);

  const gradients = new Map<string, Value>([[loss.name, graph.constant('float', [], [1])]]);
  // copied, because a vector–Jacobian product may apply operators itself
  for (const { operator, inputs, outputs, attributes } of [...graph.calls].reverse()) {
    const wanted = inputs.map(({ name }) => reached.has(name));
    const known = outputs.map(({ name }) => gradients.get(name));
    if (!wanted.includes(true) || known.every((gradient) => gradient === undefined)) continue;
    const { vjp } = operator.lowerings[graph.dialect];
    vjp(graph, { inputs, outputs, attributes, gradients: known, wanted }).forEach((gradient, i) => {
      const input = inputs[i];
      if (input && gradient && wanted[i]) accumulate(graph, gradients, input, gradient);
    });
  }
  return parameters.map(({ name }) => {
    const gradient = gradients.get(name);
    if (!gradient) throw new Error(`the loss does not depend on the parameter "${name}"`);
    return gradient;
  });
}

/** A value that is used several times has the sum of the gradients of its uses. */
function accumulate(graph: Graph, gradients: Map<string, Value>, value: Value, gradient: Value): void {
  const before = gradients.get(value.name);
  if (!before) {
    gradients.set(value.name, gradient);
    return;
  }
  const sum = graph.fresh(`d ${value.name}`, value.shape);
  graph.node('Add', [before, gradient], [sum]);
  gradients.set(value.name, sum);
}
