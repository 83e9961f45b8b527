import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { planFile, run, start, temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';

test('a folder that cannot be written is told before anything is trained', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, smallPlan);
  const { code, stderr } = await run('train', plan, '--out', path.join(plan, 'runs'));
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/\nCannot lock .*Choose a folder that can be written/),
  ]);
});

test('a missing file, a bad plan and wrong usage end with status 2 and without a stack', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, smallPlan);
  const bad = path.join(folder, 'bad.json');
  await writeFile(bad, JSON.stringify(smallPlan).replace('"keep":0.9', '"keep":1e999'));
  const wrong: [string[], string][] = [
    [['train', path.join(folder, 'none.json')], 'there is no such file (ENOENT)'],
    [['train', folder], 'it is a folder (EISDIR)'],
    [['train', bad], '#/network/keep  Give number, not Infinity.'],
    [['train'], "missing required argument 'plan.json'"],
    [['train', plan, '--frobnicate'], "unknown option '--frobnicate'"],
    [['train', plan, 'another'], 'too many arguments'],
    [['train', plan, '--workers', '0'], 'Give a whole number from 1 to 1024.'],
    [['train', plan, '--publish', 'https://example.org'], 'needs a token'],
    [['tarin', plan], "unknown command 'tarin'"],
    [['publish', plan, '--to', 'http://localhost:1'], 'is no grid:\n  #/'],
  ];
  await Promise.all(
    wrong.map(async ([args, message]) => {
      const { code, stderr } = await start(args, { DROPLINE_TOKEN: '' }).ended;
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
      expect(code).toBe(2);
    }),
  );
  const help = await run('train', '--help');
  expect([help.code, help.stdout]).toEqual([
    0,
    expect.stringContaining('npm run train -- examples/plans/tiny.json'),
  ]);
});
