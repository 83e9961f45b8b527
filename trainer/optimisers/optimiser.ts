import type { Dialect } from '../graph/operator.ts';
import type { Model } from '../onnx/types.ts';

/** What a plan says about its optimiser. */
export type OptimiserOptions = { readonly learning_rate: number };

/** An optimiser: the model of one update in each dialect. */
export type Optimiser = {
  readonly name: string;
  readonly models: Readonly<Record<Dialect, (options: OptimiserOptions) => Model>>;
};
