// The optimisers in float64, written out with loops after the papers and PyTorch's documentation, without anything of the
// trainer: what the graphs are checked against.

/** The numbers of a plan. */
export type Numbers = {
  decay: number;
  momentum: number;
  beta1: number;
  beta2: number;
  epsilon: number;
};

/** A rule for one parameter: called once a step with the gradient and the rate, it changes the parameter. */
export type Rule = (p: number[], g: readonly number[], rate: number) => void;

/** Each optimiser's rule, with its memory. */
export const rules: Record<string, (n: Numbers, size: number) => Rule> = {
  sgd: (n) => (p, g, rate) => {
    for (let i = 0; i < p.length; i++) p[i]! -= rate * (g[i]! + n.decay * p[i]!);
  },
  momentum(n, size) {
    const v = new Array<number>(size).fill(0);
    return (p, g, rate) => {
      for (let i = 0; i < p.length; i++) {
        v[i] = n.momentum * v[i]! + g[i]! + n.decay * p[i]!;
        p[i]! -= rate * v[i]!;
      }
    };
  },
  nesterov(n, size) {
    const v = new Array<number>(size).fill(0);
    return (p, g, rate) => {
      for (let i = 0; i < p.length; i++) {
        const all = g[i]! + n.decay * p[i]!;
        v[i] = n.momentum * v[i]! + all;
        p[i]! -= rate * (all + n.momentum * v[i]!);
      }
    };
  },
  rmsprop(n, size) {
    const v = new Array<number>(size).fill(0);
    return (p, g, rate) => {
      for (let i = 0; i < p.length; i++) {
        const all = g[i]! + n.decay * p[i]!;
        v[i] = n.beta2 * v[i]! + (1 - n.beta2) * all * all;
        p[i]! -= (rate * all) / (Math.sqrt(v[i]!) + n.epsilon);
      }
    };
  },
  adam: (n, size) => adam(n, size, false),
  adamw: (n, size) => adam(n, size, true),
  novograd(n, size) {
    const m = new Array<number>(size).fill(0);
    let v: number | undefined;
    return (p, g, rate) => {
      const norm2 = g.reduce((sum, one) => sum + one * one, 0);
      v = v === undefined ? norm2 : n.beta2 * v + (1 - n.beta2) * norm2;
      for (let i = 0; i < p.length; i++) {
        m[i] = n.beta1 * m[i]! + g[i]! / (Math.sqrt(v) + n.epsilon) + n.decay * p[i]!;
        p[i]! -= rate * m[i]!;
      }
    };
  },
};

function adam(n: Numbers, size: number, decoupled: boolean): Rule {
  const m = new Array<number>(size).fill(0);
  const v = new Array<number>(size).fill(0);
  let t = 0;
  return (p, g, rate) => {
    t++;
    for (let i = 0; i < p.length; i++) {
      const all = g[i]! + (decoupled ? 0 : n.decay * p[i]!);
      m[i] = n.beta1 * m[i]! + (1 - n.beta1) * all;
      v[i] = n.beta2 * v[i]! + (1 - n.beta2) * all * all;
      const [mean, square] = [m[i]! / (1 - n.beta1 ** t), v[i]! / (1 - n.beta2 ** t)];
      const shrink = decoupled ? n.decay * p[i]! : 0;
      p[i]! -= rate * (mean / (Math.sqrt(square) + n.epsilon) + shrink);
    }
  };
}
