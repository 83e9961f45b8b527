import { describe, expect, test } from 'vitest';
import { blocksContract } from '../schemas/endpoints/blocks.ts';
import { trainableDepthContract } from '../schemas/endpoints/trainable-depth.ts';
import { Failure } from '../trainer/errors.ts';
import { run } from '../trainer/testing/command.ts';
import type { Bindings } from '../worker/environment.ts';
import app from '../worker/index.ts';
import type { Question } from './ask.ts';
import { answerDepth } from './show-depth.ts';

/** The rows of the Worker, whole. */
async function askWorker(endpoint: string, question: Question): Promise<Record<string, unknown>[]> {
  const url = `http://localhost/v1/${endpoint}?${new URLSearchParams(question)}`;
  const response = await app.fetch(new Request(url), {} as Bindings);
  expect(response.status).toBe(200);
  return ((await response.json()) as { rows: Record<string, unknown>[] }).rows;
}

const relu = { activation: 'relu', init: 'torch_default', width: '512', drop: '0.1' };

describe('the digits are those of the Worker', () => {
  const NUMBERS = ['fitted_depth', 'fitted_low', 'fitted_high', 'limit_low', 'limit_high', 'xi_1', 'xi_2'];
  test.each([relu, ...trainableDepthContract.examples])('%o', async (question) => {
    const numbers = NUMBERS.filter((name) => name in trainableDepthContract.row.shape);
    const own = await answerDepth(question);
    const rows = await askWorker('trainable-depth', { ...question, field: numbers.join() });
    expect(own.map(({ row }) => numbers.map((name) => row[name]))).toEqual(
      rows.map((row) => numbers.map((name) => row[name])),
    );
  });

  test('of networks of blocks, too', async () => {
    const question = { preset: 'bert_base', drop: '0.1,0.2', blocks: '24' };
    const rows = await askWorker('blocks', question);
    const own = await answerDepth(question);
    expect(own).toHaveLength(2);
    own.forEach(({ row }, i) => {
      for (const name of ['depth_low', 'depth_high', 'margin', 'xi_2'] as const) {
        expect(name in blocksContract.row.shape).toBe(true);
        expect(row[name], name).toBe(rows[i]?.[name]);
      }
    });
    expect(own[0]?.row.verdict).toBe('trainable');
    expect(own[0]?.said[0]).toMatch(/^After 24 blocks the margin .* is 0\.115/);
  });
});

test('it says in sentences how deep, and what the initialiser does, with the words of /v1/diagnose', async () => {
  const [answer] = await answerDepth(relu);
  const [diagnosed] = await askWorker('diagnose', {
    ...{ activation: 'relu', init: 'torch_default', fan_in: '512', drop: '0.1' },
    field: 'advice',
  });
  const said = answer?.said.join('\n');
  expect(said).toContain(diagnosed?.advice);
  expect(said).toContain(
    'such networks train down to about 6 layers (95 %: 3.89 to 9.23), at learning rate 0.03',
  );
  expect(said).toContain('What limits it: the first updates are too small beside the weights.');
  expect(said).toContain('That is a guess: width, init lie beyond what was measured.');
  expect(said).toContain('inputs can be told apart for about 6.22 to 9.45 layers');
});

describe('whether a depth can be trained', () => {
  const critical = { activation: 'tanh', sigma_w2: '1.8', sigma_b2: '0.05', keep: '0.95', width: '100' };
  test.each<[string, Question, number, string]>([
    ['fewer than both limits', critical, 10, 'trainable'],
    ['between them', critical, 50, 'doubtful'],
    ['more than either', critical, 500, 'not_trainable'],
    ['a guess excludes nothing, the theory does', relu, 20, 'not_trainable'],
    [
      'the rule alone, where signals have no limit',
      { ...critical, sigma_w2: '1.76', keep: '1' },
      30,
      'trainable',
    ],
    [
      'nothing limits it',
      { activation: 'linear', sigma_w2: '1', keep: '1', mask: 'shared' },
      30,
      'trainable',
    ],
    ['not known', { activation: 'tanh', sigma_w2: '1.8', keep: '0.95', mask: 'shared' }, 5, 'unknown'],
    ['a schedule, by the theory', { ...critical, schedule: 'step_early' }, 10, 'trainable'],
  ])('%s', async (_, question, depth, verdict) => {
    const [answer] = await answerDepth({ ...question, depth: String(depth) });
    expect(answer?.row).toMatchObject({ depth, verdict, because: expect.any(String) });
    expect(answer?.said[0]).toMatch(new RegExp(`^${depth} layers `));
  });
});

test('a question that is wrong is refused with all that is wrong, by the names of options', async () => {
  const wrong = answerDepth({ activation: 'rleu', learning_rate: '-1', keep: '0.9', drop: '0.1' });
  await expect(wrong).rejects.toThrow(Failure);
  await expect(wrong).rejects.toThrow(/^--activation: "rleu" is not one of .* Did you mean "relu"\?$/m);
  await expect(wrong).rejects.toThrow(/^--learning-rate: .*out of range/m);
  await expect(answerDepth({ preset: 'bert_base', depth: '20' })).rejects.toThrow('give --blocks');
});

test('the command: people, programs, spreadsheets; options as the API spells them, too', async () => {
  const question = ['--activation', 'tanh', '--sigma_w2', '1..2/2', '--keep=0.9,0.95', '--depth', '40'];
  const [people, programs, csv, one, wrong, unknown] = await Promise.all([
    run('depth', ...question),
    run('depth', ...question, '--json'),
    run('depth', ...question, '--csv'),
    run('depth', '--activation', 'relu', '--init', 'torch_default', '--width', '512', '--drop', '0.1'),
    run('depth', '--activation', 'rleu', '--drop', '0.1', '--json'),
    run('depth', '--activaton', 'relu'),
  ]);
  expect(people.stdout).toMatch(
    /activation +sigma_w2 +keep +depth +verdict +fitted_depth[^\n]*\n( +tanh [^\n]*\n){4}$/,
  );
  const { ok, rows } = JSON.parse(programs.stdout);
  expect([ok, rows.length, rows[0].keep, rows[0].said[0]]).toEqual([
    true,
    4,
    0.9,
    expect.stringMatching(/^40 layers /),
  ]);
  const [head, first] = csv.stdout.split('\n') as [string, string];
  expect(first.split(',')[head.split(',').indexOf('fitted_depth')]).toBe(String(rows[0].fitted_depth));
  expect(head).toMatch(/,depth,.*verdict,because/);
  expect(one.stdout).toContain('Two inputs are no longer told apart after about 6 layers.');
  expect([wrong.code, JSON.parse(wrong.stdout)]).toEqual([
    2,
    { ok: false, error: expect.stringContaining('Did you mean "relu"?'), exit_status: 2 },
  ]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean --activation?')]);
});
