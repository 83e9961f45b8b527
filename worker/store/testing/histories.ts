import fc from 'fast-check';
import type { Fault, Step } from './interleave.ts';
import { SHIPPED } from './specification.ts';

/** What a client does: asks the store, cleans up, or plays the disk that spoils or loses an object. */
export type Deed =
  | {
      readonly kind: 'publish' | 'withdraw';
      readonly version: number;
      /** `seen`: If-Match with what this client knows as current */
      readonly condition: 'none' | 'seen' | 'any' | 'absent';
    }
  | { readonly kind: 'current' | 'versions' | 'collect' | 'days later' }
  | { readonly kind: 'read' | 'spoil' | 'lose'; readonly version: number };

/** What each client does, and in which order they go on. */
export type History = {
  /** whether a version of the grid ships with the software */
  readonly ships: boolean;
  /** versions whose upload failed days before */
  readonly torn: readonly number[];
  readonly clients: readonly (readonly Deed[])[];
  readonly steps: readonly Step[];
};

const version = fc.nat({ max: SHIPPED });

const write = fc.record({
  kind: fc.constantFrom('publish' as const, 'publish' as const, 'withdraw' as const),
  version,
  condition: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('none' as const, 'seen' as const) },
    { weight: 1, arbitrary: fc.constantFrom('any' as const, 'absent' as const) },
  ),
});
const look = fc.record({ kind: fc.constantFrom('current' as const, 'versions' as const) });
const read = fc.record({ kind: fc.constant('read' as const), version });
const clean = fc.record({ kind: fc.constantFrom('collect' as const, 'days later' as const) });
const break_ = fc.record({ kind: fc.constantFrom('spoil' as const, 'lose' as const), version });

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: write },
  { weight: 3, arbitrary: look },
  { weight: 1, arbitrary: read },
  { weight: 2, arbitrary: clean },
  { weight: 1, arbitrary: break_ },
);

const fault = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Fault>('none') },
  { weight: 1, arbitrary: fc.constantFrom<Fault>('before', 'after') },
);

/** Histories of two to four clients. */
export const histories: fc.Arbitrary<History> = fc.record({
  ships: fc.boolean(),
  torn: fc.array(version, { maxLength: 2 }),
  clients: fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
  steps: fc.array(fc.record({ turn: fc.nat({ max: 11 }), fault }), { size: 'max', maxLength: 60 }),
});
