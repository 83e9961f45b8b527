import type { Block, Network, SubLayer } from '../network.ts';
import { maskCorrelation } from '../noise.ts';
import { count } from '../work.ts';
import { checkBlocks, hasAttention, repeatedBlock } from './check.ts';
import { LOST, type Run, type Setting, VARIANCE } from './operations.ts';
import { joinPairs, type Pair } from './pairs.ts';
import { compileBlock, compileBranch, resetFactors } from './sub-layer.ts';

/**
 * What the margin does after many blocks: falls by a factor in each (`scale`), as a power of the stream's variance (`power`), or stops where
 * it is (`frozen`).
 */
export type LimitKind = 'scale' | 'power' | 'frozen';

/** The limit of many equal blocks. */
export type BlockLimits = {
  /** null where it is not known, see `reason` */
  readonly kind: LimitKind | null;
  /** correlation that all pairs of inputs (with attention: all tokens, too) approach under masks of their own */
  readonly c_star: number | null;
  /** of `scale`: blocks in which the margin falls by a factor of e; null where it does not fall */
  readonly xi_2: number | null;
  /** of `power`: the margin falls as the stream's variance to the power of −kappa */
  readonly kappa: number | null;
  /** of `power`: what a block adds to the stream's variance; with batch norms, to that part of it which inputs of a batch have not in common */
  readonly growth: number | null;
  /** of `power`: the squared gradient of one input, bottom over top, grows as the stream's variance to this power */
  readonly gradient_exponent: number | null;
  readonly reason: string | null;
};

const UNKNOWN: BlockLimits = {
  kind: null,
  c_star: null,
  xi_2: null,
  kappa: null,
  growth: null,
  gradient_exponent: null,
  reason: null,
};

/** In the limit of infinitely many tokens all pairs approach the same correlation: they are one pair here, at one position and at two. */
const limitPairs = (mask_correlation: number, isBatch: boolean): readonly Pair[] =>
  isBatch
    ? [
        { name: 'masks', c0: 1, mask_correlation },
        { name: 'batch', c0: 0 },
      ]
    : [
        { name: 'masks', c0: 1, mask_correlation, partner: 'apart' },
        { name: 'apart', c0: 0, mask_correlation, apart: true },
        { name: 'tokens', c0: 0, within: true },
      ];

/** What a part of a block makes of a stream of given variance in which all pairs have one misalignment. */
type Outcome = {
  readonly v: number;
  /** what the covariance of a pair lacks */
  readonly lost: number;
  /** the derivative of the covariance by that of the stream, and the same of one pass */
  readonly slope: number;
  readonly gain: number;
};
type Part = (v: number, m: number) => Outcome;

/** A part of a block as a function. With batch norms the lack of a pair is counted against two inputs of a batch, which agree in nothing else. */
function asPart(run: Run, setting: Setting): Part {
  const signal = new Float64Array(LOST + setting.pairs.length);
  const factors = new Float64Array(4 * setting.couples.length);
  return (v, m) => {
    count(4);
    signal.fill(v * m, LOST);
    signal[0] = v;
    signal[1] = 0;
    if (setting.batch >= 0) signal[LOST + setting.batch] = v;
    resetFactors(factors);
    run(signal, factors);
    return {
      v: signal[VARIANCE] as number,
      lost: signal[LOST] as number,
      slope: factors[4] as number,
      gain: factors[0] as number,
      ...(setting.batch >= 0 && { v: signal[LOST + setting.batch] as number }),
    };
  };
}

const placeOf = (layer: SubLayer) => layer.norm?.at ?? 'none';

/**
 * The limit of many blocks of one kind.
 *
 * @param network of equal blocks
 * @returns see {@link BlockLimits}; nulls with a reason where blocks differ, or where it is not known
 * @throws ParameterError for what the theory does not cover, see `checkBlocks`
 * @see docs/blocks.md; Yang, Schoenholz 2017, and Doshi, He, Gromov 2023, for power laws without dropout
 * @example blockLimits(network).xi_2
 */
export function blockLimits(network: Network): BlockLimits {
  const flags = checkBlocks(network);
  const blocks = repeatedBlock(network);
  if (!blocks)
    return { ...UNKNOWN, reason: 'The blocks differ, so that there is no limit of many equal ones.' };
  if (flags.includes('frozen') || blocks.every(({ b2 }) => b2 === 0)) return { ...UNKNOWN, kind: 'frozen' };
  const places = blocks.map(placeOf);
  const carried = blocks.reduce((product, { a2 }) => product * a2, 1);
  const isPre = places.every(
    (at) => at === 'pre' || at === 'sandwich' || (at === 'out' && isScaleFree(blocks)),
  );
  if (isPre && carried > 1) return { ...UNKNOWN, kind: 'frozen' };
  const setting = settingOf(blocks, network);
  if (isPre && blocks.every(({ a2 }) => a2 === 1)) return powerLaw(blocks, setting);
  if (places.includes('post') || (isPre && carried < 1)) return depthScale(blocks, setting);
  if (places.every((at) => at === 'none'))
    return isScaleFree(blocks)
      ? growingScale(blocks, setting)
      : {
          ...UNKNOWN,
          reason:
            'Without norms the branches change with the variance of the stream: follow the trajectory, or ask /v1/depth-scales about plain layers.',
        };
  return {
    ...UNKNOWN,
    reason: places.includes('out')
      ? 'A branch that reads the stream without a norm changes as the stream grows: follow the trajectory.'
      : 'Not known for norms at different places and this skip connection: follow the trajectory.',
  };
}

