import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT, Failure } from '../errors.ts';
import { countCells } from '../run/cells.ts';
import { checkPlan, readPlan } from '../run/plan.ts';
import { run, runWithInput, temporaryFolder } from '../testing/command.ts';
import { collect } from './init.ts';
import { type Answers, makePlan, QUESTIONS } from './init-questions.ts';

/** Answers by name; the others are the usual ones. */
const answering = (given: Readonly<Partial<Record<keyof Answers, string>>>) =>
  collect({}, async ({ name }) => given[name] ?? '');
const planOf = async (given: Parameters<typeof answering>[0]) =>
  checkPlan(makePlan(await answering(given)), 'The plan');

test('the usual answers make a plan, of depth and weight variance', async () => {
  const plan = await planOf({});
  expect(plan.axes).toEqual({ depth: [2, 5, 10, 20], sigma_w2: [1, 1.5, 2] });
  expect(plan.network).toMatchObject({ activation: 'tanh', technique: 'bernoulli', keep: 0.95, width: 50 });
  expect([plan.seeds, plan.search]).toEqual([[1, 2], undefined]);
});

describe('whatever is answered, the plan is one that the trainer takes', () => {
  test.each<[string, Parameters<typeof answering>[0], object]>([
    ['several keeps', { keep: '0.9, 0.95' }, { axes: { depth: expect.any(Array), keep: [0.9, 0.95] } }],
    [
      'several widths',
      { sigma_w2: '1.5', width: '50,100' },
      { axes: { depth: expect.any(Array), width: [50, 100] } },
    ],
    [
      'several rates',
      { sigma_w2: '1.5', learning_rate: '0.01,0.03' },
      { axes: { depth: expect.any(Array), learning_rate: [0.01, 0.03] } },
    ],
    ['a range of depths', { depth: '10..50/5' }, { axes: { depth: [10, 20, 30, 40, 50] } }],
    ['no noise', { technique: 'none' }, { network: { technique: 'none' } }],
    ['a framework', { init: 'torch_default' }, { axes: { depth: expect.any(Array), keep: [0.95] } }],
    ['a framework without noise', { init: 'kaiming_normal', technique: 'none' }, { axes: { width: [50] } }],
    [
      'names of the field',
      { activation: 'nn.SiLU', technique: 'dropout' },
      { network: { activation: 'silu' } },
    ],
    ['a rate that suits the optimiser', { optimiser: 'adamw' }, { training: { learning_rate: 0.001 } }],
    [
      'a search',
      { networks: 'frontier' },
      { search: { interval: 1.3 }, seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    ],
    ['another data set', { data: 'cifar10' }, { data: { name: 'cifar10' } }],
  ])('%s', async (_, given, expected) => {
    const plan = await planOf(given);
    expect(plan).toMatchObject(expected);
    expect(countCells(plan)).toBeGreaterThan(0);
  });

  test('every technique and optimiser that is offered', async () => {
    for (const { name, text } of QUESTIONS.filter((one) =>
      ['technique', 'optimiser', 'data'].includes(one.name),
    )) {
      const offered = /\((.*)\)/.exec(text)?.[1]?.split(', ') ?? [];
      expect(offered.length).toBeGreaterThan(2);
      for (const value of offered) await expect(planOf({ [name]: value }), value).resolves.toBeTruthy();
    }
  });
});

test('each answer is checked at once, by itself and beside those before it', async () => {
  const asked: string[] = [];
  const refused = async (given: Parameters<typeof answering>[0]) => {
    asked.length = 0;
    const failure = await collect({}, async ({ name }) => {
      asked.push(name);
      return given[name] ?? '';
    }).catch((error) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.exitCode).toBe(EXIT.usage);
    return failure.message as string;
  };
  expect(await refused({ activation: 'reluu' })).toContain('Did you mean "relu"?');
  expect(asked.at(-1)).toBe('activation');
  expect(await refused({ keep: '1.2' })).toContain('out of range: give a number from 0.001 to 1');
  expect(await refused({ depth: '2.5' })).toContain('2.5 is not a whole number');
  expect(await refused({ depth: '5,5' })).toContain('A value stands twice');
  expect(await refused({ id: 'My Plan' })).toContain('An id is 1 to 63 characters');
  expect(await refused({ keep: '0.9,0.95', sigma_w2: '1,2' })).toContain('sigma_w2 and keep');
  expect(asked.at(-1)).toBe('sigma_w2');
  expect(
    await refused({ width: '4096', depth: '1..1000/1000', sigma_w2: '1..3/200', seeds: '100' }),
  ).toContain('networks; a grid holds at most');
});

test('at a terminal a wrong answer is asked for again', async () => {
  const said = ['reluu', 'relu'];
  const answers = await collect(
    {},
    async ({ name }) => (name === 'activation' ? (said.shift() ?? '') : ''),
    true,
  );
  expect([answers.activation, said]).toEqual(['relu', []]);
});

test('the command: answers are piped, the plan is written, and what is there is not overwritten', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'deep-relu.json');
  const piped = await runWithInput(
    '\n\nrelu\n\n0.9,0.95\n\n\n0\nfrontier\n10..50/5\n\n\n\n\n\n\n\n',
    'init',
    file,
    '--no-trial',
  );
  expect([piped.code, piped.stdout]).toEqual([
    0,
    expect.stringMatching(
      /networks +about \d+ .* of 100, searching[\s\S]*Next: npm run dropline -- frontier .*deep-relu\.json\n$/,
    ),
  ]);
  expect(piped.stderr).toContain('Activation (tanh, relu, gelu, …) [tanh]: relu\n');
  expect(await readPlan(file)).toMatchObject({
    id: 'deep-relu',
    network: { activation: 'relu', sigma_b2: 0, sigma_w2: 1.5 },
  });
  expect(await readFile(file, 'utf8')).toContain('"depth": [10, 20, 30, 40, 50]');

  await writeFile(file, 'mine');
  const [kept, short, wrong] = await Promise.all([
    run('init', file, '--yes', '--no-trial'),
    runWithInput('\n\n', 'init', path.join(folder, 'short.json')),
    runWithInput('\n\nreluu\n', 'init', path.join(folder, 'wrong.json')),
  ]);
  expect([kept.code, kept.stderr]).toEqual([1, expect.stringContaining('overwrite it with --force')]);
  expect(await readFile(file, 'utf8')).toBe('mine');
  expect([short.code, short.stderr]).toEqual([
    2,
    expect.stringMatching(/no terminal and ended before this was answered: Activation.*\n.*--yes/),
  ]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean "relu"?')]);
  await expect(readFile(path.join(folder, 'wrong.json'))).rejects.toThrow('ENOENT');

  const forced = await run('init', file, '--yes', '--force', '--no-trial', '--json');
  expect(JSON.parse(forced.stdout)).toMatchObject({
    ...{ ok: true, file, networks: 24, next: `npm run train -- ${file}` },
    plan: { id: 'deep-relu' },
  });
});
