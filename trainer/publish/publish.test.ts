import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { escapeControlLines } from '../terminal-text.ts';
import { chooseToken, publish } from './publish.ts';

type Answer = { status: number; headers?: Record<string, string>; body: unknown };
type Asked = { request: IncomingMessage; body: Buffer };

const bytes = Buffer.from('{ "id": "tiny",  "é": 1 }\n');
const version = createHash('sha256').update(bytes).digest('hex');
const published = { id: 'tiny', version, url: `/v1/grids/tiny/versions/${version}` };

/** A server that gives these answers, one after the other. */
async function server(...answers: Answer[]): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = answers[Math.min(asked.length, answers.length - 1)] as Answer;
    asked.push({ request, body: Buffer.concat(chunks) });
    response.writeHead(answer.status, answer.headers);
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

/** Publishes without waiting; the waits are noted. */
async function attempt(url: string) {
  const waits: number[] = [];
  const said: string[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const result = await publish(bytes, 'tiny', url, 'secret', { wait, say: (line) => said.push(line) }).then(
    (address) => ({ address, error: '' }),
    (error: Error) => ({ address: '', error: error.message }),
  );
  return { ...result, waits, said };
}

test.each([
  201, 200,
])('puts the exact bytes with the token, and gives the address of the version (%d)', async (status) => {
  const { url, asked } = await server({ status, body: published });
  const { address, waits } = await attempt(`${url}/`);
  expect(address).toBe(`${url}${published.url}`);
  expect(waits).toEqual([]);
  const [{ request, body }] = asked as [Asked];
  expect([request.method, request.url]).toEqual(['PUT', '/v1/grids/tiny']);
  expect(request.headers).toMatchObject({
    authorization: 'Bearer secret',
    'content-type': 'application/json',
  });
  expect(Buffer.compare(body, bytes)).toBe(0);
});

test.each([
  [401, { detail: 'The token is not valid.' }, '401 The token is not valid.'],
  [
    422,
    {
      detail: 'The grid has an error.',
      errors: [{ pointer: '#/rows/3', detail: 'This cell stands twice.' }],
    },
    '422 The grid has an error.\n  #/rows/3  This cell stands twice.',
  ],
  [404, '<html>', '404.'],
  [302, '', '302.'],
])('a refusal (%d) is told in the words of the server, and not tried again', async (status, body, message) => {
  const { url, asked } = await server({ status, headers: { location: 'http://127.0.0.1:1/' }, body });
  const { error } = await attempt(url);
  expect(error).toBe(`${url}/v1/grids/tiny did not take the grid: ${message}`);
  expect(asked).toHaveLength(1);
});

test('what may pass is tried again, as late as the server asks', async () => {
  const { url, asked } = await server(
    { status: 500, body: { detail: 'Broken.' } },
    { status: 429, headers: { 'retry-after': '7' }, body: '' },
    { status: 200, body: published },
  );
  const { address, waits, said } = await attempt(url);
  expect(address).toContain(version);
  expect(waits).toEqual([1000, 7000]);
  expect(asked).toHaveLength(3);
  expect(said[0]).toBe('500 Broken. Trying again in 1 s.');
});

test('a server that stays broken is given up after five tries', async () => {
  const { url, asked } = await server({ status: 503, body: '' });
  const { error } = await attempt(url);
  expect(asked).toHaveLength(5);
  expect(error).toContain('503.\nThe grid is safe; publish it later');
});

test('no connection is tried again, and then told', async () => {
  const { error, waits } = await attempt('http://127.0.0.1:1');
  expect(waits).toEqual([1000, 2000, 4000, 8000]);
  expect(error).toMatch(/did not take the grid: no connection \(.+\)\.\nThe grid is safe/);
});

test('a server that is none of ours is noticed', async () => {
  const { url } = await server({ status: 200, body: 'hello' });
  expect((await attempt(url)).error).toContain('it answered 200, but not as a Dropline server does');
});

test.each([
  [
    'another version',
    { ...published, version: 'a'.repeat(64) },
    /says that it published other bytes: the version "a{64}"/,
  ],
  ['no version', { ...published, version: '\u001b[2J' }, /the version "\\u\{1b\}\[2J"/],
  [
    'another grid',
    { ...published, id: 'other' },
    /of the grid "other", where the file is the version [0-9a-f]{64} of "tiny"/,
  ],
  [
    'an address that is none',
    { ...published, url: 'javascript:alert(1)' },
    /published, but "javascript:alert\(1\)" is no address/,
  ],
])('a server that says it published something else is an error: %s', async (_, body, message) => {
  const { url, asked } = await server({ status: 200, body });
  const { address, error } = await attempt(url);
  expect([address, error]).toEqual(['', expect.stringMatching(message)]);
  expect(asked).toHaveLength(1);
});

test('a server that sends without end is left', async () => {
  let sent = 0;
  const http = createServer((request, response) => {
    request.resume();
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const pour = () => {
      while (response.write(chunk)) sent += chunk.length;
      sent += chunk.length;
    };
    response.on('drain', pour);
    pour();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  expect((await attempt(url)).error).toContain(
    'it answered 200 with more than 64 KiB, which no Dropline server does.',
  );
  // what the connection had taken already
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test("a server's words cannot write on the terminal, nor fill it", async () => {
  const errors = Array.from({ length: 200 }, (_, i) => ({
    pointer: `#/\u001b[31m${i}`,
    detail: 'x\nPublished: y',
  }));
  const detail = `\u001b]0;owned\u0007${'long '.repeat(1000)}`;
  const { url } = await server({ status: 422, body: { detail, errors: [...errors, null] } });
  const { error } = await attempt(url);
  expect(error).toBe(escapeControlLines(error));
  const lines = error.split('\n');
  expect([lines.length, lines[1]]).toEqual([21, '  #/\\u{1b}[31m0  x\\u{a}Published: y']);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(700);
});

test('the local token is sent to this machine only', async () => {
  vi.stubEnv('DROPLINE_TOKEN', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    expect(chooseToken(`http://${host}:8787`, undefined)).toBe('dropline-local');
  for (const host of ['example.org', 'localhost.example.org'])
    expect(() => chooseToken(`https://${host}`, undefined)).toThrow('needs a token');
  expect(chooseToken('https://example.org', 'mine')).toBe('mine');
  vi.stubEnv('DROPLINE_TOKEN', 'from the environment');
  expect(chooseToken('http://localhost:8787', undefined)).toBe('from the environment');
  await expect(publish(bytes, 'tiny', 'localhost:8787', 'x')).rejects.toThrow('is no address of a server');
});
