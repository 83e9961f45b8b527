/** Mean-field theory of wide networks with dropout noise: pure functions over numbers. */
export type { Activation, Moments, Pair } from './activation.ts';
export { ACTIVATIONS, type ActivationName } from './activations/index.ts';
export { type CorrelationLimit, type CorrelationMap, correlationLimit } from './correlation.ts';
export { type DepthScales, type DepthScalesInput, depthScales } from './depth-scales.ts';
export { MASK_CORRELATION, type Mask, type Noise, type Strength, type Technique } from './noise.ts';
export { rangeDepth } from './range.ts';
export { TECHNIQUES, type TechniqueName } from './techniques/index.ts';
export { type VarianceLimit, varianceLimit } from './variance.ts';
