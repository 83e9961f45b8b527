import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// (from trainer/native, whose packages are looked for first)
const { resolve } = createRequire(new URL('native/package.json', import.meta.url));

/**
 * The version of an installed package. Some packages export their package.json, some only their main file; for these
 * the folders above that file are looked through.
 * @example findPackageVersion('onnxruntime-web') // '1.19.2'
 */
export function findPackageVersion(name: string): string {
  const known = versions.get(name) ?? installedVersion(name);
  versions.set(name, known);
  return known;
}

/** What was looked up before. */
const versions = new Map<string, string>();

function installedVersion(name: string): string {
  for (let file = resolved(name); ; file = path.dirname(file)) {
    const manifest = read(path.join(path.dirname(file), 'package.json'));
    if (manifest?.name === name) return String(manifest.version);
    if (file === path.dirname(file)) throw new Error(`the package.json of ${name} is not found`);
  }
}

/**
 * Dropline's own version.
 * @example readDroplineVersion() // '0.1.0'
 */
export function readDroplineVersion(): string {
  return OWN_VERSION;
}

const OWN_VERSION = String(read(fileURLToPath(new URL('../package.json', import.meta.url)))?.version);

function resolved(name: string): string {
  try {
    return resolve(`${name}/package.json`);
  } catch {
    return resolve(name);
  }
}

function read(file: string): { name?: unknown; version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
