import type { Plan } from '../../schemas/plan.ts';
import type { Optimiser } from './optimiser.ts';
import { sgd } from './sgd.ts';

/** Each optimiser, by the name that plans use. */
export const optimisers: Readonly<Record<Plan['training']['optimiser'], Optimiser>> = { sgd };
