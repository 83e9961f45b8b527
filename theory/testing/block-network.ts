import type { AddNoise, Attend, Gate, Network, Normalise, Op, SubLayer, Weigh } from '../network.ts';
import {
  activate,
  attend,
  chain,
  type Matrix,
  multiplyOutcomes,
  normaliseBatches,
  normaliseRows,
  type Step,
  scaleAndShift,
  skip,
  sum,
  weigh,
} from './differentiable.ts';
import { alphaOutcomes, type Draw, NOISE_DRAWS } from './noise-draws.ts';
import { normals, random } from './random.ts';

/** Two passes of the network: one input under two masks, two inputs under masks of their own, two inputs under the same masks. */
export type PairName = 'masks' | 'inputs' | 'shared';

/** What a simulation needs to know besides the network. */
export type Simulation = {
  /** units of the stream, a multiple of the heads; the network's by default, or 256 */
  readonly width?: number;
  /** units where a branch has another width: behind its first weights, if they are not its last; twice the width by default */
  readonly hidden?: number;
  /** heads of attention; 4 by default */
  readonly heads?: number;
  /** blocks; the network's by default */
  readonly depth?: number;
  /**
   * Inputs of a pass, 1 by default. A pass has either several inputs or tokens. Without batch norms they only make means more precise:
   * 8 inputs take twice the time of one, and standard errors halve
   */
  readonly batch?: number;
  /** what is compared with the first pass; all three by default. Each is another pass, so leave out what is not asked */
  readonly pairs?: readonly PairName[];
  /** start correlation of two inputs at the same position; the stem's `c0` by default, and 0 without it */
  readonly c_inputs?: number;
  /** start correlation of two tokens of a sequence; the stem's `c0` by default, and 0 without it */
  readonly c_tokens?: number;
  /** start correlation of two inputs at different positions; of tokens c_inputs times c_tokens by default, of a batch `c_batch` */
  readonly c_across?: number;
  /** the correlation of the gradients of two tokens at the top: 0 (each has a loss of its own) by default, 1 where they are pooled */
  readonly top?: number;
  /** draws the factor of a technique that is neither Bernoulli, IC, alpha dropout nor one of NOISE_DRAWS */
  readonly draw?: (noise: AddNoise) => Draw;
};

/**
 * Means over units (and over all rows that they can be taken of). Products that there are none of are NaN: those of two positions
 * where a pass has one, those of passes that were not asked for.
 */
export type Products = {
  /** mean square, over all passes */
  readonly v: number;
  /** mean, over all passes */
  readonly mean: number;
  /** product of two positions (tokens, inputs of the batch) of one pass */
  readonly within: number;
} & {
  /** product of two passes at one position */
  readonly [Name in PairName]: number;
} & {
  /** product of two passes at different positions */
  readonly [Name in PairName as `${Name}_across`]: number;
};

/** What was measured in one network: a row for the start of each block, one behind the last, and one behind the final norm if there is one. */
export type BlocksMeasured = {
  readonly forward: readonly Products[];
  /** products over √(v v) of their two passes */
  readonly correlations: readonly Products[];
  /** gradients by the same rows, over the mean square of the gradient at the top, which all passes have in common */
  readonly backward: readonly Products[];
};

/** The passes of a simulation: the first one, then one a pair. */
type Pass = { readonly input: number; readonly masks: number };
const PASSES: Readonly<Record<PairName, Pass>> = {
  masks: { input: 0, masks: 1 },
  inputs: { input: 1, masks: 2 },
  shared: { input: 1, masks: 0 },
};

/** What all draws of a network have in common. */
type Drawer = {
  readonly next: () => number;
  readonly normal: () => number;
  readonly passes: readonly Pass[];
  /** rows of a pass */
  readonly positions: number;
  /** whether the rows of a pass are tokens (or pixels) of one input, not inputs of a batch */
  readonly tokens: boolean;
  readonly width: number;
  readonly hidden: number;
  readonly heads: number;
  readonly draw: (noise: AddNoise) => Draw;
};

