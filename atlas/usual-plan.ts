import { DATA_SET_ENTRIES, type DataSetName } from '../catalogue/training.ts';
import { type Plan, planSchema } from '../schemas/plan.ts';

/** Depths that a search may try: a tenth apart. */
const DEPTHS = [
  2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 26, 29, 32, 35, 39, 43, 47, 52, 57, 63, 69,
  76, 84, 92, 101, 111, 122, 134, 147, 162, 178, 196, 216, 238, 262, 288,
];

/** The weight variances of the paper's planes, in nine steps. */
export const SIGMA_W2 = [1, 1.25, 1.5, 1.76, 2, 2.4, 2.8, 3.4, 4];

/** Each depth that is tried is trained with three seeds, at least four depths of a column. */
export const SEARCH = {
  interval: 1.3,
  networks_per_round: 3,
  replicates: 3,
  min_networks: 12,
  max_networks: 24,
};

/** Where networks are deep or wide, and cost many times as much. */
export const COARSE = { ...SEARCH, interval: 1.45, max_networks: 18 };

/** Where there are many columns: half as many networks. */
export const QUICK = { ...SEARCH, interval: 1.5, min_networks: 9, max_networks: 12 };

/** What a plane differs in from the usual one: MNIST, tanh, width 100, keep 0.95, sgd 0.03, 500 steps, nine sigma_w2. */
export type Difference = {
  id: string;
  title: string;
  data?: DataSetName;
  axes?: Partial<Plan['axes']>;
  network?: Partial<Plan['network']>;
  training?: Partial<Plan['training']>;
  evaluation?: Partial<Plan['evaluation']>;
  search?: Plan['search'] | null;
  backend?: Plan['backend'];
};

/**
 * The plan of a plane.
 * @example planOf({ id: 'mnist-tanh-steps-100', title: '100 steps', training: { steps: 100 } }).training.steps // 100
 */
export function planOf({
  id,
  title,
  data = 'mnist',
  backend = 'ort-node',
  search = SEARCH,
  ...own
}: Difference): Plan {
  const axes = { depth: DEPTHS, ...(own.axes ?? { sigma_w2: SIGMA_W2 }) };
  const usual = {
    network: {
      activation: 'tanh',
      width: 100,
      sigma_w2: 1.76,
      sigma_b2: 0.05,
      init: 'gaussian',
      technique: 'bernoulli',
      keep: 0.95,
      ...own.network,
    } as Record<string, unknown>,
    training: { optimiser: 'sgd', learning_rate: 0.03, batch: 100, steps: 500, ...own.training } as Record<
      string,
      unknown
    >,
  };
  // what is an axis is not fixed, and what is left out is not given
  const without = (members: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(members).filter(([name, value]) => value !== undefined && !(name in axes)),
    );
  return planSchema.parse({
    schema: 'dropline-plan/1',
    id,
    title: `${DATA_SET_ENTRIES[data].title}, ${title}`,
    data: { name: data, normalisation: 'standard' },
    axes,
    network: without(usual.network),
    training: without(usual.training),
    evaluation: {
      train_images: 1000,
      test_images: 2000,
      accuracy_threshold: 0.5,
      details: true,
      ...own.evaluation,
    },
    ...(search && { search }),
    seeds: [1, 2, 3],
    backend,
  });
}
