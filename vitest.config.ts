import { defineConfig } from 'vitest/config';

const BROWSER = 'test/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    // One process for each file, because a native abort in ONNX Runtime ends the whole process.
    pool: 'forks',
    maxWorkers: 3,
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
          // A browser, a server and two model processes share two cores. A test that times out is repeated on a new
          // page.
          retry: 2,
          testTimeout: 60_000,
          // How fast a page reacts depends on the machine. The benchmarks measure that.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