/** A network with its random numbers: the start, and what leads from each row of the measurement to the next. */
export type DrawnBlocks = { readonly start: Matrix; readonly steps: readonly Step[]; readonly top: Matrix };

/**
 * Draws a network of finite width: weights, biases, masks, inputs, and the gradient at the top. Rows are passes, and within them positions.
 *
 * @param network with attention if and only if it has `tokens`
 * @example drawBlocks(network, { width: 16, depth: 1 }, 1).steps[0](start).y
 */
export function drawBlocks(network: Network, options: Simulation, seed: number): DrawnBlocks {
  const { stem, blocks, final_norm, tokens } = network;
  const { width = network.width ?? 256, hidden = 2 * width, heads = 4, batch = 1 } = options;
  const { depth = network.depth, pairs = ['masks', 'inputs', 'shared'], top = 0 } = options;
  if (depth === undefined) throw new Error('A simulation needs a depth.');
  if (tokens !== undefined && batch > 1) throw new Error('A pass has tokens or a batch, not both.');
  const next = random(seed);
  const drawer: Drawer = {
    ...{ next, normal: normals(next), width, hidden, heads },
    passes: [{ input: 0, masks: 0 }, ...pairs.map((name) => PASSES[name])],
    positions: tokens ?? batch,
    tokens: tokens !== undefined,
    draw: options.draw ?? drawOf,
  };
  const blockAt = typeof blocks === 'function' ? blocks : () => blocks;
  const data = drawStart(drawer, network, options);
  return {
    start: chain(drawOps(drawer, stem.ops))(data).y,
    steps: [
      ...Array.from({ length: depth }, (_, i) =>
        chain(blockAt(i + 1, depth).map((layer) => drawSubLayer(drawer, layer))),
      ),
      ...(final_norm ? [drawNorm(drawer, final_norm, width)] : []),
    ],
    top: drawAlike(drawer, top),
  };
}

/**
 * One random network of finite width, forward and back: it shares nothing with the theory but φ and the data that describe a network.
 *
 * @param network any, if it has a depth; noise of `dropconnect` must stand before weights
 * @param options see {@link Simulation}
 * @example
 * const networks = Array.from({ length: 8 }, (_, i) => simulateBlocks(network, { width: 256, depth: 12 }, i));
 * estimate(networks.map(({ correlations }) => correlations[12].masks))
 */
export function simulateBlocks(network: Network, options: Simulation, seed: number): BlocksMeasured {
  const { start, steps, top } = drawBlocks(network, options, seed);
  const states = [start];
  const backs = steps.map((step) => {
    const { y, back } = step(states.at(-1) as Matrix);
    states.push(y);
    return back;
  });
  const gradients = [top];
  for (const back of backs.toReversed()) gradients.unshift(back(gradients[0] as Matrix));
  const { width = network.width ?? 256, pairs = ['masks', 'inputs', 'shared'] } = options;
  const positions = network.tokens ?? options.batch ?? 1;
  const forward = states.map((state) => measure(state, width, positions, pairs));
  return {
    forward: forward.map(({ products }) => products),
    correlations: forward.map(({ correlations }) => correlations),
    backward: gradients.map((state) => measure(state, width, positions, pairs).products),
  };
}

/** Several networks, of seeds of their own. */
export function simulateNetworks(
  network: Network,
  options: Simulation,
  seed: number,
  count: number,
): BlocksMeasured[] {
  return Array.from({ length: count }, (_, i) => simulateBlocks(network, options, 1009 * seed + i));
}

