import type { Graph, Value } from '../../trainer/graph/graph.ts';
import { optimisers } from '../../trainer/optimisers.ts';
import { countStates } from '../../trainer/run/estimate.ts';
import type { Check } from './check.ts';
import { evaluateGraph } from './evaluate-graph.ts';

/** N1: the update of the trainer beside the rule, by hand, over steps with gradients of very different sizes. */
export const checkNovogradRule: Check = async () => {
  const sizes = [1, 1e-3, 1e3, 1];
  const gradients = sizes.map((size, t) => [3 * size, 4 * size * (t % 2 === 0 ? 1 : -1)]);
  const found = await runUpdates(gradients);
  const expected = expectUpdates(gradients);
  const error = Math.max(
    ...found.flatMap((step, t) => step.map((x, i) => Math.abs(x / (expected[t]?.[i] as number) - 1))),
  );
  return {
    kind: 'exact',
    holds: error < 1e-5,
    triedOn: 'one tensor, four steps, gradients from .005 to 5000',
    note:
      `The trainer's steps are those of the rule (m ← β₁ m + g / (√v + ε) + λ p, v a number a tensor) within ${error.toExponential(0)}: ` +
      'the decay is not divided by √v, and the first step has the length of the learning rate whatever the size of the gradient.',
  };
};

const NUMBERS = { beta1: 0.95, beta2: 0.98, epsilon: 1e-8 } as const;
const [RATE, DECAY] = [0.01, 0.001] as const;

function expectUpdates(gradients: readonly (readonly number[])[]): number[][] {
  let p = [1, 1];
  let m = [0, 0];
  let v = 0;
  return gradients.map((g, t) => {
    const square = g.reduce((sum, one) => sum + one * one, 0);
    v = t === 0 ? square : NUMBERS.beta2 * v + (1 - NUMBERS.beta2) * square;
    m = m.map(
      (one, i) =>
        NUMBERS.beta1 * one + (g[i] as number) / (Math.sqrt(v) + NUMBERS.epsilon) + DECAY * (p[i] as number),
    );
    p = p.map((one, i) => one - RATE * (m[i] as number));
    return p;
  });
}

async function runUpdates(gradients: readonly (readonly number[])[]): Promise<number[][]> {
  const { novograd } = optimisers;
  const shapes = novograd.states([2]);
  let p = [1, 1];
  let states = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, new Array<number>(shape[0] ?? 1).fill(0)]),
  );
  const found: number[][] = [];
  for (const [t, g] of gradients.entries()) {
    const write = (graph: Graph) => {
      const input = (name: string, shape: readonly number[]): Value => graph.input(name, 'float', shape);
      const scalars = Object.fromEntries(
        Object.keys(novograd.scalars?.(NUMBERS, t) ?? {}).map((name) => [name, input(`scalar ${name}`, [])]),
      );
      const { change, states: after } = novograd.update(graph, {
        ...{ parameter: input('p', [2]), gradient: input('g', [2]), scalars },
        states: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)])),
        minusRate: graph.scalar(-RATE),
        ...{ decay: DECAY, numbers: NUMBERS },
      });
      return { change, ...after };
    };
    const feeds = {
      ...{ p, g },
      ...states,
      ...Object.fromEntries(
        Object.entries(novograd.scalars?.(NUMBERS, t) ?? {}).map(([name, value]) => [
          `scalar ${name}`,
          [value],
        ]),
      ),
    };
    const { change, ...after } = await evaluateGraph(write, feeds);
    p = p.map((one, i) => one + (change?.[i] as number));
    states = after as typeof states;
    found.push(p);
  }
  return found;
}

/** N6: numbers that the optimisers keep for each number of a parameter. */
export const checkNovogradMemory: Check = async () => {
  const [own, adam] = [countStates('novograd'), countStates('adam')];
  return {
    kind: 'exact',
    holds: own / adam < 0.51,
    triedOn: 'a tensor of 100 × 100',
    note:
      `NovoGrad keeps ${own.toFixed(4)} numbers for each number of the tensor, Adam ${adam}: ${((100 * own) / adam).toFixed(1)} % of Adam's state. ` +
      'The memory of a whole run also holds parameters, gradients, activations and the runtime.',
  };
};
