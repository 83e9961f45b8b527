import type { Attribute } from '../onnx.ts';
import {
  type Attributes,
  definePlainOperator,
  type Graph,
  type Lowering,
  type Operator,
  takeGradient,
  type Value,
} from './graph.ts';

/** What the derivative of a function of each element is written from. */
export type Elementwise = { x: Value; y: Value; dy: Value; attributes: Attributes };

/** The lowering of a function of each element. */
export function defineElementwise(
  name: string,
  onnx: string,
  gradient: (graph: Graph, from: Elementwise) => Value,
  attributes: (given: Attributes) => Readonly<Record<string, Attribute>> = () => ({}),
): Lowering {
  return {
    forward(graph, inputs, given) {
      const [x] = inputs as [Value];
      return [graph.compute(onnx, [x], x.shape, name, attributes(given))];
    },
    vjp(graph, from) {
      const [x] = from.inputs as [Value];
      const [y] = from.outputs as [Value];
      return [gradient(graph, { x, y, dy: takeGradient(name, from), attributes: from.attributes })];
    },
  };
}

/** The lowering of a function of each element whose gradient the runtime computes itself. */
export function defineFusedElementwise(name: string, onnx: string, gradient: string): Lowering {
  return defineElementwise(name, onnx, (graph, { x, y, dy }) =>
    graph.compute(gradient, [dy, y], x.shape, `d ${x.name}`),
  );
}

/** a · b of each element, of one shape, in a gradient. */
export function multiply(graph: Graph, a: Value, b: Value): Value {
  const shape = a.shape.length >= b.shape.length ? a.shape : b.shape;
  return graph.compute('Mul', [a, b], shape, 'product');
}

/** eˣ of each element. */
export const exp: Operator = definePlainOperator(
  'exp',
  defineElementwise('exp', 'Exp', (graph, { y, dy }) => multiply(graph, dy, y)),
);

/** Natural logarithm of each element, which must be positive. */
export const log: Operator = definePlainOperator(
  'log',
  defineElementwise('log', 'Log', (graph, { x, dy }) =>
    graph.compute('Div', [dy, x], x.shape, `d ${x.name}`),
  ),
);

/** Square root of each element, which must be positive; its derivative is 1 / (2 √x). */
export const sqrt: Operator = definePlainOperator(
  'sqrt',
  defineElementwise('sqrt', 'Sqrt', (graph, { x, y, dy }) =>
    graph.compute('Div', [multiply(graph, dy, graph.scalar(0.5)), y], x.shape, `d ${x.name}`),
  ),
);

/** 1 / (1 + e⁻ˣ) of each element; its derivative is y (1 − y). */
export const sigmoid: Operator = definePlainOperator(
  'sigmoid',
  defineElementwise('sigmoid', 'Sigmoid', (graph, { y, dy }) => {
    const rest = graph.compute('Sub', [graph.scalar(1), y], y.shape, 'rest');
    return multiply(graph, dy, multiply(graph, y, rest));
  }),
);

/** ln(1 + eˣ) of each element; its derivative is the sigmoid. */
export const softplus: Operator = definePlainOperator(
  'softplus',
  defineElementwise('softplus', 'Softplus', (graph, { x, dy }) =>
    multiply(graph, dy, graph.compute('Sigmoid', [x], x.shape, 'slope')),
  ),
);

/** Sine of each element. */
export const sin: Operator = definePlainOperator(
  'sin',
  defineElementwise('sin', 'Sin', (graph, { x, dy }) =>
    multiply(graph, dy, graph.compute('Cos', [x], x.shape, 'slope')),
  ),
);

/** Cosine of each element. */
export const cos: Operator = definePlainOperator(
  'cos',
  defineElementwise('cos', 'Cos', (graph, { x, dy }) => {
    const slope = graph.compute('Neg', [graph.compute('Sin', [x], x.shape)], x.shape, 'slope');
    return multiply(graph, dy, slope);
  }),
);

/** The error function of each element; its derivative is 2/√π exp(−x²). */
export const erf: Operator = definePlainOperator(
  'erf',
  defineElementwise('erf', 'Erf', (graph, { x, dy }) => {
    const exponent = graph.compute('Neg', [multiply(graph, x, x)], x.shape, 'exponent');
    const bell = graph.compute('Exp', [exponent], x.shape, 'bell');
    return multiply(graph, dy, multiply(graph, bell, graph.scalar(2 / Math.sqrt(Math.PI))));
  }),
);

/** tanh of each element; its derivative is 1 − tanh². */
export const tanh: Operator = {
  name: 'tanh',
  lowerings: {
    'ort-training': defineFusedElementwise('tanh', 'Tanh', 'com.microsoft.TanhGrad'),
    plain: defineElementwise('tanh', 'Tanh', (graph, { x, y, dy }) => {
      const slope = graph.compute('Sub', [graph.scalar(1), multiply(graph, y, y)], x.shape, 'slope');
      return graph.compute('Mul', [dy, slope], x.shape, `d ${x.name}`);
    }),
  },
};

