import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Cell } from '../run/cells.ts';
export async function measureNetworks(
  _plan: Plan,
  _cell: Cell,
  _networks: readonly number[],
  _data: DataSet,
): Promise<Float64Array[]> {
  return [];
}
