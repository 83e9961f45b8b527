/** How a part may be down: its calls throw at once, fail later, or are never answered. */
export const FAULTS = {
  throws: (): never => {
    throw new Error('broken on purpose');
  },
  // (not every rejection is an Error)
  rejects: () => Promise.reject('broken on purpose'),
  hangs: () => new Promise<never>(() => {}),
} as const;

/** See {@link FAULTS}. */
export type Fault = keyof typeof FAULTS;

/** What makes something to call, and asks nobody. */
const MAKES = new Set<string | symbol>(['prepare', 'bind', 'withSession']);

/**
 * A binding, every call of which fails.
 *
 * @param binding to break
 * @param fault how it fails
 * @example await expect(broken(env.DB, 'rejects').prepare('SELECT 1').first()).rejects.toThrow();
 */
export function broken<Binding extends object>(binding: Binding, fault: Fault): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) =>
        fault !== 'throws' && MAKES.has(name)
          ? broken(Reflect.apply(value, target, given) as object, fault)
          : FAULTS[fault]();
    },
  });
}
