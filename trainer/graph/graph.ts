import type { Attribute, DataType, Elements, Model, Node, Port, Tensor } from '../onnx/types.ts';
import type { Attributes, Dialect, Operator } from './operator.ts';

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
 *
 * @example
 * const graph = new Graph('example', 'ort-training');
 * const x = graph.input('x', 'float', [32, 784]);
 * const [h] = graph.apply(tanh, [x]);
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

  /**
   * @param name the name of the model, for the runtime's messages
   * @param dialect which runtime's operators to write
   */
  constructor(name: string, dialect: Dialect) {
    this.name = name;
    this.dialect = dialect;
  }

  /**
   * Declares an input; inputs are fed in the order of declaration.
   *
   * @throws when the name is taken
   */
  input(name: string, type: DataType, shape: readonly number[]): Value {
    this.#inputs.push({ name, type, shape });
    return this.value(name, type, shape);
  }

  /** Declares an input that is a sequence of float tensors of any shape (parameters, for an optimiser). */
  sequenceInput(name: string): Value {
    this.#inputs.push({ name, type: 'float', sequence: true });
    return this.value(name, 'float', []);
  }

  /** Declares a value as an output. With `shape: 'any'` the runtime finds the shape itself. */
  output(value: Value, shape?: 'any'): void {
    const { name, type } = value;
    this.#outputs.push(shape === 'any' ? { name, type } : { name, type, shape: value.shape });
  }

  /**
   * A constant. The same constant asked for twice is written once.
   *
   * @param type the element type
   * @param shape the lengths of its dimensions, `[]` for a scalar
   * @param elements its elements, row-major
   */
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
   *
   * @param operator the ONNX operator; one of com.microsoft carries that prefix (`com.microsoft.TanhGrad`)
   * @param inputs its inputs
   * @param outputs its outputs, made by {@link Graph.value} or {@link Graph.fresh}
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
   *
   * @param operator the ONNX operator
   * @param inputs its inputs
   * @param shape the shape of the output
   * @param hint a name for the output
   * @returns the output
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

  /**
   * Applies a differentiable operator that has one output.
   *
   * @returns that output
   */
  call(operator: Operator, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.apply(operator, inputs, attributes)[0] as Value;
  }

  /**
   * Applies a differentiable operator.
   *
   * @param operator the operator's entry
   * @param inputs its inputs
   * @param attributes its numbers (a probability, a slope, axes)
   * @returns its outputs
   * @throws when the operator has no form in this graph's dialect, or the inputs' shapes do not fit
   */
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
