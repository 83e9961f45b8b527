import CachePolicy from 'http-cache-semantics';
import { call } from './api.ts';

/** What a client gets through the proxy. */
export type Proxied = {
  readonly text: string;
  /** `hit`: from the cache, unasked; `validated`: the Worker said that it holds still; `miss`: the Worker's own answer */
  readonly from: 'hit' | 'validated' | 'miss';
};

/** A shared cache before the Worker that does what RFC 9111 and RFC 5861 let it do, and no less; its clock is set by hand. */
export class CachingProxy {
  /** Seconds that have passed. */
  clock = 0;
  readonly #stored = new Map<string, { readonly policy: CachePolicy; readonly text: string }>();

  /**
   * Gets an address, from the cache where that is allowed.
   *
   * @param path of the Worker
   * @throws for an answer that is no success
   * @example await proxy.get('/v1/grids')
   */
  async get(path: string): Promise<Proxied> {
    const request = { url: path, method: 'GET', headers: { host: 'dropline.test' } };
    const known = this.#stored.get(path);
    if (!known) return this.#ask(path, request);
    const { response, revalidation } = known.policy.evaluateRequest(request);
    if (response && !revalidation) return { text: known.text, from: 'hit' };
    const answer = await call(path, { headers: definedOf(revalidation?.headers ?? {}) });
    const fresh = { status: answer.status, headers: Object.fromEntries(answer.headers) };
    const { policy, modified } = known.policy.revalidatedPolicy(
      { headers: definedOf(revalidation?.headers ?? {}) },
      fresh,
    );
    const text = modified ? await answer.text() : known.text;
    this.#stored.set(path, { policy, text });
    // (an answer may be stale while it is validated)
    if (response && !revalidation?.synchronous) return { text: known.text, from: 'hit' };
    return { text, from: modified ? 'miss' : 'validated' };
  }

  async #ask(path: string, request: { url: string; method: string; headers: Record<string, string> }) {
    const answer = await call(path);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    const text = await answer.text();
    const policy = this.#policyOf(request, answer);
    if (policy.storable()) this.#stored.set(path, { policy, text });
    return { text, from: 'miss' as const };
  }

  #policyOf(request: { url: string; method: string; headers: Record<string, string> }, answer: Response) {
    const now = () => this.clock * 1000;
    class Policy extends CachePolicy {
      override now(): number {
        return now();
      }
    }
    return new Policy(request, { status: answer.status, headers: Object.fromEntries(answer.headers) });
  }
}

const definedOf = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined));