/** Inputs at data of mean square q0: common to all, to a pass, to a position, and own parts. */
function drawStart(drawer: Drawer, { stem }: Network, options: Simulation): Matrix {
  const { q0, c0 = 0, mean = 0, c_batch = 0 } = stem;
  const { normal, passes, positions, width } = drawer;
  const { c_inputs = c0 } = options;
  const c_within = drawer.tokens ? (options.c_tokens ?? c0) : c_batch;
  const { c_across = drawer.tokens ? c_inputs * c_within : c_batch } = options;
  const parts = [
    c_across - mean ** 2 / q0,
    c_within - c_across,
    c_inputs - c_across,
    1 - c_within - c_inputs + c_across,
  ];
  const [common, ofInput, ofPosition, own] = parts.map((part) => {
    if (part < -1e-12) throw new Error(`There are no such inputs: ${parts}.`);
    return Math.sqrt(q0 * Math.max(part, 0));
  }) as [number, number, number, number];
  const start = new Float64Array(passes.length * positions * width);
  const [inputs, places, owns] = [2, positions, 2 * positions].map((count) => new Float64Array(count)) as [
    Matrix,
    Matrix,
    Matrix,
  ];
  for (let i = 0; i < width; i++) {
    const level = mean + common * normal();
    for (const part of [inputs, places, owns]) for (let k = 0; k < part.length; k++) part[k] = normal();
    for (const [p, { input }] of passes.entries())
      for (let t = 0; t < positions; t++)
        start[(p * positions + t) * width + i] =
          level +
          ofInput * (inputs[input] as number) +
          ofPosition * (places[t] as number) +
          own * (owns[input * positions + t] as number);
  }
  return start;
}

/** The gradient at the top, of mean square 1: the same in all passes, with a correlation between their positions. */
function drawAlike({ normal, passes, positions, width }: Drawer, correlation: number): Matrix {
  const common = Float64Array.from({ length: width }, () => Math.sqrt(correlation) * normal());
  const one = Float64Array.from(
    { length: positions * width },
    (_, k) => (common[k % width] as number) + Math.sqrt(1 - correlation) * normal(),
  );
  const size = Math.sqrt(one.reduce((total, value) => total + value * value, 0) / one.length);
  const out = new Float64Array(passes.length * one.length);
  for (let p = 0; p < passes.length; p++)
    out.set(
      one.map((value) => value / size),
      p * one.length,
    );
  return out;
}

/** Means over units and rows of one matrix. */
function measure(
  x: Matrix,
  width: number,
  positions: number,
  pairs: readonly PairName[],
): { readonly products: Products; readonly correlations: Products } {
  const size = positions * width;
  const passes = Array.from({ length: x.length / size }, (_, p) => x.subarray(p * size, (p + 1) * size));
  const totals = passes.map((pass) => {
    const total = new Float64Array(width);
    for (let k = 0; k < size; k++) total[k % width] = (total[k % width] as number) + (pass[k] as number);
    return total;
  });
  const dot = (a: Matrix, b: Matrix) => a.reduce((all, value, k) => all + value * (b[k] as number), 0);
  const same = (a: number, b: number) => dot(passes[a] as Matrix, passes[b] as Matrix) / size;
  const across = (a: number, b: number) =>
    positions === 1
      ? Number.NaN
      : (dot(totals[a] as Matrix, totals[b] as Matrix) / size - same(a, b)) / (positions - 1);
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const squares = passes.map((_, p) => same(p, p));
  const withins = passes.map((_, p) => across(p, p));
  const products: Record<string, number> = {
    v: average(squares),
    mean: average([...x]),
    within: average(withins),
  };
  const correlations: Record<string, number> = {
    v: 1,
    mean: average([...x]) / Math.sqrt(average(squares)),
    within: average(withins.map((value, p) => value / (squares[p] as number))),
  };
  for (const name of Object.keys(PASSES) as PairName[]) {
    const p = pairs.indexOf(name) + 1;
    const size = Math.sqrt((squares[0] as number) * (squares[p] as number));
    for (const [key, value] of [
      [name, p === 0 ? Number.NaN : same(0, p)],
      [`${name}_across`, p === 0 ? Number.NaN : across(0, p)],
    ] as const) {
      products[key] = value;
      correlations[key] = value / size;
    }
  }
  return { products: products as Products, correlations: correlations as Products };
}

