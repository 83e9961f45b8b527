/** The rooms of the house, what they hold, and what they may import: docs/design.md shows it, house.test.ts checks it. */
import { formatTable } from './tables.ts';

export type Room = {
  readonly holds: string;
  /** the rooms that its files may import from, besides itself and the catalogue */
  readonly rooms: readonly string[];
  /** the packages that they may import; `node:*` is every module of Node's own */
  readonly packages: readonly string[];
  /** measured constants in fixtures/ that answers are made from; they are bundled with the code */
  readonly fixtures?: readonly string[];
  /** rooms that its tests may import from as well. (Tests may import every package, and read every fixture.) */
  readonly testRooms?: readonly string[];
  /** whether its files may use what other rooms have in testing/ folders */
  readonly usesTesting?: boolean;
};

const FIXTURES = ['data-statistics.json', 'depth-rule.json'];

export const HOUSE: Readonly<Record<string, Room>> = {
  catalogue: {
    holds:
      'one entry for each activation, technique, initialiser, architecture, optimiser, data set, schedule, back end: names, parameters with ranges and defaults, formulas as text, sources',
    rooms: [],
    packages: [],
  },
  theory: {
    holds: 'the mathematics: pure functions over numbers, no I/O, no clock, no randomness, no platform',
    rooms: [],
    testRooms: ['research'],
    packages: [],
  },
  networks: {
    holds:
      'the way from a query, or from a plan and a point of its axes, to the network that all others take; formulas of activations',
    rooms: ['schemas', 'theory'],
    packages: ['jsep'],
  },
  research: {
    holds: 'results of the literature, checked against it, that no endpoint and no command uses',
    rooms: ['theory'],
    packages: [],
    usesTesting: true,
  },
  schemas: {
    holds:
      'the contracts: zod schemas of queries, answers, plans, grids and problems; the OpenAPI document is made from them',
    rooms: [],
    packages: ['zod', 'fastest-levenshtein'],
    testRooms: ['theory'],
  },
  answers: {
    holds:
      'the rows of answers, from queries that are read: the fitted rule, verdicts, changes, code; what the API and the page at `/` answer alike',
    rooms: ['figures', 'networks', 'schemas', 'theory'],
    packages: ['zod'],
    fixtures: FIXTURES,
  },
  figures: {
    holds:
      'pictures: charts and heat maps as SVG and PNG, and what is read off a measured grid (planes, frontiers, curves of the theory)',
    rooms: ['networks', 'schemas', 'theory'],
    packages: ['d3-contour', 'd3-scale'],
  },
  client: {
    holds: 'a typed client of the API',
    rooms: ['schemas'],
    packages: ['zod'],
  },
  worker: {
    holds: 'the edge API: routes, formats, caching, the grid store',
    rooms: ['answers', 'figures', 'networks', 'schemas', 'theory'],
    packages: ['hono', 'hono/*', 'zod', 'd3-dsv'],
    fixtures: ['claims.json'],
    testRooms: ['client'],
  },
  'worker/explorer': {
    holds:
      'the program of the page at `/`: it runs in browsers, computes the theory there, and asks the API for measured grids',
    rooms: ['answers', 'client', 'figures', 'networks', 'schemas', 'theory'],
    packages: [],
    testRooms: ['scripts', 'worker'],
  },
  trainer: {
    holds:
      'the offline side: data, training graphs, back ends, runs, searches, measurements, publishing, and their commands',
    rooms: ['client', 'figures', 'networks', 'schemas', 'theory'],
    testRooms: ['research'],
    packages: [
      ...['@bufbuild/protobuf/*', '@resvg/resvg-js', 'cli-progress', 'commander', 'd3-dsv', 'd3-random'],
      ...['fast-png', 'flatbuffers', 'node:*', 'pacote', 'pure-rand/*', 'write-excel-file/*'],
    ],
    fixtures: FIXTURES,
  },
  cli: {
    holds:
      'the command `dropline`: the commands of the trainer, and those that ask the API in the same process, without a server',
    rooms: ['answers', 'schemas', 'trainer', 'worker'],
    packages: ['commander', 'zod'],
  },
  atlas: {
    holds:
      'the measured planes, the fit of the depth rule to them, their check and report (`npm run atlas`); gradient statistics (`npm run gradients`)',
    rooms: ['figures', 'networks', 'schemas', 'scripts', 'theory', 'trainer'],
    testRooms: ['research'],
    packages: ['commander', 'd3-array', 'zod', 'node:*'],
    fixtures: ['data-statistics.json'],
  },
  claims: {
    holds:
      'what the abstracts of the five methods claim, the measures and checks that examine it, the rules of the verdicts (`npm run claims`)',
    rooms: ['figures', 'schemas', 'scripts', 'theory', 'trainer'],
    packages: ['commander', 'd3-array', 'zod', 'node:*'],
  },
  scripts: {
    holds:
      'what npm runs: the launcher, `npm start`, `npm test`, the assets, the packages, the generated pages of docs/, this table',
    rooms: ['figures', 'schemas', 'trainer'],
    packages: ['commander', 'esbuild', 'hono/*', 'zod', 'node:*'],
    fixtures: [...FIXTURES, 'field-cases.json'],
    testRooms: ['theory'],
    usesTesting: true,
  },
  bench: {
    holds:
      'what takes minutes to hours: benchmarks against a peer in the same run, the fuzz, kills, mixed load, the verification; each writes its table in docs/ or its record in `fixtures/`',
    rooms: ['schemas', 'scripts', 'theory', 'trainer', 'worker'],
    packages: ['commander', 'd3-array', 'fast-check', 'tinybench', 'zod', 'node:*'],
    usesTesting: true,
  },
  examples: {
    holds: 'what people copy: shell, notebook, spreadsheets, R, TypeScript, PyTorch, and plans to start from',
    rooms: ['client'],
    packages: ['node:*'],
  },
};

/** The table of docs/design.md. */
export const formatHouse = (): string[] =>
  formatTable(
    ['room', 'what it holds', 'may import'],
    Object.entries(HOUSE).map(([room, { holds, rooms, packages, fixtures = [] }]) => [
      `\`${room}/\``,
      holds,
      [
        ...rooms,
        ...packages.map((name) => `\`${name}\``),
        ...fixtures.map((file) => `\`fixtures/${file}\``),
      ].join(', ') || 'nothing',
    ]),
  );
