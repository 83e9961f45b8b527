import type { DataSetName } from '../../catalogue/training.ts';
import { cifar10 } from './cifar10.ts';
import type { DataSource } from './data-set.ts';
import { mnist } from './mnist.ts';

/** The data sets that networks can be trained on, by the name that plans use. */
export const DATA_SETS = { mnist, cifar10 } as const satisfies Record<DataSetName, DataSource>;
