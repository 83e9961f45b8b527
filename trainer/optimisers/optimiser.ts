import { OPTIMISER_ENTRIES, type OptimiserName, type OptimiserNumber } from '../../catalogue/training.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { ScheduleOptions } from './schedules.ts';

/** What a plan says about its optimiser; each takes the numbers that its `defaults` name. */
export type OptimiserOptions = {
  readonly learning_rate: number;
  /** Steps of the plan, for the schedule. */
  readonly steps?: number;
  readonly schedule?: ScheduleOptions | undefined;
  /** Adds the weights, times this, to the gradient (or to the update, where the optimiser decouples it); 0 by default. */
  readonly weight_decay?: number | undefined;
  /** The gradient of all parameters together is scaled down to this L2 norm where it is longer. */
  readonly clip_norm?: number | undefined;
} & { readonly [Name in OptimiserNumber]?: number | undefined };

/** What one parameter's update is written from. */
export type UpdateArguments = {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly states: Readonly<Record<string, Value>>;
  /** What {@link Optimiser.scalars} gives, as graph inputs. */
  readonly scalars: Readonly<Record<string, Value>>;
  /** The learning rate of this step and parameter with a minus sign, a scalar. */
  readonly minusRate: Value;
  /** The weight decay of this parameter. */
  readonly decay: number;
  /** The optimiser's own numbers. */
  readonly numbers: Readonly<Record<string, number>>;
};

/** An optimiser: from a gradient and a state to what is added to the parameter, and the next state. */
export type Optimiser = {
  readonly name: OptimiserName;
  /** Shapes of the states of a parameter, by name; they start at 0. */
  states(shape: readonly number[]): Readonly<Record<string, readonly number[]>>;
  /** Numbers that depend on the step, counted from 0. */
  scalars?(numbers: Readonly<Record<string, number>>, step: number): Readonly<Record<string, number>>;
  update(graph: Graph, from: UpdateArguments): { change: Value; states: Readonly<Record<string, Value>> };
};

/**
 * An optimiser's own numbers: the plan's, or its defaults.
 *
 * @example numbersOf(adam, { learning_rate: 0.001, beta2: 0.99 }) // { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }
 */
export function numbersOf(optimiser: Optimiser, options: OptimiserOptions): Record<string, number> {
  return Object.fromEntries(
    Object.entries(OPTIMISER_ENTRIES[optimiser.name].parameters).map(([name, value]) => [
      name,
      options[name as OptimiserNumber] ?? value,
    ]),
  );
}
