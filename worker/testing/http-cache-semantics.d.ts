declare module 'http-cache-semantics' {
  type Headers = Record<string, string | undefined>;
  type Message = { readonly headers: Headers };

  /** What RFC 9111 says of one stored answer. */
  export default class CachePolicy {
    constructor(request: Message & { url: string; method: string }, response: Message & { status: number });
    /** the clock, in milliseconds */
    now(): number;
    storable(): boolean;
    evaluateRequest(request: Message & { url: string; method: string }): {
      /** the answer that may be given, with its age */
      readonly response: Message | undefined;
      /** what has to be asked; behind the client's back where it is not synchronous */
      readonly revalidation: { readonly headers: Headers; readonly synchronous: boolean } | undefined;
    };
    revalidatedPolicy(
      request: Message,
      response: Message & { status: number },
    ): { readonly policy: CachePolicy; readonly modified: boolean };
  }
}
