import type { GridEntry } from '../../figures/measured/entry.ts';

/** What the look-up reads of a grid. */
export type MeasuredGrid = Pick<
  GridEntry,
  'id' | 'activation' | 'technique' | 'data' | 'settings' | 'columns'
>;
