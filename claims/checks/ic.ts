import { mean as average } from 'd3-array';
import type { UnitOptions } from '../../schemas/measurement.ts';
import type { Plan } from '../../schemas/plan.ts';
import { findBackend } from '../../trainer/backends/index.ts';
import { createBatchReader } from '../../trainer/data/data-set.ts';
import { findInit } from '../../trainer/inits.ts';
import { measureUnits, readFindings, UnitProbe } from '../../trainer/measure/measure-units.ts';
import type { UnitFindings } from '../../trainer/measure/unit-statistics.ts';
import { layOut } from '../../trainer/networks/layout.ts';
import { drawNoise, inputNames } from '../../trainer/networks/model.ts';
import { buildModel, drawInitialValues } from '../../trainer/networks/network-graph.ts';
import { trainedNetwork } from '../../trainer/networks/trained-network.ts';
import { createStream } from '../../trainer/random/stream.ts';
import { type Cell, listCells } from '../../trainer/run/cells.ts';
import { checkPlan } from '../../trainer/run/plan.ts';
import { loadPlanData } from '../../trainer/run/run.ts';
import { fitLine } from '../../trainer/statistics/correlation.ts';
import { describeSample } from '../../trainer/statistics/paired.ts';
import type { Check } from './check.ts';

const KEEPS = [0.5, 0.7, 0.8, 0.9, 0.95] as const;
const LAYERS = 3;

/** Images of a batch, which batch norms take their statistics of. */
const BATCH = 500;

/** What is seen of each network; `networks` are seeds here. */
const UNITS: UnitOptions = { networks: 20, images: 5000, pairs: 100 };

/** Networks of relu, which the note is about. */
const RELU_NETWORKS = 5;

const SIZES = `${LAYERS} hidden layers of 100 units on ${UNITS.images} MNIST training images in batches of ${BATCH}, untrained, noise on`;
const KEPT = `keep ${KEEPS.join(', ')}, with the same images and initial weights`;
const TANH_NETWORKS = `IC layers of tanh: ${SIZES}; ${UNITS.pairs} random pairs of units a layer; ${KEPT}`;

type Kind = Pick<Plan['network'], 'activation' | 'technique'>;

/** Networks of a kind. Those of a seed have the same weights, pairs of units and images at every keep. */
function planOf({ activation, technique }: Kind, seeds: number): Plan {
  const variances = activation === 'relu' ? { sigma_w2: 2, sigma_b2: 0 } : { sigma_w2: 1.5, sigma_b2: 0.05 };
  return checkPlan(
    {
      ...{ schema: 'dropline-plan/1', id: 'units', title: 'Pairs of units', backend: 'ort-web-training' },
      data: { name: 'mnist', normalisation: 'standard' },
      axes: { depth: [LAYERS], keep: [...KEEPS] },
      network: { activation, technique, width: 100, ...variances, init: 'gaussian' },
      training: {
        ...{ optimiser: 'sgd', learning_rate: 0.01, batch: BATCH, steps: 1 },
        common_random_numbers: true,
      },
      evaluation: { train_images: 1000, test_images: 1000 },
      seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    },
    'The plan of the units',
  );
}

/** What was found of each network: by seed, keep, layer. */
type Found = readonly (readonly (readonly UnitFindings[])[])[];

async function measureKind(kind: Kind, seeds: number): Promise<Found> {
  const plan = planOf(kind, seeds);
  const data = await loadPlanData(plan, undefined, () => {});
  const cells = listCells(plan);
  const found: UnitFindings[][][] = [];
  for (const seed of plan.seeds) {
    const own: UnitFindings[][] = [];
    for (const cell of cells.filter((one) => one.seed === seed)) {
      const [numbers] = await measureUnits(plan, UNITS, cell, [0], data);
      own.push(readFindings(numbers as Float64Array));
    }
    found.push(own);
  }
  return found;
}

let measuredTanh: Promise<Found> | undefined;

/** IC layers of tanh, which two checks are about: measured once. */
function measureTanh(): Promise<Found> {
  measuredTanh ??= measureKind({ activation: 'tanh', technique: 'ic' }, UNITS.networks);
  return measuredTanh;
}

/** The mean of numbers that there are. */
const mean = (values: readonly number[]): number => average(values) as number;

/** A mean and its standard error, for notes. */
function describe(values: readonly number[]): string {
  const { mean: middle, deviation } = describeSample(values);
  return `${middle.toFixed(3)} ± ${(deviation / Math.sqrt(values.length)).toFixed(3)}`;
}

