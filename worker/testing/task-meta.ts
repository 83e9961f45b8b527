import 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** how many random inputs a test tries; `npm run reliability -- --test` counts them */
    inputs?: number;
  }
}
