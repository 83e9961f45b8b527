import { type Plan, valueAt } from '../../schemas/plan.ts';
import { sizesOf } from '../data/any-data.ts';
import { DATA_SETS } from '../data/sources.ts';
import { type Cell, countLinears, countMultiplications } from './cells.ts';

/** What the time of a step grows with: layers of weights, units of a batch, multiplications of a batch's forward pass. */
export type Size = readonly [layers: number, units: number, multiplications: number];

/** What a network takes, apart from how fast the machine is. */
export type Work = {
  /** Networks of a kind differ in size only. */
  readonly kind: string;
  readonly size: Size;
  readonly steps: number;
  /** Batches that the network is run over when it is trained. */
  readonly evaluations: number;
};

/**
 * What the training of a cell takes.
 * @example describeWork(plan, { depth: 5, sigma_w2: 1, keep: 0.95, seed: 1 }).steps // 1000
 */
export function describeWork(plan: Plan, cell: Cell): Work {
  const { technique, ops = [] } = plan.network;
  const { batch, steps, optimiser } = plan.training;
  const width = valueAt(plan, cell, 'width');
  const hidden = 1 + (cell.depth - 1) * countLinears(plan);
  const { inputs } = sizesOf(DATA_SETS[plan.data.name]);
  return {
    kind: [technique, optimiser, ...ops].join(' '),
    size: [hidden + OTHER, batch * (inputs + hidden * width), batch * countMultiplications(plan, cell)],
    steps,
    evaluations: countEvaluations(plan),
  };
}

/** Layers that the read-out, the loss and the call of the runtime are as dear as. */
const OTHER = 7;

/** Batches that a trained network is run over: training images with the noise off and on, test images, and what the plan asks for beside them. */
function countEvaluations({ data, evaluation, network, training }: Plan): number {
  const { train_images, test_images, uncertainty, prune = [], recalibrate } = evaluation;
  const noisy = network.technique === 'none' ? 0 : uncertainty?.passes;
  const passes = uncertainty ? 1 + (noisy ?? 0) : 0;
  const sets = uncertainty?.out_of_distribution ? 2 : 1;
  const images =
    (recalibrate ? 3 : 2) * train_images +
    (1 + sets * passes + prune.length) * test_images +
    (data.validation_images ?? 0);
  return images / training.batch;
}

/** What a worker timed of a task, in seconds. */
export type Timing = {
  /** From the beginning of the task to the end of its first step; null for the first task of a process, which loads the runtime. */
  readonly start: number | null;
  /** Steps after the first one, and how long they took together. */
  readonly steps: number;
  readonly seconds: number;
  /** Since the end of the first step: these steps and whatever came after them. */
  readonly rest: number;
};

/** Times the steps of one task. */
export class Stopwatch {
  readonly #now: () => number;
  readonly #begun: number | null;
  #first: number | undefined;
  #last = 0;
  #steps = 0;

  /**
   * @param isFirst whether the task is the first one of its process
   * @param now a clock in milliseconds
   */
  constructor(isFirst: boolean, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#begun = isFirst ? null : now();
  }

