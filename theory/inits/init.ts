import type { Gain, PytorchGainName } from './calculate-gain.ts';

/** The sizes of a layer that an initialiser looks at. */
export type LayerShape = {
  /** inputs that one output sums over */
  readonly fan_in?: number;
  /** as the framework counts it; of a fully connected layer its outputs */
  readonly fan_out?: number;
  /** outputs (of a convolution its output channels); fan_out by default */
  readonly outputs?: number;
};

/** What the variance of the weights is divided by: a fan, or the arithmetic or geometric mean of both. */
export type FanMode = 'fan_in' | 'fan_out' | 'fan_avg' | 'fan_geo_avg';

/** The law that weights are drawn from. */
export type WeightLaw = 'normal' | 'truncated_normal' | 'uniform' | 'orthogonal';

/** The parameters of initialisers, by the names that the frameworks give them (`std` is stddev in some). */
export type InitParameters = {
  /** multiplies the weights */
  readonly gain?: Gain;
  /** the square of the gain, in its place */
  readonly sigma_w2?: number;
  /** whose gain, by `calculate_gain` */
  readonly nonlinearity?: PytorchGainName;
  /** of kaiming_*: negative slope of leaky_relu; of PyTorch's uniform and truncated normal laws: lower end */
  readonly a?: number;
  /** upper end */
  readonly b?: number;
  readonly mode?: FanMode;
  /** variance times the fan of `mode` */
  readonly scale?: number;
  readonly distribution?: 'truncated_normal' | 'untruncated_normal' | 'normal' | 'uniform';
  /** standard deviation, of a truncated normal before it is cut */
  readonly std?: number;
  /** lower and upper end of Keras' uniform law */
  readonly minval?: number;
  readonly maxval?: number;
};

/** The name of a parameter of an initialiser. */
export type InitParameterName = Exclude<keyof InitParameters, 'sigma_w2'>;

/** A layer and the parameters that are given, or stand for those that are not. */
export type InitArguments = LayerShape & InitParameters;

/** Where the variance of weights comes from. */
export type WeightRule = {
  /** the parameters that it takes, with the framework's defaults; null where it must be given */
  readonly parameters: Readonly<Partial<Record<InitParameterName, number | string | null>>>;
  /** the law at these defaults */
  readonly law: WeightLaw;
  /** the sizes that the answer depends on */
  readonly sizes: (of: InitArguments) => readonly (keyof LayerShape)[];
  /** Var(W) · fan_in, of checked arguments */
  readonly sigma_w2: (of: InitArguments & Required<LayerShape>) => number;
};

/** An initialiser as data: what it means for the theory. */
export type Init = WeightRule & {
  /** whose function it is */
  readonly framework: string;
  /** how one writes it */
  readonly usage: string;
  readonly reference: string;
  /** `fan_in`: uniform between ±1/√fan_in. Others start at 0, or are left to the user */
  readonly biases: 'zero' | 'fan_in';
  /** false where a convolution of the framework is initialised by another rule */
  readonly convolutions?: false;
};