/** I1: where an IC layer stands, and that its batch norm normalises. */
export const checkIcOrder: Check = async () => {
  const plan = planOf({ activation: 'tanh', technique: 'ic' }, 1);
  const data = await loadPlanData(plan, undefined, () => {});
  const backend = findBackend(plan.backend);
  const cell = listCells(plan)[0] as Cell;
  const shape = trainedNetwork(plan, cell, data, backend.dialect);
  const order = layOut(shape).flatMap(({ steps }) => steps.map(({ op }) => op));
  const expected = [
    'linear',
    ...Array.from({ length: LAYERS }, () => ['activation', 'norm', 'noise', 'linear']).flat(),
  ];
  const probe = await UnitProbe.create(backend, buildModel(shape));
  try {
    const init = findInit(plan.network.init, { sigma_w2: 1.5, sigma_b2: 0.05 });
    const source = (...purpose: string[]) => createStream(1, 'order', ...purpose);
    const values = drawInitialValues(shape, init, (name) => source('initial', name));
    const { images, labels } = createBatchReader(data, data.train, BATCH)((i) => i);
    const noises = await probe.run({
      ...Object.fromEntries(values.map(({ name, data: value }) => [name, value])),
      ...drawNoise(shape.noise, source('noise'))(),
      [inputNames.images]: images,
      [inputNames.labels]: labels,
    });
    const moments = noises.flatMap(({ before }) => listMoments(before));
    const furthest = {
      mean: Math.max(...moments.map((unit) => Math.abs(unit.mean))),
      variance: Math.max(...moments.map((unit) => Math.abs(unit.variance - 1))),
    };
    // 1e-5 is added to the variance before its root
    const normalises = noises.length === LAYERS && furthest.mean < 1e-5 && furthest.variance < 1e-3;
    return {
      kind: 'exact',
      holds: order.join() === expected.join() && normalises,
      triedOn: `${LAYERS} hidden layers of 100 tanh units, one batch of ${BATCH} MNIST images`,
      note:
        `The operations of the network are ${order.join(', ')} (noise: dropout). At the start no unit behind a batch norm has a mean over the batch ` +
        `further from 0 than ${furthest.mean.toExponential(0)}, or a variance further from 1 than ${furthest.variance.toExponential(0)}.`,
    };
  } finally {
    await probe.release();
  }
};

/** Mean and variance of each unit over a batch, of [batch, units]. */
function listMoments(values: Float32Array): { mean: number; variance: number }[] {
  const units = values.length / BATCH;
  return Array.from({ length: units }, (_, unit) => {
    const own = Array.from({ length: BATCH }, (_, i) => values[i * units + unit] as number);
    const middle = mean(own);
    return { mean: middle, variance: mean(own.map((one) => (one - middle) ** 2)) };
  });
}

/** I2: the correlation of units behind the dropout over that before it, over keep. */
export const checkIcCorrelation: Check = async () => {
  const found = await measureTanh();
  const ratios = found.map((keeps) =>
    keeps.map((layers) => mean(layers.map(({ correlation_ratio }) => correlation_ratio))),
  );
  const lines = ratios.map((own) => fitLine(KEEPS, own));
  return {
    kind: 'evidence',
    triedOn: TANH_NETWORKS,
    measure: 'slope of the ratio of correlations on keep, less 1',
    evidence: [
      {
        name: 'slope − 1',
        expected: 'equal',
        delta: 0.02,
        differences: lines.map(({ slope }) => slope - 1),
      },
    ],
    note:
      `Correlations after the dropout over those before it: ${listRatios(ratios)}; intercept of the line ${describe(lines.map(({ intercept }) => intercept))}. ` +
      'It is exact for units of mean 0, which those behind a batch norm are at the start: the covariance stays, and each variance is divided by keep. Units with a mean lose more.',
  };
};

/** I3: the mutual information of units behind the dropout over that before it, over keep. */
export const checkIcInformation: Check = async () => {
  const found = await measureTanh();
  const ratios = found.map(listInformationRatios);
  const slope = (own: readonly number[]) => fitLine(KEEPS.map(Math.log), own.map(Math.log)).slope;
  const relu = await measureKind({ activation: 'relu', technique: 'bernoulli' }, RELU_NETWORKS);
  const reluIc = await measureKind({ activation: 'relu', technique: 'ic' }, RELU_NETWORKS);
  const slopes = (networks: Found) => describe(networks.map((keeps) => slope(listInformationRatios(keeps))));
  return {
    kind: 'evidence',
    triedOn: TANH_NETWORKS,
    measure: 'slope of the logarithm of the ratio of informations on that of keep, less 2',
    evidence: [
      {
        name: 'slope − 2',
        expected: 'equal',
        delta: 0.1,
        differences: ratios.map((own) => slope(own) - 2),
      },
    ],
    note:
      `Informations after the dropout over those before it: ${listRatios(ratios)}. ` +
      'Information is that of 8 bins, the same before and after, and of the value 0; what shuffled images give is taken off. ' +
      `Relu units without a norm are 0 for many images, and what was dropped looks like that: there the slope is ${slopes(relu)}, and not 2. ` +
      `In IC layers of relu the norm moves that atom away from 0, and it is ${slopes(reluIc)} (mean ± standard error, ${RELU_NETWORKS} networks each).`,
  };
};

/** The informations of all pairs of all layers of a network after the noise over those before it, for each keep. */
function listInformationRatios(keeps: readonly (readonly UnitFindings[])[]): number[] {
  return keeps.map(
    (layers) =>
      mean(layers.map(({ information_after }) => information_after)) /
      mean(layers.map(({ information_before }) => information_before)),
  );
}

/** A ratio at each keep, mean over networks, for notes. */
const listRatios = (ratios: readonly (readonly number[])[]): string =>
  KEEPS.map((keep, k) => `${describe(ratios.map((own) => own[k] as number))} at keep ${keep}`).join(', ');
