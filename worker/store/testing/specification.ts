/** Versions have numbers here; 3 ships with the software. */
export const SHIPPED = 3;

/** What a request says must be current: nothing; this version (If-Match); anything (If-Match: *); nothing at all (If-None-Match: *). */
export type Condition =
  | { readonly kind: 'none' }
  | { readonly kind: 'any' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'is'; readonly version: number };

/** What a client asks the store. */
export type Asked =
  | { readonly kind: 'publish'; readonly version: number; readonly condition: Condition }
  | { readonly kind: 'withdraw'; readonly condition: Condition }
  | { readonly kind: 'current' }
  | { readonly kind: 'versions' };

/** An entry of the history, as text: p3 is version 3 published, r restored, w withdrawn. */
export type Log = readonly string[];

const versionIn = (log: Log) => {
  const last = log.at(-1);
  return last === undefined || last.startsWith('w') ? undefined : Number(last.slice(1));
};

/**
 * What the store should do, were it asked one thing after the other.
 *
 * @param log what happened to the grid so far
 * @param asked of the store
 * @param ships whether a version of the grid ships with the software
 * @returns the log after it, and the answer as text
 */
export function specified(log: Log, asked: Asked, ships: boolean): { log: Log; answer: string } {
  const stored = versionIn(log);
  const current = stored ?? (ships ? SHIPPED : undefined);
  const answer = (text: string, ...added: string[]) => ({ log: [...log, ...added], answer: text });
  if (asked.kind === 'current') return answer(String(current));
  if (asked.kind === 'versions') return answer(log.join(' '));
  const { condition } = asked;
  const met =
    condition.kind === 'none' ||
    (condition.kind === 'any' && current !== undefined) ||
    (condition.kind === 'absent' && current === undefined) ||
    (condition.kind === 'is' && current === condition.version);
  if (asked.kind === 'withdraw') {
    if (stored === undefined) return answer(ships ? 'shipped' : 'missing');
    return met ? answer('withdrawn', `w${stored}`) : answer('failed');
  }
  const { version } = asked;
  if (version === stored) return answer(condition.kind === 'absent' ? 'failed' : 'unchanged');
  if (!met) return answer('failed');
  const before = log.some((entry) => entry.endsWith(String(version)));
  const replaced = before || (ships && version === SHIPPED);
  const named = condition.kind === 'is' || condition.kind === 'absent';
  const withdrawn = log.at(-1) === `w${version}`;
  if (replaced && version !== current && !withdrawn && !named) return answer('older');
  return before ? answer('restored', `r${version}`) : answer('published', `p${version}`);
}

/** Something that was asked, and when; without an answer where a part of the store failed, so that it may have happened or not. */
export type Call = {
  readonly asked: Asked;
  readonly start: number;
  readonly end: number;
  readonly answer: string | undefined;
};

/**
 * Whether there is an order of the calls, each at one moment between its start and its end, in which the store answers as
 * {@link specified}: whether they are linearizable (Herlihy and Wing 1990). Calls without an answer may stand anywhere after
 * their start, or nowhere.
 *
 * @param calls of all clients
 * @param ships whether a version of the grid ships with the software
 */
export function linearizable(calls: readonly Call[], ships: boolean): boolean {
  const seen = new Set<string>();
  const search = (left: readonly Call[], log: Log): boolean => {
    const answered = left.filter(({ answer }) => answer !== undefined);
    if (answered.length === 0) return true;
    const state = `${left.map((call) => calls.indexOf(call)).join()}|${log.join(' ')}`;
    if (seen.has(state)) return false;
    seen.add(state);
    const soonest = Math.min(...answered.map(({ end }) => end));
    return left.some((call) => {
      if (call.start > soonest) return false;
      const next = specified(log, call.asked, ships);
      if (call.answer !== undefined && call.answer !== next.answer) return false;
      return search(
        left.filter((other) => other !== call),
        next.log,
      );
    });
  };
  return search(calls, []);
}
