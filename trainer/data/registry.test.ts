import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { fetchPackage } from './registry.ts';

const name = 'dropline-test-package';
const manifest = JSON.stringify({ name, version: '1.0.0' });
const tarball = gzipSync(tar('package/package.json', manifest));
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;

/** A tar archive of one file (POSIX.1-1988, ustar). */
function tar(file: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(file, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(512);
  body.write(content);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}

/** A registry with one package, which npm is configured for. */
async function registry(cache: string): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('.tgz')) return response.end(tarball);
    const dist = { tarball: `${url}/${name}/-/${name}-1.0.0.tgz`, integrity };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: '1.0.0' },
        versions: { '1.0.0': { name, version: '1.0.0', dist } },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  configure(url, cache);
  return asked;
}

function configure(url: string, cache: string): void {
  vi.stubEnv('npm_config_registry', url);
  vi.stubEnv('npm_config_cache', cache);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test("a package comes from npm's configured registry, checked and unpacked", async () => {
  const folder = await temporaryFolder();
  const asked = await registry(path.join(folder, 'npm'));
  await fetchPackage({ spec: `${name}@1.0.0`, integrity }, path.join(folder, 'here'));
  expect(await readFile(path.join(folder, 'here/package.json'), 'utf8')).toBe(manifest);
  expect(asked).toContain(`/${name}/-/${name}-1.0.0.tgz`);
});

test('another tarball than the pinned one is refused', async () => {
  const folder = await temporaryFolder();
  await registry(path.join(folder, 'npm'));
  const other = `sha512-${createHash('sha512').update('other').digest('base64')}`;
  await expect(
    fetchPackage({ spec: `${name}@1.0.0`, integrity: other }, path.join(folder, 'here')),
  ).rejects.toThrow('is not the package that Dropline was tested with');
});

test('without a registry the message says where it looked and what to do', async () => {
  const folder = await temporaryFolder();
  configure('http://127.0.0.1:1', path.join(folder, 'npm'));
  await expect(fetchPackage({ spec: `${name}@1.0.0`, integrity }, path.join(folder, 'here'))).rejects.toThrow(
    /Cannot fetch the package .* from http:\/\/127\.0\.0\.1:1.*ECONNREFUSED[\s\S]*Check the network/,
  );
});
