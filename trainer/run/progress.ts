import { SingleBar } from 'cli-progress';

/** Shows how far a run is. */
export type Progress = {
  /** @param done share of the run's cost that is done, 0 to 1 @param cells finished cells */
  update(done: number, cells: number): void;
  /** Prints a line of text without spoiling the display. */
  say(line: string): void;
  stop(): void;
};

/** Milliseconds between two lines where no terminal listens. */
const LINE_INTERVAL = 10_000;

/**
 * A progress bar on a terminal, a line every ten seconds elsewhere. The time left is reckoned from the cost done since
 * the start, not from the number of cells: a deep network takes many times as long as a shallow one.
 *
 * @param total cells of the run
 * @param begun share of the cost that earlier runs have done
 * @param stream where to show it
 * @param now a clock in milliseconds
 * @example const progress = showProgress(210, 0); progress.update(0.25, 100); progress.stop();
 */
export function showProgress(
  total: number,
  begun: number,
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const start = now();
  const left = (done: number) => {
    const elapsed = (now() - start) / 1000;
    return done > begun ? duration((elapsed * (1 - done)) / (done - begun)) : '…';
  };
  return stream.isTTY ? bar(total, left, stream) : lines(total, left, stream, now);
}

function bar(total: number, left: (done: number) => string, stream: NodeJS.WriteStream): Progress {
  const single = new SingleBar({
    format: '{bar} {share} %  {cells}/{total_cells} cells  {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stream,
  });
  const payload = (done: number, cells: number) => ({
    share: Math.floor(done * 100),
    cells,
    total_cells: total,
    left: left(done),
  });
  single.start(1, 0, payload(0, 0));
  return {
    update: (done, cells) => single.update(done, payload(done, cells)),
    say(line) {
      stream.write(`\r\x1b[K${line}\n`);
    },
    stop: () => single.stop(),
  };
}

function lines(
  total: number,
  left: (done: number) => string,
  stream: NodeJS.WriteStream,
  now: () => number,
): Progress {
  let last = now();
  return {
    update(done, cells) {
      if (now() - last < LINE_INTERVAL) return;
      last = now();
      stream.write(`${Math.floor(done * 100)} %  ${cells}/${total} cells  ${left(done)} left\n`);
    },
    say(line) {
      stream.write(`${line}\n`);
    },
    stop() {},
  };
}

/**
 * Seconds as a person says them.
 *
 * @example duration(3725) // '1 h 2 min'
 */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