/** x → a x + b f(x), with the norm where it stands. */
function drawSubLayer(drawer: Drawer, { a2, b2, ops, norm, after = [] }: SubLayer): Step {
  const own = () => (norm ? [drawNorm(drawer, norm, drawer.width)] : []);
  const isBefore = norm?.at === 'pre' || norm?.at === 'sandwich';
  const isBehind = norm?.at === 'out' || norm?.at === 'sandwich';
  const branch = [
    ...(isBefore ? own() : []),
    ...drawOps(drawer, ops),
    ...(isBehind ? own() : []),
    ...drawOps(drawer, after),
  ];
  const joined = skip(Math.sqrt(a2), Math.sqrt(b2), chain(branch));
  return norm?.at === 'post' ? chain([joined, ...own()]) : joined;
}

const hasWeights = ({ op }: Op): boolean => op === 'linear' || op === 'gate' || op === 'attention';

/** The operations of a branch: their last weights return to the width of the stream, weights before them have the hidden width. */
function drawOps(drawer: Drawer, ops: readonly Op[]): Step[] {
  const last = ops.findLastIndex(hasWeights);
  const steps: Step[] = [];
  let width = drawer.width;
  for (const [i, op] of ops.entries()) {
    const next = hasWeights(op) ? (i < last ? drawer.hidden : drawer.width) : width;
    if (op.op === 'activation') steps.push(activate(op.phi.phi, op.phi.derivative));
    if (op.op === 'norm') steps.push(drawNorm(drawer, op, width));
    if (op.op === 'path') steps.push(drawPath(drawer, op.keep, width));
    if (op.op === 'noise' && op.technique !== 'dropconnect') steps.push(drawNoise(drawer, op, width));
    if (op.op === 'gate') steps.push(drawGate(drawer, op, width, next));
    if (op.op === 'attention') steps.push(drawAttention(drawer, op, width, next));
    if (op.op === 'linear') {
      const before = ops[i - 1];
      steps.push(
        before?.op === 'noise' && before.technique === 'dropconnect'
          ? drawDroppedWeights(drawer, op, before.keep ?? 1, width, next)
          : drawWeights(drawer, op, width, next),
      );
    }
    width = next;
  }
  return steps;
}

type Variances = Pick<Weigh, 'sigma_w2' | 'sigma_b2'>;

const drawMatrix = ({ normal }: Drawer, sigma_w2: number, from: number, to: number) => {
  const weights = new Float32Array(from * to);
  const scale = Math.sqrt(sigma_w2 / from);
  for (let k = 0; k < weights.length; k++) weights[k] = scale * normal();
  return weights;
};

const drawUnits = ({ normal }: Drawer, variance: number, width: number): Matrix =>
  Float64Array.from({ length: width }, () => (variance === 0 ? 0 : Math.sqrt(variance) * normal()));

const drawWeights = (drawer: Drawer, { sigma_w2, sigma_b2 }: Variances, from: number, to: number): Step =>
  weigh(drawMatrix(drawer, sigma_w2, from, to), from, drawUnits(drawer, sigma_b2, to));

