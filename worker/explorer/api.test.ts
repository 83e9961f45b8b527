import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, latest } from './api.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const signal = () => new AbortController().signal;

describe('ask', () => {
  it('says what an error answer says', async () => {
    const problem = { title: 'Bad request', detail: 'keep: 7 is more than 1.' };
    const address = await serve((_, response) => {
      response.writeHead(400, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify(problem));
    });
    await expect(ask(address, signal())).rejects.toThrow(problem.detail);
  });

  it('knows how many rows would be answered, whatever the sentence', async () => {
    const address = await serve((_, response) => {
      response.writeHead(400, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: 'x', limit: { rows: 416 } }));
    });
    await expect(ask(address, signal())).rejects.toMatchObject({ message: 'x', limit: { rows: 416 } });
  });

  it('says the status of an answer that explains nothing', async () => {
    const address = await serve((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<h1>Bad gateway</h1>');
    });
    await expect(ask(address, signal())).rejects.toThrow('The server answered 502.');
  });

  it('tells an API that cannot be reached from a request that was given up', async () => {
    const address = await serve(() => {});
    const controller = new AbortController();
    const asked = ask(address, controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    server?.closeAllConnections();
    server?.close();
    await expect(ask(address, signal())).rejects.toThrow('cannot be reached');
  });
});

describe('latest', () => {
  it('leaves out what was overtaken, and ends with the newest', async () => {
    const worked: number[] = [];
    let finish = () => {};
    const work = latest<number>(
      async (value) => {
        worked.push(value);
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
      () => Promise.resolve(),
    );
    const whole = work(1);
    for (const value of [2, 3, 4]) work(value);
    finish();
    await expect.poll(() => worked.length).toBe(2);
    finish();
    await whole;
    expect(worked).toEqual([1, 4]);
    work(5);
    finish();
    expect(worked).toEqual([1, 4, 5]);
  });
});
