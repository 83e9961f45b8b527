/**
 * Thrown where an answer takes more work than it may.
 *
 * @see {@link Meter}
 */
export class OutOfWork extends Error {
  constructor() {
    super('This takes more work than it may.');
  }
}

/** A value that is made once and kept for the process: what making it took, and which other kept values that used. */
type Made = { work: number; readonly uses: Set<Made> };

/** The meter that is running, and the kept value that is being made. Theory is synchronous, so that nothing else runs in between. */
let meter: Meter | undefined;
let making: Made | undefined;

/** How many terms of a polynomial or a series take as long as one evaluation. */
export const TERMS = 50;

/**
 * Counts work as it is done. The unit is one evaluation: φ and φ′ at one node of a quadrature, about 100 ns of one core. The count depends on
 * what is asked and on nothing else: not on the machine, and not on what the process has answered before, see {@link kept}.
 *
 * @param evaluations how many, or as much other arithmetic as takes that time; rounded up
 * @throws OutOfWork where that is more than the meter has left, if one is running
 * @example count(nodes.length)
 */
export function count(evaluations: number): void {
  // (whole numbers add up to the same in any order)
  const whole = Math.ceil(evaluations);
  if (making) making.work += whole;
  meter?.take(whole);
}

/**
 * A value that is made when it is first used, and kept. Every meter pays for its making, once, whether it was made for it or long before:
 * the same answer takes the same work in a process that has just started and in one that has been running for a day.
 *
 * @param make makes it
 * @returns the value, made if need be
 * @throws OutOfWork where its making is more than the meter has left
 * @example const table = kept(() => expensive());
 */
export function kept<T>(make: () => T): () => T {
  let known: { readonly value: T; readonly made: Made } | undefined;
  return () => {
    if (known) meter?.pay(known.made);
    else {
      const outer = making;
      const paid = meter?.paid.size ?? 0;
      making = { work: 0, uses: new Set() };
      try {
        known = { value: make(), made: making };
        meter?.paid.add(making);
      } catch (error) {
        // (what a failed making used is not charged: it would not be, had this value been made before)
        meter?.forget(paid);
        throw error;
      } finally {
        making = outer;
      }
    }
    making?.uses.add(known.made);
    return known.value;
  };
}

/** Whether to go on, with what takes less work, after something threw; it is thrown again if not. */
export type GoesOn = (thrown: unknown) => boolean;

/**
 * Leaves nothing out.
 *
 * @example never(new OutOfWork()) // false
 */
export const never: GoesOn = () => false;

/** Counts the work of one answer, and stops it at a limit. */
export class Meter {
  /** evaluations that it may take */
  #limit: number;
  #spent = 0;
  /** the kept values that it has paid for */
  readonly paid = new Set<Made>();

  /**
   * @param limit in evaluations, see {@link count}; none if left out
   * @example new Meter(2.5e6).run(() => depthScales(network))
   */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** The work done so far, in evaluations. Never more than the limit. */
  get spent(): number {
    return this.#spent;
  }

  /** What is left, in evaluations. */
  get left(): number {
    return this.#limit - this.#spent;
  }

  /**
   * Counts what a function does.
   *
   * @param ask synchronous
   * @returns what it returns
   * @throws OutOfWork where it takes more than there is left, and what the function throws
   */
  run<T>(ask: () => T): T {
    const outer = meter;
    meter = this;
    try {
      return ask();
    } finally {
      meter = outer;
    }
  }

  /**
   * The same with a limit of its own.
   *
   * @param most evaluations that this part of the work may take
   * @param ask synchronous
   * @param otherwise what stands for its value where it takes more than `most`
   * @throws OutOfWork where it takes more than there is left of the whole
   */
  within<T, U>(most: number, ask: () => T, otherwise: U): T | U {
    const whole = this.#limit;
    if (this.left <= most) return this.run(ask);
    this.#limit = this.#spent + most;
    try {
      return this.run(ask);
    } catch (error) {
      if (error instanceof OutOfWork && this.left <= 0) return otherwise;
      throw error;
    } finally {
      this.#limit = whole;
    }
  }

  /**
   * Raises the limit.
   *
   * @param evaluations by how many
   */
  raise(evaluations: number): void {
    this.#limit += evaluations;
  }

  /**
   * Subtracts work from what is left; see {@link count}.
   *
   * @param evaluations of the work
   * @throws OutOfWork where that is more than what is left
   */
  take(evaluations: number): void {
    this.#spent += evaluations;
    if (this.#spent <= this.#limit) return;
    this.#spent = this.#limit;
    throw new OutOfWork();
  }

  /**
   * Pays for a kept value and for those that it uses, once.
   *
   * @param made the value
   * @throws OutOfWork where their making takes more than what is left
   */
  pay(made: Made): void {
    if (this.paid.has(made)) return;
    const due = new Set<Made>();
    const collect = (one: Made) => {
      if (this.paid.has(one) || due.has(one)) return;
      due.add(one);
      one.uses.forEach(collect);
    };
    collect(made);
    this.take([...due].reduce((sum, { work }) => sum + work, 0));
    for (const one of due) this.paid.add(one);
  }

  /**
   * Takes back the latest payments.
   *
   * @param paid how many of the first ones stay
   */
  forget(paid: number): void {
    for (const one of [...this.paid].slice(paid)) this.paid.delete(one);
  }
}
