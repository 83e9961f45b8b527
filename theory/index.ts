/** Mean-field theory of wide networks with dropout noise: pure functions over numbers. */
export {
  ACTIVATION_ENTRIES,
  ACTIVATION_PARAMETERS,
  type ActivationName,
} from '../catalogue/activations.ts';
export {
  type FanMode,
  type GainName,
  INIT_ENTRIES,
  type InitName,
  type InitParameterName,
  type WeightLaw,
} from '../catalogue/inits.ts';
export { KERNEL_LIMITS, type KernelLimit, PLANE_MEASURES, type PlaneMeasure } from '../catalogue/queries.ts';
export {
  MASK_CORRELATIONS,
  type MaskName,
  SCHEDULE_ENTRIES,
  type ScheduleAlias,
  type ScheduleName,
  TECHNIQUE_ENTRIES,
  type TechniqueName,
} from '../catalogue/techniques.ts';
export type { Activation, Moments, Pair, Parameter } from './activation.ts';
export {
  ACTIVATIONS,
  type ActivationParameters,
  activationAt,
  activationParameters,
} from './activations/index.ts';
export { ownActivation } from './activations/own.ts';
export { type Wrap, wrap } from './activations/wrap.ts';
export { type Advice, advise, type Judgement, judge, type Limits, placeDepth } from './advice/advice.ts';
export {
  type AdviceInput,
  type Change,
  findLargestBranch,
  findSmallestKeep,
  nearestChanges,
  recommendedNetwork,
} from './advice/changes.ts';
export {
  chooseBias,
  type Recommendation,
  type RecommendedVariance,
  recommend,
  USUAL_SIGMA_B2,
} from './advice/recommend.ts';
export {
  type Behaviour,
  CONSTANT_PART,
  describeActivation,
  type Examine,
  FARTHEST,
  type Given,
  LARGEST,
} from './averages/describe.ts';
export { averageErrors, type Description, numeric } from './averages/numeric.ts';
export { plainMean, plainSquare } from './averages/one-input.ts';
export type { Feature } from './averages/quadrature.ts';
export { erf as errorFunction, millsRatio, normalCdf } from './averages/special.ts';
export { type TableOptions, tabulated } from './averages/tables.ts';
export {
  checkBlocks,
  type Flag,
  FROZEN,
  hasAttention,
  hasPostNorm,
  listBlocks,
  repeatedBlock,
} from './blocks/check.ts';
export {
  type BlockDepth,
  blockDepth,
  MARGIN_THRESHOLDS,
  MAX_BLOCKS,
  type ThresholdName,
} from './blocks/depth.ts';
export { type BlockLimits, blockLimits, type LimitKind } from './blocks/limits.ts';
export type { Pair as ComparedPair, PairName } from './blocks/pairs.ts';
export { type Average, type PathRow, pathAverages } from './blocks/paths.ts';
export {
  causalTokens,
  MAX_SCORE_VARIANCE,
  MAX_TOKENS,
  type SoftmaxMoments,
  softmaxMoments,
  softmaxTable,
} from './blocks/softmax.ts';
export {
  type BlockOptions,
  type BlockRow,
  type BlockTrajectory,
  blockTrajectory,
  usualPairs,
} from './blocks/trajectory.ts';
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
export { type DepthScales, depthScales } from './depth-scales.ts';
export { type Fault, onFault } from './fault.ts';
export {
  type Frontier,
  type FrontierLikelihood,
  frontierLikelihood,
  MANY_NETWORKS,
  measuredFrontier,
  type Trials,
} from './frontier/frontier.ts';
export {
  crossoverDepth,
  noiseFloor,
  type PairFactors,
  type PairProduct,
  pairProducts,
  slopeCorrelation,
} from './gradients/noise-floor.ts';
export { type GradientRow, gradientProfile, type ProfileOptions } from './gradients/profile.ts';
export {
  dropoutMoments,
  type PairNoise,
  type PairQuartics,
  pairNoise,
  pairQuartics,
  type QuarticNoise,
  type Quartics,
  quarticNoise,
  quartics,
} from './gradients/quartics.ts';
export {
  type GradientSpread,
  gradientSpread,
  type SpreadInput,
  type VarianceMean,
  varianceMean,
} from './gradients/variance-mean.ts';
export { type WideGradients, type WideLinear, wideGradients } from './gradients/wide-output.ts';
export {
  type IcLayer,
  type IcLimit,
  type IcState,
  type IcStep,
  icEvaluation,
  icLimit,
  icStep,
} from './ic/ic.ts';
export { type Convolution, convolutionShape } from './inits/convolution.ts';
export { calculateGain, computeGains, type Gain, type Gains, squaredGain } from './inits/gains.ts';
export { INITS, type Init, initVariances, takesGain } from './inits/inits.ts';
export type { InitArguments, InitParameters, LayerShape } from './inits/rules.ts';
export {
  type Activate,
  type AddNoise,
  type Attend,
  type Block,
  changeKeep,
  type DropPath,
  type Gate,
  hasDepthScales,
  type Network,
  type Normalise,
  type NormKind,
  type NormPlacement,
  normalises,
  type Op,
  type PlainLayer,
  type PlainStack,
  plainBlock,
  plainNetwork,
  readActivation,
  readKeeps,
  readNoise,
  readPlainBlock,
  readPlainLayer,
  type SubLayer,
  varyNetwork,
  type Weigh,
} from './network.ts';
export {
  keepEffective,
  type Mask,
  maskCorrelation,
  type Noise,
  type NoiseParameter,
  type NoiseParameters,
  type ShiftMoments,
  type Strength,
  type Technique,
} from './noise.ts';
export { computeKernel, type Kernel, type UnequalPair, unequalPair } from './pairs/unequal.ts';
export { ParameterError, type ParameterErrorCode, type ParameterLimit } from './parameter-error.ts';
export { type PlaneAxis, POINTS_WITHOUT_TABLES, plane } from './plane/plane.ts';
export { rangeDepth, rangeLimit } from './range.ts';
export {
  type Distance,
  inverseDepthScale,
  KAPPA_RELU,
  kinkedCurve,
  orderParameter,
  type ScalingForm,
  type ScalingInput,
  type ScalingPoint,
  scalingPoint,
} from './scaling/form.ts';
export {
  effectiveDepthScale,
  exactDepthScale,
  reach,
} from './scaling/schedules.ts';
export {
  computeNoise,
  type PrefixedNoiseParameters,
  pickNoiseParameters,
  TECHNIQUES,
  techniqueParameters,
} from './techniques/index.ts';
export { type TabuScale, tabuDropRate, tabuNoise } from './techniques/tabu.ts';
export {
  type Contrast,
  DATA_CORRELATION,
  EPSILON,
  followContrasts,
  type Pairs,
} from './trainable-depth/contrast.ts';
export {
  type DepthEstimate,
  type DepthLimits,
  type EstimateOptions,
  estimateCautiousLimit,
  estimateDepth,
  estimateDepths,
  estimateLimits,
  estimateScheduledDepth,
  MAX_LAYERS,
  measureContrast,
} from './trainable-depth/estimate.ts';
export {
  describeNetwork,
  type FittedDepth,
  type FittedRule,
  fittedDepth,
  locateNetwork,
  measureDistance,
  type OptimiserEffect,
  readConditions,
  type Setting,
} from './trainable-depth/fitted.ts';
export { type DataStatistics, formScales } from './trainable-depth/form-scales.ts';
export {
  DEEPEST_FORM,
  DEPTH_FORMS,
  type DepthForm,
  type DepthFormName,
  type FormParameterName,
  type FormParameters,
  type FormScales,
  findKernelLimit,
  formDepth,
  REFERENCE_TRAINING,
  type Training,
} from './trainable-depth/forms.ts';
export {
  applyRule,
  DEPTH_RULES,
  type DepthLimit,
  type DepthRule,
  type DepthRuleName,
} from './trainable-depth/rules.ts';
export {
  type TangentKernel,
  type TangentStart,
  tangentKernel,
  type Updates,
} from './trainable-depth/tangent-kernel.ts';
export { widthDepth } from './trainable-depth/width.ts';
export type { Layer } from './trajectory/layer.ts';
export { NO_NOISE, readLayers } from './trajectory/layers.ts';
export { SCHEDULES, type Schedule, scheduleKeeps } from './trajectory/schedules.ts';
export {
  type PartialTrajectory,
  type Start,
  type Trajectory,
  type TrajectoryRow,
  trajectory,
  trajectoryWithin,
} from './trajectory/trajectory.ts';
export { type FixedPoint, type VarianceLimit, varianceLimit } from './variance.ts';

export { count, type GoesOn, kept, Meter, never, OutOfWork } from './work.ts';
