import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, it } from 'vitest';
import type { Environment } from './environment.ts';
import { problemOf } from './problem.ts';
import { requireToken } from './token.ts';

const LOCAL = 'dropline-local';

const app = new Hono<Environment>();
app.put('*', requireToken, (c) => c.body(null, 204));
app.onError((error) => (error instanceof HTTPException ? error.getResponse() : problemOf(error).response()));

/** What a request with the right token is answered: the status of the refusal, or `taken`. */
async function outcome(
  url: string,
  headers: Record<string, string>,
  secret = LOCAL,
): Promise<number | 'taken'> {
  const init = { method: 'PUT', headers: { authorization: `Bearer ${secret}`, ...headers } };
  const { status } = await app.request(url, init, { DROPLINE_TOKEN: secret });
  return status === 204 ? 'taken' : status;
}

const HERE = ['localhost:8787', '127.0.0.1:8787', '127.8.9.1', '[::1]:80', 'dropline.localhost'];
const ELSEWHERE = [
  'dropline.example',
  'localhost.example',
  'notlocalhost',
  '192.168.1.2:8787',
  '127.0.0.1.example',
  '[::2]',
  '0.0.0.0:8787',
];

describe('the development token', () => {
  it.each(HERE)('is taken at %s, from the command line and from pages of this machine', async (host) => {
    const url = `http://${host}/v1/grids/x`;
    expect(await outcome(url, {})).toBe('taken');
    expect(await outcome(url, { 'sec-fetch-mode': 'cors' })).toBe('taken');
    for (const page of HERE)
      expect(await outcome(url, { origin: `http://${page}`, 'sec-fetch-site': 'cross-site' })).toBe('taken');
  });

  it.each(ELSEWHERE)('is refused from pages of %s, and at that name', async (host) => {
    expect(await outcome('http://localhost:8787/', { origin: `http://${host}` })).toBe(403);
    // a name that was made to point to this machine: such a page is of the same origin
    const rebound = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect(await outcome(`http://${host}/`, rebound)).toBe(403);
    expect(await outcome(`http://${host}/`, {})).toBe(403);
  });

  it.each(['null', '', 'file://', 'about:blank'])('is refused from the origin "%s"', async (origin) => {
    expect(await outcome('http://localhost:8787/', { origin })).toBe(403);
  });

  it('is refused where a browser says that a page of another site asks', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect(await outcome('http://localhost:8787/', { 'sec-fetch-site': site })).toBe(403);
  });
});

it('takes any other token from anywhere', async () => {
  for (const host of [...HERE, ...ELSEWHERE])
    expect(await outcome(`https://${host}/`, { origin: 'https://a.example' }, 'a-secret')).toBe('taken');
});

it('never says more to who has not the token', async () => {
  const headers = { authorization: 'Bearer wrong', origin: 'https://a.example' };
  expect(await outcome('http://localhost/', headers)).toBe(401);
});
