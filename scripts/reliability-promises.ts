/** A promise of the documents, the tests that hold it, and the record of its long test, if it has one. */
export type ReliabilityPromise = {
  readonly promise: string;
  /** where it is made */
  readonly page: string;
  /** files of tests, with words of the name of the test that holds it; `npm test` runs them */
  readonly tests: readonly (readonly [file: string, name: string])[];
  /** a file of fixtures/reliability, without its ending */
  readonly record?: string;
};

/** Every promise that docs/reliability.md shows. One that is made in docs/ and held by a test belongs here. */
export const PROMISES: readonly ReliabilityPromise[] = [
  {
    promise:
      'Every request is answered within its documented schema or with a problem document: no 5xx, no NaN.',
    page: 'api.md',
    tests: [['worker/fuzz.test.ts', 'answers anything within its schema, or says what is wrong']],
  },
  {
    promise: 'Under mixed load with uploads every answer is the expected one, and memory stays level.',
    page: 'api.md',
    tests: [],
    record: 'load',
  },
  {
    promise: 'No kill of the server loses an upload that was acknowledged, or shows a torn one.',
    page: 'design.md',
    tests: [['scripts/start.test.ts', 'keeps what was published over a restart']],
    record: 'server-kills',
  },
  {
    promise: 'No kill of the trainer loses a finished network, and the grid comes out the same to the byte.',
    page: 'cli.md',
    tests: [['trainer/reliability.test.ts', '']],
    record: 'trainer-kills',
  },
  {
    promise:
      'Analytic answers need no part of the service but the program; they are the same to the byte whatever is down.',
    page: 'api.md',
    tests: [['worker/failing-parts.test.ts', 'and analytic answers are the same to the byte']],
  },
  {
    promise:
      'A part that throws, rejects or hangs, and every pair of parts: what needs it is 503 with Retry-After, the rest is answered.',
    page: 'api.md',
    tests: [
      ['worker/failing-parts.test.ts', '%s is down'],
      ['worker/parts.test.ts', 'says which part failed, however it did'],
    ],
  },
  {
    promise:
      'Where the database is down the grids that ship are listed and served, and the answer says that it may miss some.',
    page: 'api.md',
    tests: [
      ['worker/failing-parts.test.ts', 'lists and serves the grids that ship where the database is down'],
    ],
  },
  {
    promise:
      'Where the database is down /v1/trainable-depth answers, its measured columns null with a reason.',
    page: 'api.md',
    tests: [['worker/failing-parts.test.ts', 'answers /v1/trainable-depth where the database is down']],
  },
  {
    promise: 'Where the rate limiter is down every request is let through, and the answer says so.',
    page: 'api.md',
    tests: [['worker/failing-parts.test.ts', 'lets every request through where the rate limiter is down']],
  },
  {
    promise: '/readyz says which part is down; /healthz asks none.',
    page: 'api.md',
    tests: [['worker/failing-parts.test.ts', 'and /readyz says which']],
  },
  {
    promise: 'A batch is not spoilt by one query, whatever it breaks.',
    page: 'api.md',
    tests: [
      ['worker/batch.test.ts', 'is not spoilt by an item that breaks'],
      ['worker/failing-parts.test.ts', 'and each item of a batch has rows or a problem of its own'],
    ],
  },
  {
    promise:
      'Every answer, 304 and errors among them, can be read from every origin, and says nosniff; pages and SVG have a policy.',
    page: 'api.md',
    tests: [['worker/headers.test.ts', 'says with a 304 all that the answer in full says']],
  },
  {
    promise: 'What caches keep names no host.',
    page: 'api.md',
    tests: [['worker/headers.test.ts', 'writes no host into what caches keep']],
  },
  {
    promise: 'No text in a CSV acts as a formula.',
    page: 'api.md',
    tests: [['worker/formats/csv.test.ts', 'leaves no cell that begins like a formula']],
  },
  {
    promise: 'The development token writes from this machine only; without a token nothing can be written.',
    page: 'deploy.md',
    tests: [
      ['worker/token.test.ts', 'is refused from pages of %s'],
      ['worker/grids.test.ts', 'publishes nothing where no token is set'],
    ],
  },
  {
    promise: 'An upload that is refused stores nothing.',
    page: 'api.md',
    tests: [['worker/grids.test.ts', 'refuses %s with 422 and stores nothing']],
  },
  {
    promise: 'The bytes of a version are those that were uploaded.',
    page: 'api.md',
    tests: [['worker/grids.test.ts', 'stores the bytes, and serves exactly them']],
  },
  {
    promise: 'npm start says what to do where its database is damaged or the disk is full.',
    page: 'release-notes.md',
    tests: [
      ['scripts/local-state.test.ts', 'says which database is damaged, and what to do'],
      ['scripts/local-state.test.ts', 'says so where the disk is full'],
    ],
  },
  {
    promise:
      'A stored version that is missing or damaged is an error that is logged, never an answer; a PUT of the right bytes mends it.',
    page: 'api.md',
    tests: [['worker/store/healing.test.ts', '']],
  },
  {
    promise:
      'Of clients that publish, withdraw and read at once, with calls that fail before or after they took effect, every answer is linearizable, and what was acknowledged stays readable.',
    page: 'design.md',
    tests: [['worker/store/testing/memory/store.test.ts', '']],
  },
  {
    promise: 'The same on the R2 and D1 of workerd.',
    page: 'design.md',
    tests: [['worker/store/testing/worker.test.ts', '']],
  },
  {
    promise: 'If-Match and If-None-Match decide which write wins.',
    page: 'api.md',
    tests: [['worker/conditional.test.ts', '']],
  },
  {
    promise: 'What is asked again after a publish is at most a minute old.',
    page: 'api.md',
    tests: [['worker/caching.test.ts', '']],
  },
  {
    promise: 'A grid that was altered is refused.',
    page: 'cli.md',
    tests: [['trainer/cli/read-grid.test.ts', '']],
  },
  {
    promise: 'A journal survives any one damaged byte.',
    page: 'cli.md',
    tests: [['trainer/run/journal.test.ts', '']],
  },
  {
    promise: 'Two runs never write to one folder.',
    page: 'cli.md',
    tests: [['trainer/run/lock.test.ts', '']],
  },
  {
    promise: 'A worker that is killed costs no network.',
    page: 'cli.md',
    tests: [['trainer/run/pool.test.ts', '']],
  },
  {
    promise: 'No query takes more than 1.5 times the time that its count stands for.',
    page: 'api.md',
    tests: [['worker/work.node.test.ts', '']],
  },
];
