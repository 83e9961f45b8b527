import type { Attribute, DataType, Elements, Model, Node, Port, Tensor } from '../onnx.ts';

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

/** An operator that is written with the operators of ONNX alone, the same in every dialect. */
export function definePlainOperator(name: string, lowering: Lowering): Operator {
  return { name, lowerings: { 'ort-training': lowering, plain: lowering } };
}

/** An operator's only gradient, where it must be there. */
export function takeGradient(operator: string, from: VjpArguments): Value {
  const [gradient] = from.gradients;
  if (!gradient) throw new Error(`${operator}: its output has no gradient`);
  return gradient;
}

/** A tensor in a graph: an input, a parameter, a constant, or what an operator gave. */
export type Value = { readonly name: string; readonly type: DataType; readonly shape: readonly number[] };

/** A parameter before it has a value: a float tensor that gets a gradient. */
export type ParameterShape = { readonly name: string; readonly shape: readonly number[] };

/** A differentiable operator that was applied: what {@link differentiate} walks back over. */
export type Call = {
  readonly operator: Operator;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
};

/**
 * A graph under construction. A network applies operators to values ({@link Graph.apply}); each application writes
 * its ONNX nodes and is remembered, so that {@link differentiate} can write the backward pass into the same graph.
 */
export class Graph {
  /** The differentiable operators applied, in order. */
  readonly calls: Call[] = [];
  readonly name: string;
  /** Which runtime's operators are written. */
  readonly dialect: Dialect;
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Tensor>();
  readonly #inputs: Port[] = [];
  readonly #outputs: Port[] = [];
  readonly #names = new Set<string>();

  constructor(name: string, dialect: Dialect) {
    this.name = name;
    this.dialect = dialect;
  }

  /** Declares an input; inputs are fed in the order of declaration. */
  input(name: string, type: DataType, shape: readonly number[]): Value {
    this.#inputs.push({ name, type, shape });
    return this.value(name, type, shape);
  }

  /** Declares a value as an output. */
  output({ name, type, shape }: Value): void {
    this.#outputs.push({ name, type, shape });
  }

  /** A constant. The same constant asked for twice is written once. */
  constant<T extends DataType>(type: T, shape: readonly number[], elements: readonly number[]): Value {
    const name = `const ${type}[${shape.join()}] ${elements.join()}`;
    if (!this.#constants.has(name)) {
      const data = ELEMENTS[type](elements);
      this.#constants.set(name, { name, type, shape, data } as Tensor);
      this.#names.add(name);
    }
    return { name, type, shape };
  }

  /** A name for a value that was not declared before, for {@link Graph.node}'s outputs. */
  value(name: string, type: DataType, shape: readonly number[]): Value {
    if (this.#names.has(name)) throw new Error(`the name "${name}" stands twice in the graph ${this.name}`);
    this.#names.add(name);
    return { name, type, shape };
  }

  /** A fresh value with a name derived from a hint (`tanh`, `tanh 2`, …). */
  fresh(hint: string, shape: readonly number[], type: DataType = 'float'): Value {
    let name = hint;
    for (let i = 2; this.#names.has(name); i++) name = `${hint} ${i}`;
    return this.value(name, type, shape);
  }

  /**
   * Writes one ONNX node. Differentiation does not see it: operators' entries call this, networks call
   * {@link Graph.apply}.
   */
  node(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): void {
    const [domain, name] = operator.startsWith('com.microsoft.')
      ? ['com.microsoft', operator.slice('com.microsoft.'.length)]
      : ['', operator];
    this.#nodes.push({
      operator: name,
      domain,
      inputs: inputs.map((value) => value.name),
      outputs: outputs.map((value) => value.name),
      attributes,
    });
  }

  /**
   * Writes one ONNX node whose only output is a fresh float value. Like {@link Graph.node}, differentiation does not
   * see it.
   */
  compute(
    operator: string,
    inputs: readonly Value[],
    shape: readonly number[],
    hint: string = operator,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const output = this.fresh(hint, shape);
    this.node(operator, inputs, [output], attributes);
    return output;
  }

  /** A float constant without dimensions. */
  scalar(value: number): Value {
    return this.constant('float', [], [value]);
  }

  /** Applies a differentiable operator that has one output. */
  call(operator: Operator, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.apply(operator, inputs, attributes)[0] as Value;
  }

  /** Applies a differentiable operator. */
  apply(operator: Operator, inputs: readonly Value[], attributes: Attributes = {}): readonly Value[] {
    const outputs = operator.lowerings[this.dialect].forward(this, inputs, attributes);
    this.calls.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  /** The graph as a model, ready for {@link encodeModel}. */
  model(): Model {
    return {
      name: this.name,
      nodes: this.#nodes,
      constants: [...this.#constants.values()],
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }
}

const ELEMENTS: { [T in DataType]: (elements: readonly number[]) => Elements[T] } = {
  float: (elements) => Float32Array.from(elements),
  int64: (elements) => BigInt64Array.from(elements, BigInt),
  bool: (elements) => Uint8Array.from(elements),
};

/**
 * Writes the backward pass of everything that was applied to a graph so far: reverse-mode differentiation (Griewank
 * and Walther, Evaluating Derivatives, 2008, section 3.2). Only what leads from the parameters to the loss is written.
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
