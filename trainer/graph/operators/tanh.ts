import type { Operator } from '../operator.ts';
import { elementwise } from './elementwise.ts';

/**
 * tanh of each element; its derivative is 1 − tanh².
 *
 * @example const [h] = graph.apply(tanh, [z]);
 */
export const tanh: Operator = {
  name: 'tanh',
  lowerings: { 'ort-training': elementwise('tanh', 'Tanh', 'com.microsoft.TanhGrad') },
};
