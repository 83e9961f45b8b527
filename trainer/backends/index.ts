import type { Plan } from '../../schemas/plan.ts';
import type { Backend } from './backend.ts';
import { ortWebTraining } from './ort-web-training/backend.ts';

/** Each back end, by the name that plans use. */
export const backends: Readonly<Record<Plan['backend'], Backend>> = { 'ort-web-training': ortWebTraining };
