import { availableParallelism } from 'node:os';
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// `unit` needs nothing; `integration` (*.int.spec.ts, *.e2e.spec.ts) and `chaos` (*.chaos.spec.ts: processes killed for a minute
// or two, not part of `npm test`) get a real PostgreSQL from the global setup.
const shared = {
  plugins: [swc.vite({ module: { type: 'es6' } })],
  oxc: false as const,
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
};

/** A project whose specs share one throw-away PostgreSQL server, each with databases of its own. */
const withPostgres = (name: string, include: string[]) => ({
  ...shared,
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', 'dist/**'],
    setupFiles: ['libs/testing/src/setup.ts'],
    globalSetup: ['libs/testing/src/postgres-server.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Half of the time of an integration test is waiting: on two cores Vitest would run one file at a time.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{apps,libs,test,ci}/**/*.spec.ts'],
          exclude: ['**/*.{int,e2e,chaos}.spec.ts', '**/node_modules/**', 'dist/**'],
          setupFiles: ['libs/testing/src/setup.ts'],
          testTimeout: 20_000,
        },
      },
      withPostgres('integration', ['{apps,libs,test}/**/*.{int,e2e}.spec.ts']),
      withPostgres('chaos', ['test/**/*.chaos.spec.ts']),
    ],
  },
});