/** The pairs of a limit: infinitely many tokens. */
function settingOf(block: Block, { mask }: Network): Setting {
  const all = block.flatMap(({ ops, after = [], norm }) => [
    ...ops,
    ...after,
    ...(norm ? [{ op: 'norm' as const, ...norm }] : []),
  ]);
  const isBatch = all.some((op) => op.op === 'norm' && op.kind === 'batch');
  const seen = { condensation: 0, score_variance: 0 };
  const pairs = limitPairs(maskCorrelation(mask), isBatch);
  return { ...joinPairs(pairs, Number.POSITIVE_INFINITY), seen };
}

/** Whether branches do the same to a stream of any size, up to its size. */
function isScaleFree(block: Block): boolean {
  return block.every(({ ops }) =>
    ops.every(
      (op) =>
        (op.op !== 'activation' || op.phi.homogeneous) &&
        (op.op !== 'linear' || op.sigma_b2 === 0) &&
        (op.op !== 'noise' || (op.noise.t2 ?? 0) === 0) &&
        op.op !== 'attention' &&
        op.op !== 'gate',
    ),
  );
}

/** Streams that grow by what branches of unit variance give: d c / d ln v = R(c) − c. */
function powerLaw(block: Block, setting: Setting): BlockLimits {
  const branches = block.map((layer) => ({
    b2: layer.b2,
    read: asPart(compileBranch(withoutEps(layer), setting), setting),
  }));
  const sum = (m: number): Outcome => {
    let [v, lost, slope, gain] = [0, 0, 0, 0];
    for (const { b2, read } of branches) {
      const own = read(1, m);
      v += b2 * own.v;
      lost += b2 * own.lost;
      slope += b2 * own.slope;
      gain += b2 * own.gain;
    }
    return { v, lost, slope, gain };
  };
  // (branches that give nothing)
  if (!(sum(0).v > 0)) return { ...UNKNOWN, kind: 'frozen' };
  const m = findMisalignment((at) => {
    const { v, lost, slope } = sum(at);
    return { by: lost / v - at, slope: slope / v - 1 };
  });
  const { v, slope, gain } = sum(m);
  return {
    ...UNKNOWN,
    kind: 'power',
    c_star: 1 - m,
    kappa: 1 - slope / v,
    growth: v,
    // (attention mixes what tokens send back)
    gradient_exponent: hasAttention([block]) ? null : gain / v,
  };
}

/** ε does not matter to a stream that grows, and a norm of what it gives would not let the limit be reached. */
const withoutEps = (layer: SubLayer): SubLayer => ({
  ...layer,
  ...(layer.norm && { norm: { ...layer.norm, eps: 0 } }),
});

/** Rounds that a variance takes to settle at most. */
const ROUNDS = 200;

/** Streams whose variance settles: the margin falls by a factor in each block. */
function depthScale(block: Block, setting: Setting): BlockLimits {
  const read = asPart(compileBlock(block, setting), setting);
  let settled = 1;
  /** the block at the variance that it leaves as it is */
  const settle = (m: number): Outcome & { readonly from: number } => {
    for (let round = 0; round < ROUNDS; round++) {
      const found = read(settled, m);
      const from = settled;
      settled = found.v;
      if (!(Math.abs(found.v - from) > 4e-16 * from)) return { ...found, from };
    }
    return { ...read(settled, m), from: settled };
  };
  if (!(settle(0).v > 0)) return { ...UNKNOWN, reason: 'The blocks pass nothing on that is known.' };
  const m = findMisalignment((at) => {
    const { v, lost, slope } = settle(at);
    return { by: lost / v - at, slope: slope - 1 };
  });
  // (below 0 by rounding where one block leaves nothing)
  const slope = Math.max(settle(m).slope, 0);
  return { ...UNKNOWN, kind: 'scale', c_star: 1 - m, xi_2: slope < 1 ? -1 / Math.log(slope) : null };
}

/** Blocks that do the same to a stream of any size: what counts is what they do to the correlation. */
function growingScale(block: Block, setting: Setting): BlockLimits {
  const read = asPart(compileBlock(block, setting), setting);
  const drift: Drift = (m) => {
    const { v, lost, slope } = read(1, m);
    return { by: lost / v - m, slope: slope / v - 1 };
  };
  const m = findMisalignment(drift);
  const rate = drift(m).slope + 1;
  return { ...UNKNOWN, kind: 'scale', c_star: 1 - m, xi_2: rate < 1 ? -1 / Math.log(rate) : null };
}

/** Steps of a search that leave nothing, whatever the map. */
const STEPS = 200;

/** A misalignment at which inputs count as unrelated, or as equal, though rounding says otherwise. */
const ROUNDING = 1e-15;

/** How a misalignment changes, and the derivative of that. */
type Drift = (m: number) => { readonly by: number; readonly slope: number };

/**
 * The misalignment at which a map stays: the one below 1 that is approached from above, or 1 where inputs that are unrelated stay so. By
 * Newton's steps within a bracket.
 */
function findMisalignment(drift: Drift): number {
  const unrelated = drift(1);
  if (Math.abs(unrelated.by) <= ROUNDING && unrelated.slope <= 0) return 1;
  let [low, high] = [0, Math.abs(unrelated.by) <= ROUNDING ? 1 - 1e-9 : 1];
  // without noise equal inputs stay equal: they are where others go to, unless they are driven apart
  const equal = drift(0);
  if (equal.by <= ROUNDING) {
    if (equal.slope <= ROUNDING) return 0;
    low = 1e-12;
  }
  let m = (low + high) / 2;
  for (let step = 0; step < STEPS && high - low > 1e-16 * high; step++) {
    const { by, slope } = drift(m);
    if (by > 0) low = m;
    else high = m;
    const next = m - by / slope;
    if (Math.abs(next - m) <= 2e-16 * m) return next;
    m = next > low && next < high ? next : (low + high) / 2;
  }
  return m;
}
