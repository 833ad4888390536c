import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{libs,services}/*/test/**/*.test.ts',
      'testbed/test/**/*.test.ts',
      'replay/test/**/*.test.ts',
      'deploy/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
