import type { TRAINED_ACTIVATIONS } from '../../schemas/names.ts';
import type { Operator } from '../graph/operator.ts';
import { relu } from '../graph/operators/relu.ts';
import { tanh } from '../graph/operators/tanh.ts';

/** The operator of each activation φ that can be trained, by the name that plans use. */
export const activations: Readonly<Record<(typeof TRAINED_ACTIVATIONS)[number], Operator>> = { relu, tanh };
