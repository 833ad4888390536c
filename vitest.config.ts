import { defineConfig } from 'vitest/config';

/** All tests, and those of what services store once more on a real PostgreSQL. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: [
            '{libs,services}/*/test/**/*.test.ts',
            'testbed/test/**/*.test.ts',
            'replay/test/**/*.test.ts',
            'backtest/test/**/*.test.ts',
            'deploy/test/**/*.test.ts',
            'test/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'on PostgreSQL',
          include: ['services/{sro,ima,forecasting}/test/**/*.test.ts'],
          exclude: ['**/test/{domain,adapters}/**'],
          globalSetup: ['test/on-postgres/start-server.ts'],
          setupFiles: ['test/on-postgres/use-server.ts'],
        },
      },
    ],
  },
});
