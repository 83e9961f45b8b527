import { consistent, type State } from './state.ts';

/** The state of the page, and who wants to know of its changes. */
export type Store = {
  readonly get: () => State;
  /** changes some of it */
  readonly set: (change: Partial<State>) => void;
  /** calls at once, and after every change */
  readonly subscribe: (listener: (state: State) => void) => void;
};

/**
 * A store.
 *
 * @param initial what it holds at first
 * @example createStore(readState(location.search)).get().drop
 */
export function createStore(initial: State): Store {
  let state = initial;
  const listeners: ((state: State) => void)[] = [];
  return {
    get: () => state,
    set: (change) => {
      const next = consistent({ ...state, ...change });
      if (JSON.stringify(next) === JSON.stringify(state)) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    subscribe: (listener) => {
      listeners.push(listener);
      listener(state);
    },
  };
}
