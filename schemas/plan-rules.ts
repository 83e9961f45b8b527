import type { RefinementCtx } from 'zod';
import { OWN_INITS, resolveInit, SQUARED_GAINS } from '../catalogue/inits.ts';
import { noiseNumbers, TECHNIQUE_ENTRIES } from '../catalogue/techniques.ts';
import { isRowSet, OPTIMISER_ENTRIES } from '../catalogue/training.ts';
import { AXIS_NAMES, givenValue, homeOf, valueOfInit } from './axes.ts';
import type { Plan } from './plan.ts';
import { noiseIssues } from './plan-noise.ts';

/** What the members of a plan must satisfy together, beyond what each of them does. */
export function checkPlan(plan: Plan, context: RefinementCtx): void {
  checkAxes(plan, context);
  checkNumbers(plan, context);
  checkImages(plan, context);
  checkRegression(plan, context);
  checkInit(plan, context);
  checkInputNoise(plan, context);
  checkOps(plan, context);
}

/** The operations of a block make a network, and have the noise that the plan speaks of. */
function checkOps({ network, training }: Plan, context: RefinementCtx): void {
  const { ops, technique, noise_on_input, input_keep } = network;
  if (!ops) return;
  const wrong = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  const refuse = (message: string) => wrong(['network', 'ops'], message);
  if (technique === 'ic') refuse('The technique "ic" is activation, norm, noise, linear: leave ops out.');
  if (ops.at(-1) !== 'linear') refuse('A block ends with "linear".');
  if (!ops.includes('activation')) refuse('A block has an "activation": without one the network is linear.');
  if (technique !== 'none' && !ops.includes('noise') && !noise_on_input && input_keep === undefined)
    refuse(`The technique "${technique}" needs a "noise" in ops.`);
  if (ops.includes('norm') && training.batch < 2)
    wrong(['training', 'batch'], 'A batch norm needs at least two images a step.');
}

/** A framework's initialiser has biases of its own, and not all of them take a gain. */
function checkInit({ network, axes }: Plan, context: RefinementCtx): void {
  const { init, sigma_w2 = 1, sigma_b2 = 0 } = network;
  const own = resolveInit(init);
  if ((OWN_INITS as readonly string[]).includes(own)) return;
  const wrong = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (sigma_b2 !== 0 || axes.sigma_b2)
    wrong(
      [axes.sigma_b2 ? 'axes' : 'network', 'sigma_b2'],
      `The init "${init}" has biases of its own: leave sigma_b2 out.`,
    );
  if (SQUARED_GAINS[own] === undefined && (sigma_w2 !== 1 || axes.sigma_w2))
    wrong(
      [axes.sigma_w2 ? 'axes' : 'network', 'sigma_w2'],
      `sigma_w2 is the square of a gain, and the init "${init}" takes none: leave it out.`,
    );
}

/** Noise on the images is that of the hidden layers, or has a keep of its own. */
function checkInputNoise({ network, axes }: Plan, context: RefinementCtx): void {
  const { input_keep, noise_on_input, technique, keep } = network;
  if (input_keep === undefined) return;
  const wrong = (message: string) =>
    context.addIssue({ code: 'custom', path: ['network', 'input_keep'], message });
  if (noise_on_input !== undefined)
    wrong('noise_on_input is about the keep of the hidden layers: give input_keep alone.');
  if (keep === undefined && !axes.keep)
    wrong(`input_keep needs a keep of the hidden layers beside it: "${technique}" has none here.`);
}

