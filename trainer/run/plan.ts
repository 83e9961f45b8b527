import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { networkFromPlan } from '../../networks/from-plan.ts';
import { parseUnique } from '../../schemas/duplicate-keys.ts';
import { MAX_GRID_ROWS } from '../../schemas/grid.ts';
import { type Plan, planSchema, valueAt } from '../../schemas/plan.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { ParameterError, readKeeps } from '../../theory/index.ts';
import { type AnySource, isOfRows, sizesOf } from '../data/any-data.ts';
import { DATA_SETS } from '../data/sources.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { noiseAt } from '../networks/trained-network.ts';
import { type Cell, countCells, listCells } from './cells.ts';

/** Reads a plan. */
export async function readPlan(file: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const failure = toFileFailure(
      `read the plan ${file}`,
      error,
      'Give the path of a plan, for example examples/plans/tiny.json.',
    );
    throw failure instanceof Failure ? new Failure(failure.message, EXIT.usage) : failure;
  }
  return parsePlan(text, file);
}

/** A plan from its text. */
export function parsePlan(text: string, name: string): Plan {
  let value: unknown;
  try {
    // a byte order mark is what some Windows editors write
    value = parseUnique(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Failure(`The plan ${name} is not JSON: ${(error as Error).message}.`, EXIT.usage);
  }
  return checkPlan(value, `The plan ${name}`);
}

/**
 * A plan from a value, checked.
 *
 * @param value what is to be a plan
 * @param what it is called in messages
 * @throws Failure that lists everything that is wrong, each with a pointer to the member
 * @example checkPlan(JSON.parse(text), 'The plan tiny.json').id
 */
export function checkPlan(value: unknown, what: string): Plan {
  const parsed = planSchema.safeParse(value, { error: otherType });
  if (parsed.success) {
    checkSize(parsed.data, what);
    checkImages(parsed.data, what);
    checkNoise(parsed.data, what);
    return parsed.data;
  }
  const entries = problemEntries(parsed.error, Object.keys(planSchema.shape));
  throw new Failure(describeErrors(what, entries), EXIT.usage);
}

/** What is wrong with a file, one line for each error. */
export function describeErrors(
  what: string,
  entries: readonly { readonly pointer: string; readonly detail: string }[],
): string {
  const lines = entries.map(({ pointer, detail }) => `  ${pointer}  ${detail}`);
  return (
    `${what} has ${lines.length === 1 ? 'an error' : `${lines.length} errors`}:\n${lines.join('\n')}\n` +
    'Correct it and run the same command again; examples/plans/tiny.json shows every member.'
  );
}

/** A run holds all its cells in memory, and a grid so many rows: counted before they are listed. */
function checkSize(plan: Plan, what: string): void {
  const cells = countCells(plan);
  if (cells <= MAX_GRID_ROWS) return;
  const shown = (count: number) => count.toLocaleString('en');
  const parts = Object.entries({ ...plan.axes, seeds: plan.seeds });
  const factors = parts.map(([of, values]) => `${values?.length} ${of}`).join(' × ');
  throw new Failure(
    `${what} has an error:\n  #/axes  ${factors} are ${shown(cells)} networks; a grid holds at most ${shown(MAX_GRID_ROWS)}. ` +
      'Shorten an axis or the seeds, or divide it into plans with ids of their own.',
    EXIT.usage,
  );
}

/** Not every data set has as many images as the schema lets a plan ask for, or images of the same size as another's. */
function checkImages({ data, evaluation }: Plan, what: string): void {
  const source: AnySource = DATA_SETS[data.name];
  const { counts } = source;
  const noun = isOfRows(source) ? 'rows' : 'images';
  const refuse = (pointer: string, message: string): never => {
    throw new Failure(`${what} has an error:\n  #${pointer}  ${message}`, EXIT.usage);
  };
  const { train_images = 0, validation_images = 0 } = data;
  if (train_images > counts.train)
    refuse('/data/train_images', `${data.name} has ${counts.train} training ${noun}.`);
  if (train_images + validation_images > counts.train || validation_images === counts.train)
    refuse(
      '/data/validation_images',
      `${data.name} has ${counts.train} training ${noun}: ${validation_images} held out leave ${counts.train - validation_images}` +
        `${train_images > 0 ? `, and data.train_images asks for ${train_images}` : ''}.`,
    );
  const trained = countTrainingImages(data);
  if (evaluation.train_images > trained)
    refuse(
      '/evaluation/train_images',
      trained === counts.train
        ? `${data.name} has ${trained} training ${noun}.`
        : `${trained} ${noun} of ${data.name} are trained on.`,
    );
  if (evaluation.test_images > counts.test)
    refuse('/evaluation/test_images', `${data.name} has ${counts.test} test ${noun}.`);
  const other = evaluation.uncertainty?.out_of_distribution;
  const { inputs } = sizesOf(source);
  if (other && sizesOf(DATA_SETS[other]).inputs !== inputs)
    refuse(
      '/evaluation/uncertainty/out_of_distribution',
      `An image of ${other} has ${sizesOf(DATA_SETS[other]).inputs} numbers, one of ${data.name} has ${inputs}.`,
    );
}

/**
 * How many images a plan trains on: what it asks for, or all that are not held out.
 * @example countTrainingImages({ name: 'mnist', normalisation: 'standard', validation_images: 10_000 }) // 50000
 */
export function countTrainingImages({ name, train_images, validation_images = 0 }: Plan['data']): number {
  return train_images ?? DATA_SETS[name].counts.train - validation_images;
}

/**
 * A plan may ask for more noise in a layer than there is, or than a technique can start from: found out before hours of training.
 */
function checkNoise(plan: Plan, what: string): void {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      const member = error.parameter === 'schedule' ? 'schedule' : 'technique';
      throw new Failure(`${what} has an error:\n  #/network/${member}  ${error.message}`, EXIT.usage);
    }
  };
  const cells = listCells({ ...plan, seeds: plan.seeds.slice(0, 1) });
  const [first] = cells as [Cell];
  // the keeps of a cell hang on its depth and keep alone, and a deep network has a thousand
  const different = new Map(cells.map((cell) => [`${cell.depth} ${cell.keep}`, cell]));
  const keeps = new Set<number>();
  for (const cell of different.values())
    for (const keep of attempt(() => readKeeps(networkFromPlan(plan, cell)))) keeps.add(keep ?? 1);
  const [width, learningRate] = [valueAt(plan, first, 'width'), valueAt(plan, first, 'learning_rate')];
  for (const keep of keeps)
    attempt(() => noiseAt(plan, { keep, units: width, fanOut: width, dialect: 'plain', learningRate }));
}

/**
 * The SHA-256 of a plan. It is taken over the parsed plan, whose members have the schema's order: white space and
 * the order of members in the file do not matter.
 */
export function digestPlan(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}