/** DropConnect: every row has weights of its own, of which each is kept or not; rows that share masks have the same ones. */
function drawDroppedWeights(
  drawer: Drawer,
  { sigma_w2, sigma_b2 }: Variances,
  keep: number,
  from: number,
  to: number,
): Step {
  const weights = drawMatrix(drawer, sigma_w2, from, to);
  const biases = drawUnits(drawer, sigma_b2, to);
  const seeds = drawRows(drawer, 1, false, () => 2 ** 32 * drawer.next());
  const rows = Array.from(seeds.s, (seed) => {
    const next = random(seed);
    return weigh(
      weights.map((weight) => (next() < keep ? weight / keep : 0)),
      from,
      biases,
    );
  });
  const byRow = (x: Matrix, width: number, run: (row: Matrix, r: number) => Matrix) =>
    Float64Array.from(rows.flatMap((_, r) => [...run(x.slice(r * width, (r + 1) * width), r)]));
  return (x) => {
    const backs: ((gradient: Matrix) => Matrix)[] = [];
    const y = byRow(x, from, (row, r) => {
      const passed = (rows[r] as Step)(row);
      backs.push(passed.back);
      return passed.y;
    });
    return {
      y,
      back: (gradient) => byRow(gradient, to, (row, r) => (backs[r] as (gradient: Matrix) => Matrix)(row)),
    };
  };
}

function drawGate(drawer: Drawer, gate: Gate, from: number, to: number): Step {
  const { activation, sigma_w2_gate, sigma_w2_value, sigma_b2 = 0 } = gate;
  const { phi, derivative } = activation.phi;
  return multiplyOutcomes(
    chain([drawWeights(drawer, { sigma_w2: sigma_w2_gate, sigma_b2 }, from, to), activate(phi, derivative)]),
    drawWeights(drawer, { sigma_w2: sigma_w2_value, sigma_b2 }, from, to),
  );
}

/** A norm with its gain and its shifts, which are weights: the same in all passes. */
function drawNorm(drawer: Drawer, norm: Omit<Normalise, 'op'>, width: number): Step {
  const { kind, eps = 0, gain2 = 1, shift2 = 0 } = norm;
  const shifts = drawUnits(drawer, shift2, width);
  const rows = drawer.passes.length * drawer.positions;
  return chain([
    kind === 'batch'
      ? normaliseBatches(width, drawer.positions, eps)
      : normaliseRows(width, kind === 'layer', eps),
    scaleAndShift(
      new Float64Array(rows * width).fill(Math.sqrt(gain2)),
      Float64Array.from({ length: rows * width }, (_, k) => shifts[k % width] as number),
    ),
  ]);
}

/** How a technique draws, by its definition. */
function drawOf({ technique, keep, noise }: AddNoise): Draw {
  if (technique === 'none') return () => 1;
  if (technique === 'bernoulli' || technique === 'ic') {
    const kept = keep ?? 1 / noise.s2;
    return (next) => (kept === 1 || next() < kept ? 1 / kept : 0);
  }
  if (technique === 'alpha' && keep !== null) {
    const [kept, dropped] = alphaOutcomes(keep);
    return (next) => {
      const { s, t } = next() < keep ? kept : dropped;
      return [s, t];
    };
  }
  const known = NOISE_DRAWS.find(
    ([name, { s1, s2 }]) => name.startsWith(technique) && s1 === noise.s1 && s2 === noise.s2,
  );
  if (!known) throw new Error(`Say how ${technique} draws.`);
  return known[2];
}

/** Factors and shifts of every row. Passes with the same masks have the same ones; `together`: all rows of a pass have. */
function drawRows(
  { next, passes, positions }: Drawer,
  width: number,
  together: boolean,
  draw: Draw,
): { readonly s: Matrix; readonly t: Matrix } {
  const size = positions * width;
  const [s, t] = [new Float64Array(passes.length * size), new Float64Array(passes.length * size)];
  for (const [p, { masks }] of passes.entries()) {
    const first = passes.findIndex((pass) => pass.masks === masks);
    if (first < p) {
      for (const part of [s, t]) part.copyWithin(p * size, first * size, (first + 1) * size);
      continue;
    }
    for (let k = p * size; k < (p + 1) * size; k++) {
      const isFirst = !together || k < p * size + width;
      const drawn = isFirst ? draw(next) : ([s[k - width], t[k - width]] as [number, number]);
      if (typeof drawn === 'number') s[k] = drawn;
      else [s[k], t[k]] = drawn;
    }
  }
  return { s, t };
}

