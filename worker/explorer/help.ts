import type { Verdict } from '../../answers/verdict.ts';
import { adviceRow, answer } from './answer.ts';
import { isPlain, variancesOf } from './question.ts';
import { consistent, type State } from './state.ts';

/** A change to a network: what it is in words, whether it makes the depth trainable, and what of the page it would set. */
export type Help = {
  readonly what: string;
  readonly enough: boolean;
  /** undefined where the page has no control for it */
  readonly change?: Partial<State>;
};

/** What would help a network, the best first, and code that builds the recommended one. */
export type Helps = {
  readonly list: readonly Help[];
  readonly snippet: string | null;
  readonly complete: boolean;
  /** whether the depth can be trained without any */
  readonly isTrainable: boolean;
};

type Change = Readonly<Record<string, unknown>>;

const number = (value: unknown) => Number(Number(value).toPrecision(5));

/** What of the page a change of the advice sets. Changes are to the network with the recommended weights. */
function changeOf(change: Change, { sigma_w2, sigma_b2 }: Change): Partial<State> | undefined {
  const weights = {
    init: 'gaussian' as const,
    sigma_w2: number(change.sigma_w2 ?? sigma_w2),
    sigma_b2: number(change.sigma_b2 ?? sigma_b2),
  };
  switch (change.change) {
    case 'wider':
      return { ...weights, width: Number(change.fan_in) };
    case 'less_drop':
      // (rounded down: a little more would be too much)
      return { ...weights, drop: Math.floor(1e4 * Number(change.drop)) / 1e4 };
    case 'activation':
      return { ...weights, activation: change.activation as NonNullable<State['activation']> };
    case 'smaller_bias':
      return weights;
    case 'residual':
      return change.branch === 1 ? { kind: 'residual' } : undefined;
    default:
      return undefined;
  }
}

/** A change in words, with the weights that it rests on where its own words do not have them. */
function wordsOf({ change, what }: Change, { sigma_w2, sigma_b2 }: Change): string {
  const text = String(what);
  if (change === 'wider')
    return `${text.slice(0, -1)}, with σw² ${number(sigma_w2)} and σb² ${number(sigma_b2)}.`;
  return change === 'less_drop' ? `${text.slice(0, -1)} and sigma_b2 ${number(sigma_b2)}.` : text;
}

const RANK: readonly Verdict[] = ['not_trainable', 'unknown', 'doubtful', 'trainable'];

/**
 * What would help the network of a state. The recommended weights come first where they alone are better than those that it has; all other
 * changes are on top of them.
 *
 * @param state of the page
 * @param verdict about its network
 * @throws ParameterError for what the theory does not cover
 */
export function findHelps(state: State, verdict: Verdict): Helps {
  const row = adviceRow(state);
  const changes = (row.changes as readonly Change[]).map((change): Help => {
    const enough = change.enough === true;
    const set = isPlain(state) ? changeOf(change, row) : undefined;
    if (!set) return { what: String(change.what), enough };
    return { what: wordsOf(change, row), enough: isEnough(state, set), change: set };
  });
  const weights = isPlain(state) ? betterWeights(state, row, verdict) : [];
  const list = [...weights, ...changes].sort((a, b) => Number(b.enough) - Number(a.enough));
  return {
    list,
    snippet: row.snippet,
    complete: row.changes_complete,
    isTrainable: verdict === 'trainable',
  };
}

/**
 * Whether the network of the page can be trained after a change. (The advice lets the variance start where it stays; the page asks about
 * networks that start at 1.)
 */
const isEnough = (state: State, change: Partial<State>): boolean =>
  answer(consistent({ ...state, ...change })).verdict.verdict === 'trainable';

/** The recommended weights, where the network has others and is worse with those. */
function betterWeights(
  state: State,
  { sigma_w2, sigma_b2, std, verdict: there }: ReturnType<typeof adviceRow>,
  verdict: Verdict,
): Help[] {
  if (sigma_w2 === null || sigma_b2 === null || std === null) return [];
  const own = variancesOf(state);
  const isSame = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * Math.max(a, b);
  if (isSame(own.sigma_w2, sigma_w2) && isSame(own.sigma_b2, sigma_b2)) return [];
  if (RANK.indexOf(there) <= RANK.indexOf(verdict) && there !== 'trainable') return [];
  const biases = sigma_b2 === 0 ? 'biases 0' : `biases of standard deviation ${number(Math.sqrt(sigma_b2))}`;
  const change = { init: 'gaussian', sigma_w2: number(sigma_w2), sigma_b2: number(sigma_b2) } as const;
  return [
    {
      what: `Start the weights with a standard deviation of ${number(std)} (σw² ${number(sigma_w2)}), ${biases}.`,
      enough: isEnough(state, change),
      change,
    },
  ];
}
