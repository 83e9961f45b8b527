import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-package-'));

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
  run('npm', ['pack', '--silent', '--pack-destination', folder], ROOT);
  const [tarball] = readdirSync(folder);
  const modules = path.join(folder, 'node_modules', 'dropline');
  mkdirSync(modules, { recursive: true });
  run('tar', ['-xzf', path.join(folder, tarball as string), '-C', modules, '--strip-components=1'], folder);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

it('gives the theory to others as plain JavaScript, without its dependencies', () => {
  const code = `import { depthScales } from 'dropline/theory';
    const input = { activation: 'tanh', sigma_w2: 2.5, sigma_b2: 0.05, technique: 'none', mask: 'independent', q0: 1 };
    console.log(depthScales(input).q_star.toFixed(10));`;
  expect(run(process.execPath, ['--input-type=module', '-e', code], folder)).toBe('1.0639583774\n');
});

/** The minified bytes of a program of one line that imports the package, for no platform in particular. */
async function bundled(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
  });
  return outputFiles[0]?.contents.length as number;
}

it('leaves out of a bundle what is not used of the theory', async () => {
  const all = await bundled("export * from 'dropline/theory';");
  expect(all).toBeGreaterThan(50_000);
  const part = async (names: string) => bundled(`export { ${names} } from 'dropline/theory';`);
  expect(await part('PLANE_MEASURES')).toBeLessThan(2_000);
  expect(await part('reach, DEPTH_RULES')).toBeLessThan(5_000);
  expect(await part('noiseOf')).toBeLessThan(0.25 * all);
  expect(await part('criticalPoints')).toBeLessThan(0.25 * all);
});

it('gives the client to others, without any package', () => {
  const code = `import { Dropline } from 'dropline/client';
    console.log(new Dropline('http://localhost:8787').url('kernel', { activation: 'relu' }, 'csv'));`;
  expect(run(process.execPath, ['--input-type=module', '-e', code], folder)).toBe(
    'http://localhost:8787/v1/kernel.csv?activation=relu\n',
  );
});

it('ships declarations and no tests', () => {
  const files = readdirSync(path.join(folder, 'node_modules', 'dropline', 'dist'), {
    recursive: true,
    encoding: 'utf8',
  });
  expect(files).toContain(path.join('theory', 'index.d.ts'));
  expect(files.filter((file) => /test/.test(file))).toEqual([]);
});
