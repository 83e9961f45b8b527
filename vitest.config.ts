import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Counting makes the numerical tests slower. */
const SLOWER = process.argv.some((argument) => argument.startsWith('--coverage')) ? 5 : 1;

/**
 * One project for the rooms that run in plain Node (fast), one for the Worker, which runs in workerd, and one that drives a
 * browser, which only `npm run test:browser` runs.
 */
export default defineConfig({
  test: {
    // `npm run coverage`. Istanbul, because V8's own counts cannot be had from workerd. What runs in processes of its own is not counted:
    // the command line, the training processes, the explorer in a browser.
    coverage: {
      provider: 'istanbul',
      include: [
        '{catalogue,theory,research,schemas,networks,answers,client,figures,worker,trainer,cli}/**/*.ts',
      ],
      exclude: ['**/testing/**', 'worker/explorer/**'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: '.generated/coverage',
      // (94.0, 93.5, 92.6 and 90.3 on 2026-11-30)
      thresholds: { lines: 92, statements: 91, functions: 90, branches: 88 },
    },
    projects: [
      {
        // (as scripts/explorer.ts says it when it bundles)
        define: { STATIC_SITE: 'false' },
        test: {
          name: 'node',
          include: [
            '{catalogue,networks,theory,research,schemas,answers,client,figures,trainer,cli,atlas,claims,scripts,fixtures,worker/explorer}/**/*.test.ts',
            'worker/store/testing/memory/*.test.ts',
            // (in workerd no clock shows the time of a computation)
            'worker/*.node.test.ts',
          ],
          testTimeout: 60_000 * SLOWER,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations('worker/migrations') },
              ratelimits: { FEW_REQUESTS: { namespace_id: '1002', simple: { limit: 3, period: 60 } } },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['worker/**/*.test.ts'],
          exclude: ['worker/explorer/**', 'worker/store/testing/memory/**', 'worker/*.node.test.ts'],
          setupFiles: ['worker/testing/setup.ts'],
          globalSetup: ['scripts/assets.ts'],
          testTimeout: 30_000 * SLOWER,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['worker/explorer/testing/*.browser.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
