import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackage, PACKAGE_ROOMS } from './build-package.ts';
import { formatReference, readExports, referencePage } from './reference.ts';

const ROOT = path.dirname(import.meta.dirname);
const LAUNCH = path.join(ROOT, 'scripts', 'launch.mjs');

/** One folder per package, in which nothing is installed but the package and what it says that it depends on. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-package-'));
const home = (room: string) => path.join(folder, room);
const installed = (room: string) => path.join(home(room), 'node_modules', '@dropline', room);

function run(command: string, args: string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}

beforeAll(() => {
  for (const room of PACKAGE_ROOMS) {
    mkdirSync(installed(room), { recursive: true });
    run('npm', ['pack', '--silent', '--pack-destination', home(room)], path.join(ROOT, room));
    const [tarball] = readdirSync(home(room)).filter((file) => file.endsWith('.tgz'));
    run('tar', ['-xzf', tarball as string, '-C', installed(room), '--strip-components=1'], home(room));
    const { dependencies = {} } = JSON.parse(
      readFileSync(path.join(installed(room), 'package.json'), 'utf8'),
    );
    for (const name of Object.keys(dependencies))
      symlinkSync(
        path.join(ROOT, 'node_modules', name),
        path.join(home(room), 'node_modules', name),
        'junction',
      );
  }
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe.each(PACKAGE_ROOMS)('%s', (room) => {
  const readme = readFileSync(path.join(ROOT, room, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```js\n([\s\S]*?)```\s+```text\n([\s\S]*?)```/g)].map(
    ([, code, output]) => [code, output] as [string, string],
  );

  it('has examples in its README', () => expect(examples.length).toBeGreaterThan(0));

  it.each(examples)('prints what its README says: %#', (code, output) => {
    expect(run(process.execPath, ['--input-type=module', '-e', code], home(room))).toBe(output);
  });

  it('has declarations that compile in a strict project, dependencies and all', () => {
    writeFileSync(path.join(home(room), 'index.ts'), `export * from '@dropline/${room}';\n`);
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,dom',
    ];
    run(process.execPath, [LAUNCH, 'tsc', '--ignoreConfig', ...options, 'index.ts'], home(room));
  });

  it('holds its licence and no tests', () => {
    const files = readdirSync(installed(room), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', path.join('dist', room, 'index.d.ts')]),
    );
    expect(files.filter((file) => /test/.test(file))).toEqual([]);
  });

  it('says of every export what it is', () => {
    const exported = readExports(path.join(installed(room), 'dist', room, 'index.d.ts'));
    expect(exported.length).toBeGreaterThan(5);
    expect(exported.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([]);
  });

  it('has the reference that stands in docs/ (npm run reference writes it)', () => {
    const page = readFileSync(referencePage(room), 'utf8');
    expect(page).toBe(formatReference(room, path.join(installed(room), 'dist')));
  });

  it('has the version of the repository', () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(JSON.parse(readFileSync(path.join(ROOT, room, 'package.json'), 'utf8')).version).toBe(version);
  });
});

it('says that a package does not compile', () => {
  const broken = mkdtempSync(path.join(ROOT, '.generated', 'broken-'));
  writeFileSync(path.join(broken, 'index.ts'), "export const depth: number = 'deep';\n");
  expect(() => buildPackage(broken)).toThrow(/does not compile[\s\S]*not assignable/);
  rmSync(broken, { recursive: true });
});

it('refuses what the types of the client refuse', () => {
  writeFileSync(
    path.join(home('client'), 'wrong.ts'),
    `import type { Query } from '@dropline/client';
    export const right: Query<'depth-scales'> = { activation: 'tanh', sigma_w2: [1.5, 2], sigma_b2: 0.05, keep: '0.5..1/6' };
    export const wrong: Query<'depth-scales'> = { activation: 'tanhh' };\n`,
  );
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023'];
  expect(() =>
    run(process.execPath, [LAUNCH, 'tsc', '--ignoreConfig', ...options, 'wrong.ts'], home('client')),
  ).toThrow(/wrong\.ts\(3,[\s\S]*tanhh/);
});

/** The minified bytes of a program of one line that imports the theory, for no platform in particular. */
async function bundled(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: home('theory') },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
  });
  return outputFiles[0]?.contents.length as number;
}

it('leaves out of a bundle what is not used of the theory', async () => {
  const all = await bundled("export * from '@dropline/theory';");
  expect(all).toBeGreaterThan(50_000);
  const part = async (names: string) => bundled(`export { ${names} } from '@dropline/theory';`);
  expect(await part('PLANE_MEASURES')).toBeLessThan(2_000);
  expect(await part('reach, DEPTH_RULES')).toBeLessThan(5_000);
  expect(await part('computeNoise')).toBeLessThan(0.25 * all);
  expect(await part('criticalPoints')).toBeLessThan(0.25 * all);
});

it('gives the client to others without any package at run time', () => {
  rmSync(path.join(home('client'), 'node_modules', 'zod'));
  const code = `import { Dropline } from '@dropline/client';
    console.log(new Dropline('http://localhost:8787').url('kernel', { activation: 'relu' }, 'csv'));`;
  expect(run(process.execPath, ['--input-type=module', '-e', code], home('client'))).toBe(
    'http://localhost:8787/v1/kernel.csv?activation=relu\n',
  );
});
