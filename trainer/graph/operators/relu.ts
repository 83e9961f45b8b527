import type { Operator } from '../operator.ts';
import { elementwise } from './elementwise.ts';

/**
 * max(0, x) of each element; its derivative at 0 is taken as 0.
 *
 * @example const [h] = graph.apply(relu, [z]);
 */
export const relu: Operator = {
  name: 'relu',
  lowerings: { 'ort-training': elementwise('relu', 'Relu', 'com.microsoft.ReluGrad') },
};
