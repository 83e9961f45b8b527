import { MultiBar, type SingleBar } from 'cli-progress';

/** How far a run is. */
export type ProgressState = {
  /** Share of the run's cost that is done, 0 to 1; undefined where the whole is not known. */
  readonly share: number | undefined;
  /** Seconds that are left; undefined where they are not known: of a search, and before steps of this run were timed. */
  readonly left: number | undefined;
  /** Finished cells. */
  readonly cells: number;
  /** What else is to be said. */
  readonly note?: string | undefined;
};

/** Shows how far a run is. */
export type Progress = {
  /** Shows how far the run is. What is to be shown is asked for only when it is time to show it. */
  update(read: () => ProgressState): void;
  worker(worker: number, share: number, line: string): void;
  /** Prints a line of text without spoiling the display. */
  say(line: string): void;
  stop(): void;
};

/** What a display starts from. */
export type ProgressStart = {
  /** Cells of the run, where they are known. */
  readonly cells: number | undefined;
  readonly workers: number;
};

/** Milliseconds between two lines where no terminal listens, and between two states of a bar. */
const LINE_INTERVAL = 10_000;
const BAR_INTERVAL = 200;

/**
 * A progress bar with a line for each worker on a terminal, a line of text every ten seconds elsewhere. Where the time left is not
 * known, it tells how long the run has taken so far.
 */
export function showProgress(
  start: ProgressStart,
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const at = now();
  const text = ({ share, left, cells, note }: ProgressState) => {
    const elapsed = (now() - at) / 1000;
    return [
      ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
      start.cells === undefined ? `${cells} cells` : `${cells}/${start.cells} cells`,
      ...(note ? [note] : []),
      left === undefined ? `${formatDuration(elapsed)} so far` : `${formatDuration(left)} left`,
    ].join('  ');
  };
  return stream.isTTY ? bars(start, text, stream, now) : lines(text, stream, now);
}

type Text = (state: ProgressState) => string;

function bars(
  { workers }: ProgressStart,
  text: Text,
  stream: NodeJS.WriteStream,
  now: () => number,
): Progress {
  let last = Number.NEGATIVE_INFINITY;
  const all = new MultiBar({
    format: '{bar} {text}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    stream,
  });
  const whole = all.create(1, 0, { text: '' });
  const own: SingleBar[] = Array.from({ length: workers }, () => all.create(1, 0, { text: '' }));
  return {
    update(read) {
      if (now() - last < BAR_INTERVAL) return;
      last = now();
      const state = read();
      whole.update(state.share ?? 0, { text: text(state) });
    },
    worker: (worker, share, line) => own[worker]?.update(share, { text: line }),
    say: (line) => all.log(`${line}\n`),
    stop: () => all.stop(),
  };
}

function lines(text: Text, stream: NodeJS.WriteStream, now: () => number): Progress {
  let last = now();
  return {
    update(read) {
      if (now() - last < LINE_INTERVAL) return;
      last = now();
      stream.write(`${text(read())}\n`);
    },
    worker() {},
    say(line) {
      stream.write(`${line}\n`);
    },
    stop() {},
  };
}

/**
 * Seconds as a person says them.
 * @example formatDuration(3725) // '1 h 2 min'
 */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
