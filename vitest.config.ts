import { defineConfig, type Plugin } from 'vitest/config';
import { packedApp } from './tests/support/packed.mjs';

/** Lets tests import the package by name and get what a reader would install. */
function packed(): Plugin {
  return {
    name: 'packed-package',
    enforce: 'pre',
    async resolveId(id) {
      if (id !== 'gaesup-state' && id !== 'gaesup-state/url') return null;
      const { packageFolder } = await packedApp();
      const file = id === 'gaesup-state' ? 'index.js' : 'url.js';
      return { id: `${packageFolder}/dist/${file}`, external: true };
    },
  };
}

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      { test: { name: 'unit', include: ['bindings/**/*.test.ts'], testTimeout: 60_000 } },
      {
        plugins: [packed()],
        test: { name: 'model', include: ['tests/{model,conformance}/**/*.test.ts'], testTimeout: 600_000 },
      },
      { test: { name: 'packaging', include: ['tests/packaging/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'matrix',
          include: ['tests/packaging/matrix/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'adapters',
          include: ['tests/adapters/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        plugins: [packed()],
        test: { name: 'browser', include: ['examples/*/*.test.ts'], testTimeout: 600_000 },
      },
    ],
  },
});
