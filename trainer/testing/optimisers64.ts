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
    for (let i = 0; i < p.length; i++)
      p[i] = (p[i] as number) - rate * ((g[i] as number) + n.decay * (p[i] as number));
  },
  momentum(n, size) {
    const v = new Array<number>(size).fill(0);
    return (p, g, rate) => {
      for (let i = 0; i < p.length; i++) {
        v[i] = n.momentum * (v[i] as number) + (g[i] as number) + n.decay * (p[i] as number);
        p[i] = (p[i] as number) - rate * (v[i] as number);
      }
    };
  },
  nesterov(n, size) {
    const v = new Array<number>(size).fill(0);
    return (p, g, rate) => {
      for (let i = 0; i < p.length; i++) {
        const all = (g[i] as number) + n.decay * (p[i] as number);
        v[i] = n.momentum * (v[i] as number) + all;
        p[i] = (p[i] as number) - rate * (all + n.momentum * (v[i] as number));
      }
    };
  },
  rmsprop(n, size) {
    const v = new Array<number>(size).fill(0);
    return (p, g, rate) => {
      for (let i = 0; i < p.length; i++) {
        const all = (g[i] as number) + n.decay * (p[i] as number);
        v[i] = n.beta2 * (v[i] as number) + (1 - n.beta2) * all * all;
        p[i] = (p[i] as number) - (rate * all) / (Math.sqrt(v[i] as number) + n.epsilon);
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
        m[i] =
          n.beta1 * (m[i] as number) +
          (g[i] as number) / (Math.sqrt(v) + n.epsilon) +
          n.decay * (p[i] as number);
        p[i] = (p[i] as number) - rate * (m[i] as number);
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
      const all = (g[i] as number) + (decoupled ? 0 : n.decay * (p[i] as number));
      m[i] = n.beta1 * (m[i] as number) + (1 - n.beta1) * all;
      v[i] = n.beta2 * (v[i] as number) + (1 - n.beta2) * all * all;
      const [mean, square] = [(m[i] as number) / (1 - n.beta1 ** t), (v[i] as number) / (1 - n.beta2 ** t)];
      const shrink = decoupled ? n.decay * (p[i] as number) : 0;
      p[i] = (p[i] as number) - rate * (mean / (Math.sqrt(square) + n.epsilon) + shrink);
    }
  };
}
