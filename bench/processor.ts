import { readdirSync, readFileSync } from 'node:fs';

/** The processes that descend from one, which serve: those named workerd. */
export function servers(pid: number): number[] {
  const found: number[] = [];
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, command, rest] =
          /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        return [{ pid: Number(name), command, parent: Number(rest?.split(' ')[1]) }];
      } catch {
        return []; // it has ended since
      }
    });
  const visit = (parent: number) => {
    for (const child of stats.filter((one) => one.parent === parent)) {
      if (child.command === 'workerd') found.push(child.pid);
      visit(child.pid);
    }
  };
  visit(pid);
  return found;
}

/**
 * Processor time that processes have used so far, all threads, to the nanosecond that Linux counts.
 *
 * @param pids of the processes
 * @returns milliseconds
 */
export function processorTime(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const pid of pids)
    for (const thread of readdirSync(`/proc/${pid}/task`))
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return nanoseconds / 1e6;
}
