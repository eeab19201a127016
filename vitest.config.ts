import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// Two projects: `unit` needs nothing; `integration` (*.int.spec.ts, *.e2e.spec.ts) gets a real PostgreSQL from the global setup.
const shared = {
  plugins: [swc.vite({ module: { type: 'es6' } })],
  oxc: false as const,
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
};

export default defineConfig({
  test: {
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
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['{apps,libs,test}/**/*.{int,e2e,chaos}.spec.ts'],
          exclude: ['**/node_modules/**', 'dist/**'],
          setupFiles: ['libs/testing/src/setup.ts'],
          globalSetup: ['libs/testing/src/postgres-server.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