function drawNoise(drawer: Drawer, noise: AddNoise, width: number): Step {
  const together = drawer.tokens && noise.channelwise === true;
  const { s, t } = drawRows(drawer, width, together, drawer.draw(noise));
  return scaleAndShift(s, t);
}

/** The branch of a pass, with all its tokens, or not. */
function drawPath(drawer: Drawer, keep: number, width: number): Step {
  const { s } = drawRows(drawer, 1, drawer.tokens, (next) => (next() < keep ? 1 / keep : 0));
  return scaleAndShift(
    Float64Array.from({ length: s.length * width }, (_, k) => s[Math.floor(k / width)] as number),
    new Float64Array(s.length * width),
  );
}

function drawAttention(drawer: Drawer, op: Attend, from: number, to: number): Step {
  const { passes, positions: tokens, width, heads } = drawer;
  const head = width / heads;
  const [query, key, value] = [op.sigma_w2_query, op.sigma_w2_key, op.sigma_w2_value].map((sigma_w2) =>
    drawWeights(drawer, { sigma_w2, sigma_b2: 0 }, from, width),
  ) as [Step, Step, Step];
  const output = drawWeights(drawer, { sigma_w2: op.sigma_w2_output, sigma_b2: 0 }, width, to);
  // (a row of factors for each head of each token)
  const factors = op.noise && drawRows(drawer, heads * tokens, false, drawer.draw(op.noise)).s;
  const scale2 = (op.qk_norm ?? op.score_scale2 ?? 1) / head;
  const partOf = (x: Matrix, p: number, h: number, each: number) => {
    const part = new Float64Array(tokens * each);
    for (let t = 0; t < tokens; t++)
      part.set(x.subarray(((p * tokens + t) * heads + h) * each).subarray(0, each), t * each);
    return part;
  };
  const putPart = (x: Matrix, p: number, h: number, part: Matrix) => {
    for (let t = 0; t < tokens; t++)
      x.set(part.subarray(t * head, (t + 1) * head), ((p * tokens + t) * heads + h) * head);
  };
  const ofHeads = passes.flatMap((_, p) => Array.from({ length: heads }, (_, h) => [p, h] as const));
  const mix = (q: Matrix, k: Matrix, v: Matrix) => {
    const y = new Float64Array(v.length);
    const backs = ofHeads.map(([p, h]) => {
      const noise = factors ? partOf(factors, p, h, tokens) : null;
      const parts = [q, k, v].map((x) => partOf(x, p, h, head)) as [Matrix, Matrix, Matrix];
      const mixed = attend(
        {
          ...{ width: head, scale: Math.sqrt(scale2), noise },
          ...{ normalised: op.qk_norm !== undefined, causal: op.causal === true },
        },
        ...parts,
      );
      putPart(y, p, h, mixed.y);
      return mixed.back;
    });
    const back = (gradient: Matrix) => {
      const outs = [q, k, v].map((x) => new Float64Array(x.length));
      for (const [i, [p, h]] of ofHeads.entries()) {
        const byHead = backs[i] as (typeof backs)[number];
        for (const [j, part] of byHead(partOf(gradient, p, h, head)).entries())
          putPart(outs[j] as Matrix, p, h, part);
      }
      return outs as [Matrix, Matrix, Matrix];
    };
    return { y, back };
  };
  return (x) => {
    const [q, k, v] = [query(x), key(x), value(x)];
    const mixed = mix(q.y, k.y, v.y);
    const out = output(mixed.y);
    return {
      y: out.y,
      back: (gradient) => {
        const [byQuery, byKey, byValue] = mixed.back(out.back(gradient));
        return sum(sum(q.back(byQuery), k.back(byKey)), v.back(byValue));
      },
    };
  };
}
