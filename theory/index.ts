/** Mean-field theory of wide networks with dropout noise: pure functions over numbers. */
export type { Activation, Moments, Pair, Parameter } from './activation.ts';
export { type ActivationParameters, activationAt, activationParameters } from './activations/find.ts';
export { ACTIVATIONS, type ActivationName } from './activations/index.ts';
export { WRAP_PARAMETERS, type Wrap, wrap } from './activations/wrap.ts';
export { type Advice, advise } from './advice/advice.ts';
export type { Change } from './advice/changes.ts';
export { depthLimits, type Limits } from './advice/limits.ts';
export type { AdviceInput } from './advice/question.ts';
export { type Recommendation, recommend, USUAL_SIGMA_B2 } from './advice/recommend.ts';
export { averageErrors } from './averages/errors.ts';
export { plainMean, plainSquare } from './averages/plain.ts';
export { type CorrelationLimit, type CorrelationMap, correlationLimit } from './correlation.ts';
export { type EdgeOfChaos, edgeOfChaos } from './critical/edge.ts';
export {
  type CriticalPoint,
  type CriticalPoints,
  type CriticalSlope,
  criticalPoints,
  halfStablePoints,
  variancePreserving,
} from './critical/lines.ts';
export { type DepthScales, type DepthScalesInput, depthScales } from './depth-scales.ts';
export { calculateGain, PYTORCH_GAINS, type PytorchGainName } from './inits/calculate-gain.ts';
export { type Gains, gainsOf } from './inits/gains.ts';
export { INITS, type Init, type InitName, initVariances } from './inits/inits.ts';
export { MASK_CORRELATION, type Mask, type Noise, type Strength, type Technique } from './noise.ts';
export { PLANE_MEASURES, type PlaneAxis, type PlaneMeasure, plane } from './plane/plane.ts';
export { rangeDepth } from './range.ts';
export {
  type ResidualConvergence,
  type ResidualInput,
  residualConvergence,
  residualRemainder,
} from './residual/residual.ts';
export { TECHNIQUES, type TechniqueName } from './techniques/index.ts';
export {
  type Contrast,
  contrasts,
  DATA_CORRELATION,
  EPSILON,
  type Pairs,
} from './trainable-depth/contrast.ts';
export {
  contrastAt,
  type DepthEstimate,
  type EstimateOptions,
  estimateDepth,
  estimateDepths,
  estimateScheduledDepth,
} from './trainable-depth/estimate.ts';
export {
  DEPTH_RULES,
  type DepthLimit,
  type DepthRule,
  type DepthRuleName,
  ruledDepth,
} from './trainable-depth/rules.ts';
export type { AffineNoise } from './trajectory/averages.ts';
export type { Layer } from './trajectory/layer.ts';
export { layersOf, NO_NOISE, type PerLayer, type Stack } from './trajectory/layers.ts';
export { SCHEDULES, type Schedule, type ScheduleName } from './trajectory/schedules.ts';
export { type Start, type Trajectory, type TrajectoryRow, trajectory } from './trajectory/trajectory.ts';
export { type VarianceLimit, varianceLimit } from './variance.ts';
export type { FixedPoint } from './variance-map.ts';
