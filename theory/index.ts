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
export { PLANE_MEASURES, type PlaneMeasure } from '../catalogue/queries.ts';
export {
  MASK_CORRELATIONS,
  type MaskName,
  SCHEDULE_ENTRIES,
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
export { type Wrap, wrap } from './activations/wrap.ts';
export { type Advice, advise, type Judgement, judge, type Limits } from './advice/advice.ts';
export { type AdviceInput, type Change, nearestChanges, recommendedNetwork } from './advice/changes.ts';
export {
  type Recommendation,
  type RecommendedVariance,
  recommend,
  USUAL_SIGMA_B2,
  usualBias,
} from './advice/recommend.ts';
export { averageErrors, type Description, numeric } from './averages/numeric.ts';
export { plainMean, plainSquare } from './averages/one-input.ts';
export { millsRatio } from './averages/special.ts';
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
  type FiniteLayer,
  type ForwardSpread,
  forwardSpread,
  type SplitSpread,
  splitSpread,
} from './finite-width/forward.ts';
export { type GradientBand, gradientBand, widthForGradients } from './finite-width/gradient-band.ts';
export {
  type Frontier,
  type FrontierLikelihood,
  frontierLikelihood,
  MANY_NETWORKS,
  measuredFrontier,
  type Trials,
} from './frontier/frontier.ts';
export {
  type GoverningInput,
  type GoverningScale,
  type GradientMetric,
  governingScale,
  type ReadOut,
} from './gradients/governing-scale.ts';
export {
  type LinearGradients,
  type LinearLayer,
  linearGradients,
  linearStep,
  type SecondMoments,
} from './gradients/linear-moments.ts';
export {
  dropConnectMoments,
  dropoutMoments,
  gaussianMoments,
  type PairNoise,
  pairNoise,
  type QuarticNoise,
  quarticNoise,
} from './gradients/noise.ts';
export {
  crossoverDepth,
  noiseFloor,
  type PairFactors,
  type PairProduct,
  pairProducts,
  slopeCorrelation,
} from './gradients/noise-floor.ts';
export { type GradientRow, gradientProfile, type ProfileOptions } from './gradients/profile.ts';
export { type PairQuartics, pairQuartics, type Quartics, quartics } from './gradients/quartics.ts';
export {
  type GradientSpread,
  gradientSpread,
  gradientSpreadOfWeights,
  type SpreadInput,
  type VarianceMean,
  varianceMean,
} from './gradients/variance-mean.ts';
export {
  type LinearDropout,
  publishedMetrics,
  type WeightMetrics,
  wideMetrics,
} from './gradients/weight-metrics.ts';
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
export { calculateGain, type Gain, type Gains, gainsOf, squaredGain } from './inits/gains.ts';
export { INITS, type Init, initVariances, takesGain } from './inits/inits.ts';
export type { InitArguments, InitParameters, LayerShape } from './inits/rules.ts';
export {
  type Activate,
  type AddNoise,
  type Block,
  changeKeep,
  hasDepthScales,
  type Network,
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
export { type Kernel, kernelOf } from './pairs/kernel.ts';
export { type UnequalPair, unequalPair } from './pairs/unequal.ts';
export { ParameterError, type ParameterErrorCode, type ParameterLimit } from './parameter-error.ts';
export { type PlaneAxis, POINTS_WITHOUT_TABLES, plane } from './plane/plane.ts';
export { rangeDepth, rangeLimit } from './range.ts';
export { type ResidualEnd, residualEnd } from './residual/flow.ts';
export {
  type ResidualConvergence,
  type ResidualInput,
  residualConvergence,
  residualRemainder,
} from './residual/residual.ts';
export {
  type Collapsed,
  collapsed,
  depthCurve,
  orderCurve,
  type ScalingFactors,
  scalingFactors,
} from './scaling/collapse.ts';
export { effectiveDepthScale, exactDepthScale, saturationGain } from './scaling/effective-depth.ts';
export { type ExactMap, type ExactState, relaxation, stateOf } from './scaling/exact-map.ts';
export { EXPONENTS, type Exponents, type Universality } from './scaling/exponents.ts';
export {
  type Distance,
  KAPPA_RELU,
  type ScalingForm,
  type ScalingInput,
  type ScalingPoint,
  scalingPoint,
} from './scaling/form.ts';
export { equilibriumFreeEnergy, freeEnergy } from './scaling/free-energy.ts';
export { localExponent, localRelaxationExponent, type Observable, PATHS } from './scaling/local-exponents.ts';
export {
  criticalDepthScale,
  crossoverDetuning,
  crossoverField,
  inverseDepthScale,
  kinkedCurve,
  orderParameter,
} from './scaling/order-parameter.ts';
export { criticalRelaxation } from './scaling/relaxation.ts';
export { reach, reachRatio, saturatedSchedule } from './scaling/schedules.ts';
export {
  noiseOf,
  noiseParametersIn,
  type PrefixedNoiseParameters,
  TECHNIQUES,
  techniqueParameters,
} from './techniques/index.ts';
export { advancedStart } from './techniques/squashed.ts';
export {
  type TabuScale,
  tabuAveraging,
  tabuCorrelation,
  tabuDropRate,
  tabuNoise,
} from './techniques/tabu.ts';
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
  type DepthLimits,
  type EstimateOptions,
  estimateCautiousLimit,
  estimateDepth,
  estimateDepths,
  estimateLimits,
  estimateScheduledDepth,
  MAX_LAYERS,
} from './trainable-depth/estimate.ts';
export {
  conditionsOf,
  distanceTo,
  type FittedDepth,
  type FittedRule,
  fittedDepth,
  networkSettings,
  type OptimiserEffect,
  placeOf,
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
  formDepth,
  REFERENCE_TRAINING,
  type Training,
} from './trainable-depth/forms.ts';
export {
  DEPTH_RULES,
  type DepthLimit,
  type DepthRule,
  type DepthRuleName,
  ruledDepth,
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
export { type KeepScheduleName, SCHEDULES, type Schedule, scheduleKeeps } from './trajectory/schedules.ts';
export {
  type PartialTrajectory,
  type Start,
  type Trajectory,
  type TrajectoryRow,
  trajectory,
  trajectoryWithin,
} from './trajectory/trajectory.ts';
export { type VarianceLimit, varianceLimit } from './variance.ts';
export type { FixedPoint } from './variance-map.ts';
export { count, type GoesOn, kept, Meter, never, OutOfWork } from './work.ts';
