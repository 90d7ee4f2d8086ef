import { defineConfig } from 'vitest/config';

const BROWSER = 'test/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    // ORT sessions are native: a fork per file keeps one file's abort from another's results.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: 'test/own-tmp.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bench/**', BROWSER, 'node_modules/**', 'dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [BROWSER],
          // A browser, a server and two model processes share two cores: what fails for want of time is tried again, on a page of its own.
          retry: 2,
          testTimeout: 60_000,
          // How soon a page shows a state depends on the machine; the benches measure it.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
