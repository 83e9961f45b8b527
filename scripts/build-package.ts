/**
 * Builds the package of a room before `npm pack`: its index.ts and whatever that imports, as JavaScript with declarations.
 *
 *   npm pack --workspace theory
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);

/** The rooms that are packages of their own. */
export const PACKAGE_ROOMS = ['theory', 'schemas', 'client'] as const;

export type PackageRoom = (typeof PACKAGE_ROOMS)[number];

/**
 * Compiles the index.ts of a folder of the repository into its dist/.
 *
 * @param folder the room, for example `theory`
 * @throws Error with what the compiler says
 */
export function buildPackage(folder: string): void {
  const dist = path.join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const config = path.join(dist, 'tsconfig.json');
  const compilerOptions = {
    composite: false,
    declaration: true,
    lib: ['es2023', 'dom'],
    rootDir: ROOT,
    outDir: dist,
  };
  const entry = path.join(folder, 'index.ts');
  writeFileSync(
    config,
    JSON.stringify({ extends: path.join(ROOT, 'tsconfig.base.json'), compilerOptions, files: [entry] }),
  );
  const compiler = [path.join(ROOT, 'scripts', 'launch.mjs'), 'tsc', '-p', config];
  const { status, stdout, stderr } = spawnSync(process.execPath, compiler, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${folder} does not compile:\n${stdout}${stderr}`);
  rmSync(config);
  // The compiler rewrites the endings of imports in JavaScript, not in declarations.
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(isDeclaration)) {
    const text = readFileSync(path.join(dist, file), 'utf8');
    writeFileSync(
      path.join(dist, file),
      text.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'),
    );
  }
  copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
}

const isDeclaration = (file: string) => file.endsWith('.d.ts');

if (import.meta.main) buildPackage(process.cwd());
