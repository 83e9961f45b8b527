import path from 'node:path';
import type { Plan } from '../../schemas/plan.ts';

/** A part of a plan's cells: the index-th of so many, counted from 1. */
export type Shard = { readonly index: number; readonly of: number };

/** The files of a run. */
export type Places = { readonly grid: string; readonly journal: string; readonly lock: string };

/**
 * Where a run writes.
 *
 * @param plan for its id
 * @param out the folder
 * @param shard the part of the cells, if it is a part; its journal is its own, so that shards can share a folder
 * @example placesOf(plan, 'runs').grid // 'runs/mnist-tanh-keep-095.json'
 */
export function placesOf({ id }: Pick<Plan, 'id'>, out: string, shard?: Shard): Places {
  const name = shard ? `${id}.shard-${shard.index}-of-${shard.of}` : id;
  return {
    grid: path.join(out, `${id}.json`),
    journal: path.join(out, `${name}.journal.jsonl`),
    lock: path.join(out, `${name}.lock`),
  };
}

/**
 * Deals things out to shards, as evenly as their costs allow: the dearest first, each to the shard that has least so far.
 *
 * @param items what to deal; the same list gives the same shards everywhere
 * @param shard which part is wanted
 * @param cost of an item
 * @returns the shard's items in the order of the list
 * @example shardOf([1, 2, 3], { index: 1, of: 2 }, (x) => x) // [3]
 */
export function shardOf<T>(items: readonly T[], { index, of }: Shard, cost: (item: T) => number): T[] {
  const loads = new Array<number>(of).fill(0);
  const owners = new Map<number, number>();
  const order = items.map((_, i) => i).sort((a, b) => cost(items[b] as T) - cost(items[a] as T) || a - b);
  for (const i of order) {
    const owner = loads.indexOf(Math.min(...loads));
    loads[owner] = (loads[owner] as number) + cost(items[i] as T);
    owners.set(i, owner);
  }
  return items.filter((_, i) => owners.get(i) === index - 1);
}