/** Two axes; what is no axis is fixed, and keep only where the technique takes it. */
function checkAxes(plan: Plan, context: RefinementCtx): void {
  const axes = AXIS_NAMES.filter((name) => plan.axes[name] !== undefined);
  if (axes.length !== 2)
    context.addIssue({
      code: 'custom',
      path: ['axes'],
      message: `A grid has two axes out of ${AXIS_NAMES.join(', ')}; this plan has ${axes.length}.`,
    });
  for (const name of AXIS_NAMES) {
    const home = homeOf(name);
    const given = givenValue(plan, name) !== undefined;
    const fixed = given || valueOfInit(plan.network.init, name) !== undefined;
    if (given && axes.includes(name))
      context.addIssue({
        code: 'custom',
        path: [home, name],
        message: `"${name}" is an axis already.`,
      });
    const { keep } = TECHNIQUE_ENTRIES[plan.network.technique];
    const numbers = noiseNumbers(plan.network.technique);
    const instead = numbers.some((number) => number in plan.network);
    const needed = name !== 'keep' || (keep !== 'refused' && !(keep === 'alternative' && instead));
    if (needed && !fixed && !axes.includes(name))
      context.addIssue({
        code: 'custom',
        path: [home, name],
        message: `"${name}" is missing: give it here, or make it an axis.`,
      });
    if (!needed && (given || axes.includes(name)))
      context.addIssue({
        code: 'custom',
        path: given ? ['network', name] : ['axes', name],
        message: `The technique "${plan.network.technique}" takes no keep${keep === 'refused' ? '' : ` beside ${numbers.join(', ')}`}.`,
      });
  }
}

/** An optimiser or technique takes its own numbers only. */
function checkNumbers(plan: Plan, context: RefinementCtx): void {
  for (const { path, message } of noiseIssues(plan)) context.addIssue({ code: 'custom', path, message });
  const { optimiser } = plan.training;
  for (const name of ['momentum', 'beta1', 'beta2', 'epsilon'] as const)
    if (name in plan.training && !(name in OPTIMISER_ENTRIES[optimiser].parameters))
      context.addIssue({
        code: 'custom',
        path: ['training', name],
        message: `The optimiser "${optimiser}" takes no ${name}.`,
      });
}

/** What there is of classes only. */
function checkRegression(
  { data, training, evaluation, search, measurement }: Plan,
  context: RefinementCtx,
): void {
  if (!isRowSet(data.name)) return;
  const refuse = (path: string[], given: unknown, why: string) => {
    if (given !== undefined && given !== false)
      context.addIssue({
        code: 'custom',
        path,
        message: `${data.name} is for regression: ${why} Leave ${path.at(-1)} out.`,
      });
  };
  const none = 'its networks have no accuracy.';
  refuse(['training', 'stop', 'accuracy'], training.stop?.accuracy, none);
  refuse(['evaluation', 'accuracy_threshold'], evaluation.accuracy_threshold, none);
  refuse(['evaluation', 'details'], evaluation.details, none);
  refuse(['evaluation', 'prune'], evaluation.prune, none);
  refuse(['search'], search, none);
  refuse(
    ['evaluation', 'uncertainty', 'out_of_distribution'],
    evaluation.uncertainty?.out_of_distribution,
    'there is no other data set of such rows.',
  );
  refuse(['measurement'], measurement, 'what is measured of untrained networks is about images.');
}

/** What accuracies are taken over. */
function checkImages(plan: Plan, context: RefinementCtx): void {
  if (plan.evaluation.train_images > (plan.data.train_images ?? Number.POSITIVE_INFINITY))
    context.addIssue({
      code: 'custom',
      path: ['evaluation', 'train_images'],
      message: `Accuracy is taken over images that are trained on: at most data.train_images, ${plan.data.train_images}.`,
    });
  const { batch } = plan.training;
  if (plan.evaluation.train_images % batch || plan.evaluation.test_images % batch)
    context.addIssue({
      code: 'custom',
      path: ['evaluation'],
      message: 'The images of an evaluation must be a multiple of the batch: the graph has one batch size.',
    });
  if ((plan.data.validation_images ?? 0) % batch)
    context.addIssue({
      code: 'custom',
      path: ['data', 'validation_images'],
      message: 'The images held out must be a multiple of the batch: the graph has one batch size.',
    });
  if (plan.evaluation.uncertainty?.out_of_distribution === plan.data.name)
    context.addIssue({
      code: 'custom',
      path: ['evaluation', 'uncertainty', 'out_of_distribution'],
      message: `The networks are trained on ${plan.data.name}: name another data set.`,
    });
}
