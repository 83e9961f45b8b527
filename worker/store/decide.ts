import { holds, namesCurrent, type Preconditions } from './preconditions.ts';

/** What the store knows of a grid when it is asked to publish a version. */
export type Known = {
  /** the version that was published or restored last, unless it was withdrawn */
  readonly stored: string | undefined;
  /** that version where it was withdrawn */
  readonly withdrawn: string | undefined;
  /** the version that ships with the software, which is current where none is stored */
  readonly shipped: string | undefined;
  /** whether the history has the version that is to be published */
  readonly recorded: boolean;
};

/**
 * What publishing comes to: a new entry of the history (`published` for the first of a version, `restored` for later ones), or
 * none. `unchanged`: it is current already; `older`: it was replaced, and the request does not say by what; `failed`:
 * the preconditions do not hold.
 */
export type Decision = 'published' | 'restored' | 'unchanged' | 'older' | 'failed';

/**
 * What publishing a version comes to.
 *
 * @param known of the grid
 * @param version to publish
 * @param preconditions of the request
 * @example decide({ stored: 'b', withdrawn: undefined, shipped: undefined, recorded: true }, 'a', {}) // 'older'
 */
export function decide(
  { stored, withdrawn, shipped, recorded }: Known,
  version: string,
  preconditions: Preconditions,
): Decision {
  const current = stored ?? shipped;
  // A repeated request finds its own effect: If-Match may be satisfied by that (RFC 9110, section 13.1.1).
  const { ifNoneMatch } = preconditions;
  if (stored === version) return ifNoneMatch && !holds({ ifNoneMatch }, current) ? 'failed' : 'unchanged';
  if (!holds(preconditions, current)) return 'failed';
  const replaced = version !== current && version !== withdrawn;
  const older = replaced && (recorded || version === shipped);
  if (older && !namesCurrent(preconditions)) return 'older';
  return recorded ? 'restored' : 'published';
}