  /** A step is over. */
  step(): void {
    this.#last = this.#now();
    if (this.#first === undefined) this.#first = this.#last;
    else this.#steps++;
  }

  /** What was timed so far. */
  read(): Timing {
    const [begun, first] = [this.#begun, this.#first];
    if (first === undefined) return { start: null, steps: 0, seconds: 0, rest: 0 };
    return {
      start: begun === null ? null : (first - begun) / 1000,
      steps: this.#steps,
      seconds: (this.#last - first) / 1000,
      rest: (this.#now() - first) / 1000,
    };
  }
}

/**
 * What a layer, a unit of an image and a multiplication cost beside each other, roughly, by the processor time of both back ends (5 to 60 layers
 * of 20 to 300 units). It counts only until networks of several sizes were timed.
 */
const USUAL: Size = [240_000, 10, 1];

/** How much the usual proportions count beside what was timed. */
const RIDGE = 1e-3;

/** Rounds of the descent; three numbers settle in far fewer. */
const ROUNDS = 2000;

/**
 * The time of something that grows with a network's size, fitted to what was timed: a sum of a time for each layer, one for each unit and one
 * for each multiplication, none below 0.
 */
class SizeFit {
  readonly #seen = new Map<string, { readonly size: Size; count: number; seconds: number }>();
  #parts: Size | undefined;

  add(size: Size, count: number, seconds: number): void {
    if (count <= 0 || seconds <= 0) return;
    const key = size.join();
    const known = this.#seen.get(key) ?? { size, count: 0, seconds: 0 };
    known.count += count;
    known.seconds += seconds;
    this.#seen.set(key, known);
    this.#parts = undefined;
  }

  /** Seconds, undefined before anything was timed. */
  predict(size: Size): number | undefined {
    if (this.#seen.size === 0) return undefined;
    this.#parts ??= this.#fit();
    return dot(this.#parts, size);
  }

  /** Least squares of relative errors, weighted by the time that was spent, with the usual proportions where it does not tell. */
  #fit(): Size {
    const seen = [...this.#seen.values()];
    const total = seen.reduce((all, { seconds }) => all + seconds, 0);
    // the parts of the time by the usual proportions, over the time that was taken
    const rows = seen.map(({ size, count, seconds }) => ({
      weight: seconds / total,
      parts: size.map((number, j) => (number * (USUAL[j] as number) * count) / seconds),
    }));
    const sum = (parts: readonly number[]) => parts.reduce((all, part) => all + part, 0);
    const scale = 1 / rows.reduce((all, { weight, parts }) => all + weight * sum(parts), 0);
    // the normal equations of the factors by which the parts differ from that
    const products = (of: (parts: readonly number[]) => number) =>
      rows.reduce((all, { weight, parts }) => all + weight * of(parts), 0);
    const own = [0, 1, 2].map((j) => products((parts) => scale * (parts[j] as number)) + RIDGE);
    const matrix = [0, 1, 2].map((j) =>
      [0, 1, 2].map(
        (k) =>
          products((parts) => scale ** 2 * (parts[j] as number) * (parts[k] as number)) +
          (j === k ? RIDGE : 0),
      ),
    );
    const factors: [number, number, number] = [1, 1, 1];
    for (let round = 0; round < ROUNDS; round++)
      for (const j of [0, 1, 2]) {
        const row = matrix[j] as [number, number, number];
        const slope = dot(row, factors) - (own[j] as number);
        factors[j] = Math.max(0, (factors[j] as number) - slope / (row[j] as number));
      }
    return USUAL.map((usual, j) => usual * scale * (factors[j] as number)) as unknown as Size;
  }
}

const dot = (a: Size, b: Size) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** What a batch of an evaluation takes beside a step: its forward pass, without noise and update. */
const EVALUATION = 0.5;

/** So many steps must have been timed before a time is told, fewer where a network is finished. */
const ENOUGH = 5;

/** Start and steps of networks of a kind. */
class KindTimes {
  readonly starts = new SizeFit();
  readonly steps = new SizeFit();
}

/**
 * How long networks take on this machine, learned from the steps of those at work and from those that are finished. It knows no clock:
 * what earlier runs have done does not count.
 */
export class Pace {
  readonly #kinds = new Map<string, KindTimes>();
  readonly #all = new KindTimes();
  readonly #underway = new Map<string, Timing>();
  readonly #finished = new Map<
    string,
    { readonly work: Work; networks: number; steps: number; seconds: number }
  >();
  #timed = 0;

  /** Takes what a worker has timed so far of a task. */
  time(key: string, work: Work, timing: Timing): void {
    const before = this.#underway.get(key);
    this.#underway.set(key, timing);
    const [steps, seconds] = [timing.steps - (before?.steps ?? 0), timing.seconds - (before?.seconds ?? 0)];
    this.#timed += Math.max(0, steps);
    const start = before?.start ?? null;
    for (const times of [this.#all, this.#timesOf(work)]) {
      if (start === null && timing.start !== null) times.starts.add(work.size, 1, timing.start);
      times.steps.add(work.size, steps, seconds);
    }
  }

  /** Takes a finished task, after so many steps. */
  finish(key: string, work: Work, timing: Timing, steps: number = work.steps): void {
    this.time(key, work, timing);
    this.#underway.delete(key);
    const id = `${work.kind} ${work.size} ${work.evaluations}`;
    const known = this.#finished.get(id) ?? { work, networks: 0, steps: 0, seconds: 0 };
    known.networks++;
    known.steps += steps;
    known.seconds += timing.rest;
    this.#finished.set(id, known);
  }

  /** Forgets a task that failed or is tried again. */
  drop(key: string): void {
    this.#underway.delete(key);
  }

  /**
   * Seconds that one worker takes for a network.
   * @returns undefined before enough steps were timed
   */
  predict(work: Work): number | undefined {
    return this.#isTimed ? this.#reckonStart(work) + this.#slowdown() * this.#reckonRest(work) : undefined;
  }

  /**
   * Seconds until all tasks are done: those under way count with what is left of them, and no task is shared by workers.
   *
   * @param tasks that are not finished
   * @returns undefined before enough steps were timed
   */
  left(tasks: Iterable<{ readonly key: string; readonly work: Work }>, workers: number): number | undefined {
    if (!this.#isTimed) return undefined;
    const slowdown = this.#slowdown();
    let [sum, longest] = [0, 0];
    for (const { key, work } of tasks) {
      const timing = this.#underway.get(key);
      const seconds =
        (timing ? 0 : this.#reckonStart(work)) +
        slowdown * this.#reckonRest(work, timing ? timing.steps + 1 : 1);
      sum += seconds;
      longest = Math.max(longest, seconds);
    }
    return Math.max(sum / workers, longest);
  }

  get #isTimed(): boolean {
    return this.#timed >= ENOUGH || (this.#timed > 0 && this.#finished.size > 0);
  }

  /** What came after the first step of networks beside what is reckoned of it: evaluations that are dearer, a course, a disk that is slow. */
  #slowdown(): number {
    let [took, reckoned] = [0, 0];
    for (const { work, networks, steps, seconds } of this.#finished.values()) {
      took += seconds;
      reckoned += networks * this.#reckonRest({ ...work, steps: steps / networks });
    }
    return took > 0 && reckoned > 0 ? took / reckoned : 1;
  }

  #reckonStart({ kind, size }: Work): number {
    return this.#kinds.get(kind)?.starts.predict(size) ?? this.#all.starts.predict(size) ?? 0;
  }

  /** Of steps and evaluations, after so many steps; the first one is a part of the start. */
  #reckonRest({ kind, size, steps, evaluations }: Work, done = 1): number {
    const step = this.#kinds.get(kind)?.steps.predict(size) ?? this.#all.steps.predict(size) ?? 0;
    return step * (Math.max(0, steps - done) + EVALUATION * evaluations);
  }

  #timesOf({ kind }: Work): KindTimes {
    const times = this.#kinds.get(kind) ?? new KindTimes();
    this.#kinds.set(kind, times);
    return times;
  }
}
