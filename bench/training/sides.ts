import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** A network that is compared: hidden layers, their width, images a step. */
export type Shape = { depth: number; width: number; batch: number };

/** What one network did in a round: steps, the seconds they took, how many of them outside the runtime, and processor time. */
export type Round = { steps: number; seconds: number; aside: number; processor: number };

/** One network under way, somewhere. */
export type Child = { train(seconds: number): Promise<Round>; stop(): void };

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A process that speaks the protocol of child.ts, once it is ready; undefined where it cannot be started. */
export function startProcess(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Child | undefined> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  let answer: (line: string) => void = () => {};
  lines.on('line', (line) => answer(line));
  const next = () => new Promise<string>((resolve) => (answer = resolve));
  const gone = new Promise<undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('exit', () => resolve(undefined));
  });
  return Promise.race([
    gone,
    next().then(() => ({
      train(seconds: number) {
        const result = next();
        child.stdin.write(`${seconds}\n`);
        return result.then(parse);
      },
      stop: () => child.stdin.end(),
    })),
  ]);
}

/** The same in a thread of this process. */
export async function startThread(args: readonly string[]): Promise<Child> {
  const worker = new Worker(file('child.ts'), { workerData: args });
  const next = () => new Promise<string>((resolve) => worker.once('message', resolve));
  await next();
  return {
    train(seconds) {
      const result = next();
      worker.postMessage(String(seconds));
      return result.then(parse);
    },
    stop: () => worker.terminate(),
  };
}

/** A way to train several networks at a time: how many, and how each is started. */
export type Side = { name: string; networks: number; start(shape: Shape): Promise<Child | undefined> };

const sizes = ({ depth, width, batch }: Shape) => [depth, width, batch].map(String);

/**
 * The sides of the comparison on a machine.
 *
 * @param cores networks at a time
 * @param python the interpreter that has torch; without one PyTorch is left out
 */
export function sidesFor(cores: number, python: string | undefined): Side[] {
  const ours = (backend: string): Side[] => [
    {
      name: `${backend}, processes`,
      networks: cores,
      start: (shape) => startProcess(process.execPath, [file('child.ts'), backend, ...sizes(shape)]),
    },
    {
      name: `${backend}, threads`,
      networks: cores,
      start: (shape) => startThread([backend, ...sizes(shape)]),
    },
  ];
  const torch = (networks: number, threads: number): Side => ({
    name: `PyTorch, ${networks} × ${threads} thread${threads === 1 ? '' : 's'}`,
    networks,
    start: (shape) =>
      startProcess(python ?? '', [file('torch_child.py'), ...sizes(shape), String(threads)], {
        OMP_NUM_THREADS: String(threads),
        OPENBLAS_NUM_THREADS: String(threads),
      }),
  });
  return [
    ...(python ? [torch(cores, 1), ...(cores > 1 ? [torch(1, cores)] : [])] : []),
    ...ours('ort-node'),
    ...ours('ort-web-training'),
  ];
}

function parse(line: string): Round {
  const [steps = 0, seconds = 0, aside = 0, processor = 0] = line.split(' ').map(Number);
  return { steps, seconds, aside, processor };
}
