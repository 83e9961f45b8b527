import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';

const ROOT = path.dirname(import.meta.dirname);
const COPY = mkdtempSync(path.join(tmpdir(), 'dropline-recipe-'));
afterAll(() => rmSync(COPY, { recursive: true, force: true }));

for (const file of [
  'catalogue',
  'theory',
  'schemas',
  'networks',
  'trainer',
  'tsconfig.base.json',
  'package.json',
])
  cpSync(path.join(ROOT, file), path.join(COPY, file), {
    recursive: true,
    filter: (from) => !/[\\/](node_modules|dist|native|tsconfig\.json)$/.test(from),
  });
symlinkSync(path.join(ROOT, 'node_modules'), path.join(COPY, 'node_modules'), 'junction');
const write = (file: string, text: string) => writeFileSync(path.join(COPY, file), text);
write(
  'tsconfig.json',
  JSON.stringify({
    extends: './tsconfig.base.json',
    compilerOptions: { noEmit: true, composite: false, types: ['node'] },
    files: ['theory/index.ts', 'trainer/activations.ts', 'check.ts'],
  }),
);
write(
  'vitest.config.ts',
  "export default { test: { include: ['theory/activations/index.test.ts', 'trainer/activations.test.ts'] } };",
);
write(
  'check.ts',
  `import { ACTIVATION_NAMES } from './catalogue/activations.ts';
import { nameFor } from './schemas/synonyms.ts';
import { averageErrors, ACTIVATIONS, depthScales, plainNetwork } from './theory/index.ts';

const name = nameFor('Square-Plus', ACTIVATION_NAMES);
if (!name) throw new Error('The name is unknown.');
const network = { activation: name, sigma_w2: 1.2, sigma_b2: 0, technique: 'bernoulli', keep: 0.9, q0: 1 } as const;
const { q_star } = depthScales(plainNetwork({ ...network, mask: 'independent' }));
console.log(JSON.stringify({ name, q_star, error: averageErrors(ACTIVATIONS[name], 1, 0.3).gap }));
`,
);

/** Puts lines before the line with which a table ends. */
function insert(file: string, end: string, lines: string): void {
  const text = readFileSync(path.join(COPY, file), 'utf8');
  expect(text.split(end).length, `${file} has one "${end.trim()}"`).toBe(2);
  write(file, text.replace(end, `${lines}${end}`));
}

function run(...command: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, 'scripts', 'launch.mjs'), ...command],
    { cwd: COPY, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

it('an activation is added as CONTRIBUTING.md says', () => {
  insert(
    'catalogue/activations.ts',
    '} as const satisfies Record<string, ActivationEntry>;',
    `  squareplus: {
    formula: '(x + √(x² + 4)) / 2',
    reference: 'Barron 2021; Gauss–Legendre panels, tabulated',
    synonyms: ['square plus'],
    code: {
      pytorch: '(x + (x * x + 4).sqrt()) / 2',
      keras: '(x + ops.sqrt(x * x + 4)) / 2',
      jax: 'jax.nn.squareplus(x)',
    },
  },
`,
  );
  const { output } = run('tsc', '-p', '.', '--pretty', 'false');
  const wrong = [...output.matchAll(/^(\S+?)\(.*error TS\d+: (.*)/gm)].map(([, file]) => file);
  expect(wrong.sort()).toEqual(['theory/activations/index.ts', 'trainer/activations.ts']);

  insert(
    'theory/activations/smooth.ts',
    '} as const satisfies Family;',
    `  // Barron 2021, "Squareplus: a softplus-like algebraic rectifier"; branch points at ±2i
  squareplus: tabulated(
    numeric({
      name: 'squareplus',
      parity: 'none',
      asymptote: [0, 1],
      kinks: [],
      features: [{ at: 0, width: 2 }],
      phi: (x) => (x > 0 ? (x + Math.hypot(x, 2)) / 2 : 2 / (Math.hypot(x, 2) - x)),
      derivative: (x) => (1 + x / Math.hypot(x, 2)) / 2,
    }),
  ),
`,
  );
  insert(
    'trainer/activations.ts',
    '  relu_squared: (graph, x) => {',
    `  squareplus: (graph, x) => {
    const root = graph.call(sqrt, [graph.call(add, [graph.call(mul, [x, x]), graph.scalar(4)])]);
    return graph.call(mul, [graph.call(add, [x, root]), graph.scalar(0.5)]);
  },
`,
  );
  const trainer = readFileSync(path.join(COPY, 'trainer/activations.ts'), 'utf8');
  write('trainer/activations.ts', trainer.replace('  softplus,\n', '  softplus,\n  sqrt,\n'));
  expect(run('tsc', '-p', '.', '--pretty', 'false')).toEqual({ status: 0, output: '' });

  // φ² = xφ + 1 and E[φ′] = 1/2, so that E[φ²] = 1 + q/2 and q* = 4
  const answer = JSON.parse(run('check.ts').output);
  expect(answer).toEqual({ name: 'squareplus', q_star: expect.closeTo(4, 12), error: expect.any(Number) });
  expect(answer.error).toBeLessThan(1e-12);
  const tests = run('vitest', 'run', '-t', 'squareplus');
  expect(tests.status, tests.output).toBe(0);
}, 120_000);
