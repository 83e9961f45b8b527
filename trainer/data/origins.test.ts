import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { defineDownload, fetchFiles, fetchPackage } from './origins.ts';

/** The address of a server on this machine, which ends with the test. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

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
  const url = await serve((request, response) => {
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

const pin = (file: string, content: Uint8Array) => ({
  name: file,
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});
const contents = {
  images: Buffer.from('pixels '.repeat(20_000)),
  labels: Buffer.from('labels '.repeat(100)),
};
const files = [pin('images', contents.images), pin('labels', contents.labels)];
const packed: Record<string, Buffer> = {
  '/images.gz': gzipSync(contents.images),
  '/labels.gz': gzipSync(contents.labels),
};

/** Fetches the two files; `answer` is for the second one. */
async function fetchBoth(answer: RequestListener, patience?: number) {
  const folder = path.join(await temporaryFolder(), 'new');
  const address = await serve((request, response) => {
    if (request.url === '/labels.gz') return answer(request, response);
    response.end(packed[request.url ?? '']);
  });
  return { folder, address, done: fetchFiles(address, files, folder, patience) };
}

/** That the second file is refused with a message, and not kept. */
async function expectRefusal(answer: RequestListener, message: RegExp, patience?: number) {
  const { folder, address, done } = await fetchBoth(answer, patience);
  const error: Error = await done.then(
    () => expect.unreachable('it should have been refused'),
    (thrown) => thrown,
  );
  expect(error.name).toBe('Failure');
  expect(error.message).toMatch(message);
  expect(error.message).toContain(`${address}/labels.gz`);
  expect(error.message).toMatch(/[Rr]un the same command again; or give a folder/);
  expect(await readdir(folder)).toEqual(['images']);
}

test('files come from an address, checked and unpacked, however they are packed', async () => {
  const { folder, done } = await fetchBoth((_, response) =>
    response.end(gzipSync(contents.labels, { level: 1 })),
  );
  await done;
  for (const [file, content] of Object.entries(contents))
    expect(Buffer.compare(await readFile(path.join(folder, file)), content)).toBe(0);
});

test('a file with one byte changed is refused', () =>
  expectRefusal((_, response) => {
    const changed = Buffer.from(contents.labels);
    changed[50] = (changed[50] as number) ^ 1;
    response.end(gzipSync(changed));
  }, /has the SHA-256 [0-9a-f]{64} when unpacked, instead of [0-9a-f]{64}: it is not the file that Dropline was tested with, and was not used/));

test('what is no gzip, or more than the file, is refused', async () => {
  await expectRefusal(
    (_, response) => response.end('<html>'),
    /cannot be unpacked \(incorrect header check\)/,
  );
  // small when packed: it is not unpacked beyond the length of the file
  await expectRefusal((_, response) => response.end(gzipSync(Buffer.alloc(1e5))), /cannot be unpacked \(/);
  await expectRefusal((_, response) => response.end(Buffer.alloc(1e6)), /the file is too long/);
});

test('an address without the file is named, with its answer', () =>
  expectRefusal((_, response) => {
    response.statusCode = 404;
    response.end('no');
  }, /^Cannot fetch http:.*: the answer is 404 Not Found\.\nCheck the network/));

test('a body that is cut off is refused, whether or not its length was said', async () => {
  const half = (packed['/labels.gz'] as Buffer).subarray(0, 30);
  await expectRefusal((_, response) => {
    response.writeHead(200, { 'content-length': packed['/labels.gz']?.length });
    response.write(half, () => response.destroy());
  }, /^Cannot fetch .*: terminated: /);
  await expectRefusal((_, response) => {
    response.write(half, () => response.destroy());
  }, /^Cannot fetch .*: terminated: /);
  await expectRefusal((_, response) => {
    // the length of such a body is told by its end
    response.removeHeader('transfer-encoding');
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { connection: 'close' });
    response.end(half);
  }, /cannot be unpacked \(unexpected end of file\)/);
});

test('a server that says nothing more is given up, at the start and in the middle', async () => {
  await expectRefusal(() => {}, /: nothing came for 0.1 seconds\./, 100);
  await expectRefusal((_, response) => void response.write('x'), /: nothing came for 0.1 seconds\./, 100);
});

test('a download that goes on slowly is not given up', async () => {
  const { done } = await fetchBoth(async (_, response) => {
    const whole = packed['/labels.gz'] as Buffer;
    for (let at = 0; at < whole.length; at += 8) {
      response.write(whole.subarray(at, at + 8));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    response.end();
  }, 400);
  await done;
});

test('a connection that is refused is named, with what to do', async () => {
  await expect(fetchFiles('http://127.0.0.1:1', files, await temporaryFolder())).rejects.toThrow(
    /^Cannot fetch http:\/\/127\.0\.0\.1:1\/images\.gz: fetch failed: .*\.\nCheck the network[\s\S]*--data[\s\S]*--from[\s\S]*docs\/data\.md/,
  );
});

test('a grid says where a download came from, and the checksum of what was decoded', async () => {
  const digest = createHash('sha256').update('all').digest();
  const address = await serve((request, response) => void response.end(packed[request.url ?? '']));
  const origin = defineDownload({ address, files, cacheName: 'mine', contents: digest.toString('hex') });
  expect(origin).toMatchObject({
    source: address,
    integrity: `sha256-${digest.toString('base64')}`,
    cacheName: 'mine',
  });
  const folder = await temporaryFolder();
  await origin.fetch(folder);
  expect((await readdir(folder)).sort()).toEqual(['images', 'labels']);
});
