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
    record: 'fuzz',
  },
  {
    promise: 'Under mixed load with uploads every answer is the expected one, and memory stays level.',
    page: 'api.md',
    tests: [],
    record: 'load',
  },
  {
    promise: 'No kill of the server loses an upload that was acknowledged, or shows half of one.',
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
      'A comparison that is interrupted, or divided into shards, ends with the same bytes, and its arms start from the same weights and batches.',
    page: 'trainer.md',
    tests: [
      ['trainer/compare/run-comparison.test.ts', 'ends with the same bytes when interrupted or divided'],
      ['trainer/compare/run-comparison.test.ts', 'the same initial weights and see the same batches'],
    ],
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
    tests: [
      ['worker/headers.test.ts', 'says what every answer says, to %s at every address'],
      ['worker/headers.test.ts', 'says with a 304 all that the answer in full says'],
      ['worker/headers.test.ts', 'says it with 401, 413, 422, 429, 500 and 503 too'],
    ],
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
    page: '../CHANGELOG.md',
    tests: [
      ['scripts/local-state.test.ts', 'says which database is damaged, and what to do'],
      ['scripts/local-state.test.ts', 'says so where the disk is full'],
      ['scripts/local-state.test.ts', 'stops npm start with what to do'],
    ],
  },
  {
    promise:
      'A stored version that is missing or damaged is an error that is logged, never an answer; a PUT of the right bytes mends it.',
    page: 'api.md',
    tests: [
      ['worker/store/healing.test.ts', 'notices bytes that are %s, and PUT mends them'],
      ['worker/store/healing.test.ts', 'mends an older version, too, which stays an older one'],
    ],
  },
  {
    promise:
      'dropline fsck finds versions that are missing or damaged, and histories that were changed by hand.',
    page: 'deploy.md',
    tests: [
      ['worker/store/healing.test.ts', 'notices bytes that are %s, and PUT mends them'],
      ['trainer/publish/fsck.test.ts', 'follows the pages, counts, and says what is damaged'],
    ],
  },
  {
    promise: 'Only the collector deletes objects: those of uploads that failed, after a day, and no others.',
    page: 'design.md',
    tests: [
      [
        'worker/store/healing.test.ts',
        'collects what failed uploads left behind after a day, and nothing else',
      ],
    ],
  },
  {
    promise: 'Entries of the history are only added, never changed or removed.',
    page: 'design.md',
    tests: [['worker/store/healing.test.ts', 'keeps its history']],
  },
  {
    promise:
      'Of clients that publish, withdraw and read at once, with calls that fail before or after they took effect, every answer is linearizable, and what was acknowledged stays readable.',
    page: 'design.md',
    tests: [
      [
        'worker/store/testing/memory/store.test.ts',
        'keeps its promises in ten thousand histories of several clients whose every call may fail',
      ],
    ],
  },
  {
    promise: 'That test finds stores with known faults.',
    page: 'design.md',
    tests: [['worker/store/testing/memory/store.test.ts', 'would find a store that $fault']],
  },
  {
    promise: 'The same on the R2 and D1 of workerd.',
    page: 'design.md',
    tests: [['worker/store/testing/worker.test.ts', '']],
  },
  {
    promise: 'If-Match and If-None-Match decide which write wins.',
    page: 'api.md',
    tests: [
      ['worker/conditional.test.ts', 'replaces only what If-Match names: %s'],
      ['worker/conditional.test.ts', 'creates only where there is none, with If-None-Match: *'],
      ['worker/conditional.test.ts', 'withdraws only what If-Match names'],
    ],
  },
  {
    promise:
      'A withdrawn grid can be restored; an older version becomes current again only where the request says what it replaces.',
    page: 'api.md',
    tests: [
      [
        'worker/conditional.test.ts',
        'restores a withdrawn grid, and an older version only for who knows what is current',
      ],
    ],
  },
  {
    promise: 'A grid whose rows do not fit its plan, or in which a key stands twice, is refused.',
    page: 'api.md',
    tests: [
      ['worker/grids.test.ts', 'refuses %s with 422 and stores nothing'],
      ['schemas/grid-rules.test.ts', 'refuses a row with a wrong %s'],
      ['schemas/duplicate-keys.test.ts', ''],
    ],
  },
  {
    promise: 'A migration keeps the grids of a deployment, and gives each a history.',
    page: 'deploy.md',
    tests: [['worker/store/testing/memory/migration.test.ts', '']],
  },
  {
    promise:
      'What is asked again after a publish is at most a minute old; a version of a grid never changes.',
    page: 'api.md',
    tests: [['worker/caching.test.ts', '']],
  },
  {
    promise: 'A grid that was altered is refused, by the command line and by the API.',
    page: 'cli.md',
    tests: [
      ['trainer/cli/read-grid.test.ts', 'a grid with any bit flipped is refused, or says the same'],
      ['worker/store/checksum.test.ts', ''],
    ],
  },
  {
    promise: 'A data cache that was altered is found out, whatever checksum it carries, and made again.',
    page: 'data.md',
    tests: [
      ['trainer/data/load.test.ts', 'is fetched once; a cut or altered cache is noticed and fetched again'],
    ],
  },
  {
    promise:
      'publish fails where the server has kept other bytes, and neither reads nor shows without limit what a server sends.',
    page: '../CHANGELOG.md',
    tests: [
      ['trainer/publish/publish.test.ts', 'a server that says it published something else is an error: %s'],
      ['trainer/publish/publish.test.ts', 'a server that sends without end is left'],
      ['trainer/publish/publish.test.ts', "a server's words cannot write on the terminal, nor fill it"],
    ],
  },
  {
    promise: 'A journal survives any one damaged byte.',
    page: 'cli.md',
    tests: [
      [
        'trainer/run/journal.test.ts',
        'a journal with any bit flipped loses at most the row that it hits, and says so',
      ],
      ['trainer/run/journal.test.ts', 'a damaged header is followed by a new copy, and the journal goes on'],
    ],
  },
  {
    promise: 'Two runs never write to one folder, in two containers neither.',
    page: 'cli.md',
    tests: [['trainer/run/lock.test.ts', '']],
  },
  {
    promise: 'A worker that is killed costs no network.',
    page: 'cli.md',
    tests: [['trainer/run/pool.test.ts', '']],
  },
  {
    promise: 'A plan of more networks than a grid holds is refused by its size, before it takes memory.',
    page: '../CHANGELOG.md',
    tests: [
      [
        'trainer/run/plan.test.ts',
        'a plan of more networks than a grid holds is refused by its size, at once and without listing them',
      ],
    ],
  },
  {
    promise: 'No query takes more than 1.5 times the time that its count stands for.',
    page: 'api.md',
    tests: [
      ['worker/work.node.test.ts', 'no request takes more time than its work is counted for'],
      ['worker/work.node.test.ts', 'tables are counted for the time that their making takes'],
    ],
  },
  {
    promise: 'The same query counts the same work, whatever the process was asked before.',
    page: 'api.md',
    tests: [
      [
        'theory/work.test.ts',
        'the same questions take the same work, whatever was asked of the process before',
      ],
      [
        'theory/work.test.ts',
        'averages are counted the same with tables that exist and with tables that are made',
      ],
    ],
  },
  {
    promise: 'A batch has one budget of work, and queries that are refused count.',
    page: 'api.md',
    tests: [
      ['worker/batch.test.ts', 'shares one budget of work between its queries'],
      ['worker/batch.test.ts', 'counts the queries that it refuses: a thousand long ones use the budget up'],
    ],
  },
  {
    promise: 'A single combination of values is never refused for its cost, and says why numbers are null.',
    page: 'api.md',
    tests: [['worker/single-rows.test.ts', '']],
  },
  {
    promise:
      'Frontiers are fitted once, when a grid is published or the assets are made; a look-up reads the columns of one activation by an index.',
    page: 'design.md',
    tests: [
      [
        'worker/measured/stored.test.ts',
        'reads a frontier that was fitted when it was published, and fits the others',
      ],
      ['worker/measured/stored.test.ts', 'reads the grids of one activation by an index'],
      ['scripts/assets.test.ts', 'lays out the frontier of each grid'],
    ],
  },
  {
    promise: 'The nearest measurement is that of a walk over all columns.',
    page: 'api.md',
    tests: [['worker/measured/family.test.ts', 'is that of a walk over all of them']],
  },
  {
    promise: 'The bundle of the Worker is under 250 KB gzip.',
    page: 'deploy.md',
    tests: [['scripts/bundle.test.ts', 'is small: under 250 KB gzip']],
  },
];
