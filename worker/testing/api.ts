import { exports } from 'cloudflare:workers';

const worker = (exports as unknown as { default: Fetcher }).default;

/** Where the Worker believes itself to be: on this machine, or the development token would not do. */
const HOST = 'https://dropline.localhost';

/** Calls the Worker as a client would. */
export function call(path: string, init?: RequestInit): Promise<Response> {
  return worker.fetch(`${HOST}${path}`, init as never) as unknown as Promise<Response>;
}

/** Publishes a body under an id, with the local token unless another is given. */
export function put(id: string, body: BodyInit, token = 'dropline-local'): Promise<Response> {
  return call(`/v1/grids/${id}`, { method: 'PUT', body, headers: { authorization: `Bearer ${token}` } });
}
