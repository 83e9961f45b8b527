import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const { NODE_PACKAGES, isNewEnough } = (await import(
  new URL('./node-version.mjs', import.meta.url).href
)) as { NODE_PACKAGES: Record<string, string>; isNewEnough: (version: string) => boolean };

const read = (file: string) => JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));

it('takes the Node versions that run TypeScript without a flag', () => {
  for (const version of ['22.18.0', '22.20.1', '23.6.0', '24.0.0', '26.1.0'])
    expect(isNewEnough(version), version).toBe(true);
  for (const version of ['18.20.0', '20.20.2', '22.17.1', '23.5.0'])
    expect(isNewEnough(version), version).toBe(false);
  expect(isNewEnough(process.versions.node)).toBe(true);
});

it('looks for the packages that are installed where Node is too old, each of a Node that is new enough', () => {
  const { optionalDependencies } = read('node/package.json') as { optionalDependencies: object };
  expect(Object.values(NODE_PACKAGES).sort()).toEqual(Object.keys(optionalDependencies).sort());
  expect(Object.values(optionalDependencies).filter((version) => !isNewEnough(version))).toEqual([]);
});

it('pins what is installed apart in lock files of its own', () => {
  for (const folder of ['node', '../trainer/native']) {
    const { dependencies = {}, optionalDependencies = {} } = read(`${folder}/package.json`);
    const { packages } = read(`${folder}/package-lock.json`);
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies }))
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});