/** max(0, x) of each element; its derivative at 0 is taken as 0. */
export const relu: Operator = {
  name: 'relu',
  lowerings: {
    'ort-training': defineFusedElementwise('relu', 'Relu', 'com.microsoft.ReluGrad'),
    // the sign of max(0, x) is the derivative
    plain: defineElementwise('relu', 'Relu', (graph, { x, y, dy }) =>
      graph.compute('Mul', [dy, graph.compute('Sign', [y], x.shape, 'slope')], x.shape, `d ${x.name}`),
    ),
  },
};

/** |x| of each element; its derivative at 0 is taken as 0. */
export const abs: Operator = definePlainOperator(
  'abs',
  defineElementwise('abs', 'Abs', (graph, { x, dy }) =>
    multiply(graph, dy, graph.compute('Sign', [x], x.shape, 'slope')),
  ),
);

/** x for x > 0, slope · x for x < 0, by the attribute `slope`. */
export const leakyRelu: Operator = definePlainOperator(
  'leaky_relu',
  defineElementwise(
    'leaky_relu',
    'LeakyRelu',
    (graph, { x, dy, attributes }) => {
      // (1 + slope)/2 + (1 − slope)/2 · sign x
      const slope = readNumber(attributes, 'slope');
      const sign = graph.compute('Sign', [x], x.shape, 'sign');
      const half = multiply(graph, sign, graph.scalar((1 - slope) / 2));
      return multiply(
        graph,
        dy,
        graph.compute('Add', [half, graph.scalar((1 + slope) / 2)], x.shape, 'slope'),
      );
    },
    (attributes) => ({ alpha: { float: readNumber(attributes, 'slope') } }),
  ),
);

/** x cut off at the attributes `low` and `high`; its derivative beyond them is 0. */
export const clip: Operator = definePlainOperator('clip', {
  forward(graph, inputs, attributes) {
    const [x] = inputs as [Value];
    return [graph.compute('Clip', [x, ...readLimits(graph, attributes)], x.shape, 'clip')];
  },
  vjp(graph, from) {
    const [x] = from.inputs as [Value];
    const [y] = from.outputs as [Value];
    // what was not cut off is as it was
    const same = graph.fresh('uncut', x.shape, 'bool');
    graph.node('Equal', [x, y], [same]);
    const slope = graph.compute('Cast', [same], x.shape, 'slope', { to: { int: 1 } });
    return [multiply(graph, takeGradient('clip', from), slope)];
  },
});

/**
 * 0 for |x| ≤ `threshold`, and x beyond, drawn towards 0 by `pull`; its derivative is 1 beyond and 0 within, also where it jumps.
 */
export const shrink: Operator = definePlainOperator(
  'shrink',
  defineElementwise(
    'shrink',
    'Shrink',
    (graph, { x, y, dy }) => {
      const side = graph.compute('Sign', [y], x.shape, 'side');
      return multiply(graph, dy, multiply(graph, side, side));
    },
    (attributes) => ({
      lambd: { float: readNumber(attributes, 'threshold') },
      bias: { float: readNumber(attributes, 'pull') },
    }),
  ),
);

/** x for x > 0, alpha (eˣ − 1) for x < 0, by the attribute `alpha`. */
export const elu: Operator = definePlainOperator(
  'elu',
  defineElementwise(
    'elu',
    'Elu',
    (graph, { x, dy, attributes }) => {
      // alpha · e^min(x, 0) below 0, 1 above
      const alpha = readNumber(attributes, 'alpha');
      const below = graph.compute('Min', [x, graph.scalar(0)], x.shape, 'below');
      const steep = multiply(graph, graph.compute('Exp', [below], x.shape), graph.scalar(alpha));
      const positive = graph.compute('Relu', [graph.compute('Sign', [x], x.shape)], x.shape, 'positive');
      // where x > 0, `steep` is alpha: the difference to 1 is added
      const rest = multiply(graph, positive, graph.scalar(1 - alpha));
      return multiply(graph, dy, graph.compute('Add', [steep, rest], x.shape, 'slope'));
    },
    (attributes) => ({ alpha: { float: readNumber(attributes, 'alpha') } }),
  ),
);

function readNumber(attributes: Attributes, name: string): number {
  const value = attributes[name];
  if (typeof value !== 'number') throw new Error(`the attribute "${name}" is missing`);
  return value;
}

function readLimits(graph: Graph, attributes: Attributes): Value[] {
  return [graph.scalar(readNumber(attributes, 'low')), graph.scalar(readNumber(attributes, 'high'))];
}
