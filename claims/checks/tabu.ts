import { createMaskSource } from '../../trainer/random/mask.ts';
import { createStream, type Stream } from '../../trainer/random/stream.ts';
import { bernoulli, createTabuSource, tabu } from '../../trainer/techniques/factors.ts';
import type { Check } from './check.ts';
import { createStepper } from './stepper.ts';

/** Units of the layer that is looked at, the passes that a seed makes, and the seeds. */
const [UNITS, PASSES, SEEDS] = [100, 5, 100] as const;

/** Long-run share of units that are dropped, by both techniques. */
const DROPPED = 0.3;

/** Blocks that are timed, and the steps of one. Blocks of 60 steps, a tenth of a second, differed by too much (16 %) to see a tenth of a step. */
const TIMING = { steps: 300, blocks: 50 } as const;

type Fill = (into: Float32Array) => void;

const tabuSource = (stream: Stream, proposal: number): Fill =>
  createTabuSource(stream, 1 - proposal, 1, 1) as Fill;
const bernoulliSource = (stream: Stream, drop: number): Fill => createMaskSource(stream, 1 - drop, 1) as Fill;

/** Masks of passes that follow each other, after some that are left out: what is seen is the long run. */
function drawMasks(fill: Fill, passes: number, leftOut = 50): Float32Array[] {
  const masks = Array.from({ length: leftOut + passes }, () => {
    const mask = new Float32Array(UNITS);
    fill(mask);
    return mask;
  });
  return masks.slice(leftOut);
}

/** T1: no unit is dropped twice in a row. */
export const checkTabuRule: Check = async () => {
  const passes = 10_000;
  const masks = drawMasks(tabuSource(createStream(1, 'tabu rule'), 0.5), passes, 0);
  let [twice, again, dropped] = [0, 0, 0];
  masks.forEach((mask, t) => {
    for (let i = 0; i < UNITS; i++) {
      if (mask[i] !== 0) continue;
      dropped++;
      if (masks[t - 1]?.[i] === 0) twice++;
      if (masks[t - 2]?.[i] === 0) again++;
    }
  });
  return {
    kind: 'exact',
    holds: twice === 0 && again > 0,
    triedOn: `${UNITS} units, ${passes} passes, proposals of .5`,
    note: `Of ${dropped} dropped units none was dropped in the pass before, and ${again} were two passes before.`,
  };
};

/** The mean share of units that differ between two of the passes, over all pairs of passes. */
function measureDistance(masks: readonly Float32Array[]): number {
  let [differ, pairs] = [0, 0];
  for (let a = 0; a < masks.length; a++)
    for (let b = 0; b < a; b++) {
      pairs++;
      for (let i = 0; i < UNITS; i++) if (masks[a]?.[i] !== masks[b]?.[i]) differ++;
    }
  return differ / (pairs * UNITS);
}

/**
 * The expected share of units that differ between two passes: 2 d (1 − d) (1 − ρ), with the correlation ρ = (−p)^lag of tabu's masks, averaged
 * over all pairs of passes.
 *
 * @param drop d, the long-run share that is dropped
 * @param proposal p = d / (1 − d); 0 for masks that are independent
 * @param passes how many
 * @example expectedDistance(0.3, 0, 5) // 0.42
 */
export function expectedDistance(drop: number, proposal: number, passes: number): number {
  let [sum, pairs] = [0, 0];
  for (let lag = 1; lag < passes; lag++) {
    const count = passes - lag;
    const correlation = proposal === 0 ? 0 : (-proposal) ** lag;
    sum += count * 2 * drop * (1 - drop) * (1 - correlation);
    pairs += count;
  }
  return sum / pairs;
}

/** T2: how different the sub-networks of a few passes are, at the same long-run share of dropped units. */
export const checkTabuDiversity: Check = async () => {
  const proposal = DROPPED / (1 - DROPPED);
  const differences = Array.from({ length: SEEDS }, (_, seed) => {
    const stream = (name: string) => createStream(seed + 1, 'diversity', name);
    const tabuMasks = drawMasks(tabuSource(stream('tabu'), proposal), PASSES);
    const masks = drawMasks(bernoulliSource(stream('bernoulli'), DROPPED), PASSES);
    return measureDistance(tabuMasks) - measureDistance(masks);
  });
  const [theirs, ours] = [expectedDistance(DROPPED, 0, PASSES), expectedDistance(DROPPED, proposal, PASSES)];
  return {
    kind: 'evidence',
    triedOn: `masks of ${UNITS} units, ${PASSES} passes, ${DROPPED} of the units dropped in the long run by both`,
    measure: 'share of units that differ between two of the passes',
    evidence: [{ name: 'tabu − bernoulli', expected: 'more', delta: 0.01, differences }],
    note:
      `In theory ${ours.toFixed(4)} of the units for Tabu dropout and ${theirs.toFixed(4)} for Bernoulli dropout; successive passes alone ` +
      `differ in ${(2 * DROPPED).toFixed(2)} and ${theirs.toFixed(2)}, passes two apart in less than independent ones. In layers of more than ` +
      'about ten units practically all masks of either are distinct.',
  };
};

/** T3: what the technique adds to the parameters. */
export const checkTabuParameters: Check = async () => {
  const place = {
    ...{ keep: 0.7, batch: 100, units: UNITS, fanOut: UNITS, learningRate: 0.1 },
    dialect: 'plain' as const,
    options: {},
  } as const;
  const count = (technique: typeof tabu) => technique.layer(place)?.parameters?.length ?? 0;
  return {
    kind: 'exact',
    holds: count(tabu) === 0 && count(bernoulli) === 0,
    triedOn: 'a layer of 100 units',
    note: 'No parameter is added, as by Bernoulli dropout. There is a state: one mark for each unit and place of the batch.',
  };
};

/** T4: the processor time of a training step, drawing the noise included, beside Bernoulli dropout: blocks of steps in turns. */
export const checkTabuTime: Check = async () => {
  const { steps, blocks } = TIMING;
  const [ours, theirs] = [
    await createStepper({ technique: 'tabu', keep: 0.7 }),
    await createStepper({ technique: 'bernoulli', keep: 0.7 }),
  ];
  try {
    await ours.run(steps);
    await theirs.run(steps);
    const differences: number[] = [];
    for (let i = 0; i < blocks; i++) {
      // tabu, bernoulli, bernoulli, tabu: whichever comes second in a pair is up to a tenth slower
      const first = await ours.run(steps);
      const rival = (await theirs.run(steps)) + (await theirs.run(steps));
      differences.push(1 - (first + (await ours.run(steps))) / rival);
    }
    return {
      kind: 'evidence',
      triedOn: `steps of 100 MNIST images, three layers of 100 units, ${ours.backend}; ${blocks} times two blocks of ${steps} steps of each`,
      measure: 'processor time that a step saves beside Bernoulli dropout, as a share',
      evidence: [{ name: 'tabu beside bernoulli', expected: 'not_less', delta: 0.1, differences }],
      note: 'Times are of the machine of the run, and are not the same twice. Delta is a tenth of a step.',
    };
  } finally {
    await ours.release();
    await theirs.release();
  }
};
