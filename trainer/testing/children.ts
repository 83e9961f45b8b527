import { execFileSync } from 'node:child_process';

/**
 * The processes that a process has started and that still run (zombies left out).
 *
 * @example childrenOf(process.pid)
 */
export function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state]) => Number(parent) === pid && !state?.startsWith('Z'))
    .filter(([, , , ...command]) => command.join(' ').includes('worker.ts'))
    .map(([child]) => Number(child));
}
