/** A number that did not satisfy its own equation. It is not returned; the listener is told which one it was. */
export type Fault = {
  /** what failed: the name of the quantity */
  readonly quantity: string;
  /** the equation's parameters and the number that failed */
  readonly details: Readonly<Record<string, unknown>>;
};

let listener: (fault: Fault) => void = () => {};

/**
 * Sets the listener that faults are reported to: the Worker logs them, tests collect them. Without one they are dropped.
 *
 * @param listen receives each fault as it is found
 * @example onFault((fault) => console.error('fault', JSON.stringify(fault)));
 */
export function onFault(listen: (fault: Fault) => void): void {
  listener = listen;
}

/** Reports a number that failed its check. */
export function reportFault(quantity: string, details: Fault['details']): void {
  listener({ quantity, details });
}
